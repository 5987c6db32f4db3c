// Who may import whom: the walls of the house, held against the sources and against each package.json.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect } from 'chai';
import { circles, imports, mutualFolders, packageOf, sources, withoutComments } from '../lib/imports.mjs';
import { root, workspaces } from '../lib/prepare.mjs';

/** The floors: a package imports only what is listed here for it. */
const mayImport = {
  'packages/core': [],
  'firmware-protocol': ['core'],
  'packages/compute': ['core'],
  'packages/device': ['protocol', 'core'],
  emulator: ['device', 'compute', 'protocol', 'core'],
  'packages/driver': ['protocol', 'core'],
  'packages/capture': ['device', 'driver', 'protocol', 'core'],
  'packages/conformance': ['driver', 'protocol', 'core'],
  'packages/sketch': ['driver', 'compute', 'core'],
  'packages/dfa': ['driver', 'compute', 'core'],
  'packages/cli': [
    'sketch',
    'dfa',
    'capture',
    'conformance',
    'emulator',
    'device',
    'driver',
    'compute',
    'protocol',
    'core',
  ],
  examples: ['dfa', 'capture', 'emulator', 'device', 'driver', 'compute', 'core'],
};
/** These may import everything, and no product code imports them. */
const workshops = ['packages/testing', 'packages/bench'];

const isTest = (file) =>
  /\.(test|long)\.ts$/.test(file) || /\.test\.\w+\.ts$/.test(file) || /(^|\/)testing\//.test(file);

describe('the house', () => {
  it('has the workspaces that its rules name', () => {
    expect([...Object.keys(mayImport), ...workshops].sort()).to.deep.equal([...workspaces].sort());
  });

  for (const workspace of workspaces) {
    const manifest = JSON.parse(readFileSync(join(root, workspace, 'package.json'), 'utf8'));
    const source = join(root, workspace, 'src');
    const product = sources(source).filter((file) => !isTest(relative(source, file)));

    if (!workshops.includes(workspace)) {
      const allowed = mayImport[workspace].map((name) => `@opu/${name}`);
      it(`${workspace} imports only ${allowed.join(', ') || 'nothing'} of ours`, () => {
        const wrong = [];
        for (const file of product) {
          for (const specifier of imports(file)) {
            const owner = packageOf(specifier);
            if (owner.startsWith('@opu/') && owner !== manifest.name && !allowed.includes(owner)) {
              wrong.push(`${relative(root, file)} imports ${specifier}`);
            }
          }
        }
        expect(wrong).to.deep.equal([]);
      });

      it(`${workspace} depends on packages of these alone, and on no workshop`, () => {
        const ours = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }).filter((name) =>
          name.startsWith('@opu/'),
        );
        expect(ours.filter((name) => !allowed.includes(name))).to.deep.equal([]);
      });
    }

    it(`${workspace} stays inside its package, and no folder of it stands in a circle`, () => {
      const wrong = [];
      for (const file of sources(source)) {
        for (const specifier of imports(file)) {
          if (specifier.startsWith('.') && relative(source, resolve(dirname(file), specifier)).startsWith('..')) {
            wrong.push(`${relative(root, file)} reaches out of its package: ${specifier}`);
          }
        }
      }
      expect(wrong).to.deep.equal([]);
    });

    it(`${workspace} has no circle of imports, types included`, () => {
      expect(circles(product).map((circle) => circle.map((file) => relative(root, file)).join(' -> '))).to.deep.equal(
        [],
      );
    });

    it(`${workspace} has no two folders that import each other`, () => {
      expect(mutualFolders(source, product)).to.deep.equal([]);
    });

    it(`${workspace} declares every package that its product code imports`, () => {
      const declared = new Set([
        ...Object.keys(manifest.dependencies ?? {}),
        ...Object.keys(manifest.optionalDependencies ?? {}),
        ...Object.keys(manifest.peerDependencies ?? {}),
        ...(manifest.private === true ? Object.keys(manifest.devDependencies ?? {}) : []),
      ]);
      const missing = new Set();
      for (const file of product) {
        for (const specifier of imports(file)) {
          if (/^(\.|#|node:)/.test(specifier)) continue;
          const owner = packageOf(specifier);
          if (owner !== manifest.name && !declared.has(owner)) missing.add(`${relative(root, file)}: ${owner}`);
        }
      }
      if (workshops.includes(workspace)) return;
      expect([...missing]).to.deep.equal([]);
    });
  }

  for (const workspace of ['packages/core', 'firmware-protocol', 'packages/driver']) {
    it(`the core of ${workspace} (all that its index reaches) imports nothing of Node`, () => {
      const seen = new Set();
      const wrong = [];
      const visit = (file) => {
        if (seen.has(file) || !existsSync(file)) return;
        seen.add(file);
        for (const specifier of imports(file, { typesToo: false })) {
          if (specifier.startsWith('node:')) wrong.push(`${relative(root, file)} imports ${specifier}`);
        }
        for (const specifier of imports(file)) {
          if (specifier.startsWith('.')) visit(resolve(dirname(file), specifier.replace(/\.js$/, '.ts')));
        }
      };
      visit(join(root, workspace, 'src/index.ts'));
      expect(seen.size).to.be.greaterThan(1);
      expect(wrong).to.deep.equal([]);
    });
  }

  it('knows host time and chance only in clocks, the worker pool and the command line', () => {
    const allowed = [
      /^packages\/core\/src\/clock\//,
      /^packages\/compute\/src\/pool\//,
      /^packages\/(cli|testing|bench)\/src\//,
    ];
    const wrong = [];
    for (const workspace of workspaces) {
      for (const file of sources(join(root, workspace, 'src')).filter((f) => !isTest(f))) {
        const path = relative(root, file);
        if (allowed.some((pattern) => pattern.test(path))) continue;
        const match =
          /\b(Date\.now|new Date\(\)|performance\.now|process\.hrtime|setTimeout|setInterval|Math\.random)\b/.exec(
            withoutComments(file),
          );
        if (match) wrong.push(`${path}: ${match[1]}`);
      }
    }
    expect(wrong).to.deep.equal([]);
  });
});
