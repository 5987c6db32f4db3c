// Runs tests of the Python package: one mocha test a module of packages/python/tests. Resource warnings are errors.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { root } from './prepare.mjs';

const folder = join(root, 'packages/python');
/** Data sets that are no part of the product; what needs them skips without. */
const data = process.env.OPU_DATA_DIR ?? join(root, '../shared/data');
const debian = '/usr/bin/python3';
const python = existsSync(debian) ? debian : 'python3';
/** Modules that tests import beside numpy, and the packages of Debian that hold them. */
const needs = {
  test_sklearn: { sklearn: 'python3-sklearn' },
  test_guide_long: { sklearn: 'python3-sklearn', torch: 'python3-torch' },
  test_lightonml: { sklearn: 'python3-sklearn', torch: 'python3-torch' },
  test_device_long: {},
  test_mnist_long: { torch: 'python3-torch' },
  test_torch: { torch: 'python3-torch' },
  test_encoding: { torch: 'python3-torch' },
  test_wheel_long: { build: 'python3-build', wheel: 'python3-wheel', venv: 'python3-venv' },
  test_notebooks_long: {
    nbclient: 'python3-nbclient',
    ipykernel: 'python3-ipykernel',
    matplotlib: 'python3-matplotlib',
    torch: 'python3-torch',
    sklearn: 'python3-sklearn',
    networkx: 'python3-networkx',
  },
  test_types_long: { mypy: 'mypy' },
};

/** Skips a test, and says what to install, when a module is not there. */
function need(context, modules) {
  for (const [module, debianPackage] of Object.entries(modules)) {
    if (spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status === 0) continue;
    const message = `${python} has no ${module}; on Debian: apt-get install ${debianPackage}`;
    if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error(message);
    console.log(`      skipped: ${message}`);
    context.skip();
  }
}

export function pythonTests(title, modules) {
  describe(title, () => {
    for (const module of modules) {
      it(`${module}: its tests pass, and leave nothing open`, function () {
        this.timeout(1_200_000);
        need(this, { numpy: 'python3-numpy', ...needs[module] });
        const options = ['-B', '-X', 'dev', '-W', 'error::ResourceWarning', '-m', 'unittest', `tests.${module}`];
        const { status, stderr, stdout } = spawnSync(python, options, {
          cwd: folder,
          encoding: 'utf8',
          env: {
            ...process.env,
            PYTHONPATH: join(folder, 'src'),
            ...(existsSync(data) ? { OPU_DATA_DIR: data } : {}),
            OPU_COMMAND: `${process.execPath} ${join(root, 'packages/cli/bin/opu.js')}`,
          },
          timeout: 1_190_000,
        });
        expect(status, stdout + stderr).to.equal(0);
        expect(stderr).to.match(/Ran [1-9]\d* tests?/);
        // The kernels that run notebooks leave sockets of their own behind.
        if (module.includes('notebooks')) return;
        expect(stderr, 'something was left open').to.not.contain('ResourceWarning');
      });
    }
  });
}

/** Modules of tests: the short ones, or those whose name ends in _long. */
export function pythonModules(long) {
  return readdirSync(join(folder, 'tests'))
    .filter((name) => /^test_.*\.py$/.test(name) && name.endsWith('_long.py') === long)
    .map((name) => name.slice(0, -3))
    .sort();
}
