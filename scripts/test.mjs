// npm test: installs, builds, checks style and generated files, runs the tests.
// --long runs the long proofs instead; --only <text> keeps the test files whose path contains it.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readOptions } from './lib/options.mjs';
import { bin, build, install, must, root, workspaces } from './lib/prepare.mjs';

const { values } = readOptions('Usage: npm test -- [--long] [--only TEXT]', {
  long: { type: 'boolean', default: false },
  only: { type: 'string' },
});
const { long, only } = values;

install();
build();
if (!long && only === undefined) {
  must(process.execPath, [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'], {
    stdio: ['ignore', 2, 2],
  });
  // Promises that nobody waits for: a rule that needs types.
  must(bin('.bin/oxlint'), ['--type-aware', 'packages', 'firmware-protocol', 'emulator', 'examples'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  must(process.execPath, [join(root, 'scripts/generate.mjs'), '--check'], { stdio: ['ignore', 2, 2] });
}

const ending = long ? /\.long\.m?js$/ : /\.test\.m?js$/;
// The longest files first, so that none is left to run alone at the end.
const folders = ['scripts/test', 'packages/testing/dist', ...workspaces.map((w) => join(w, 'dist'))];
const files = [...new Set(folders)]
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && ending.test(entry.name) && !entry.parentPath.includes('node_modules'))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .sort(),
  )
  .filter((file) => only === undefined || file.includes(only));
if (files.length === 0) {
  console.log('0 passed, 0 failed');
  process.exit(only === undefined ? 0 : 1);
}
const result = spawnSync(
  process.execPath,
  // Long proofs are sensitive to what else runs: one at a time, and a hang in one is no reason to wait for twenty minutes.
  [bin('mocha/bin/mocha.js'), ...(long ? ['--timeout', '660000'] : ['--parallel', '--jobs', '2']), ...files],
  { cwd: root, stdio: 'inherit' },
);
process.exit(result.status ?? 1);
