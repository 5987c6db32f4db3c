// Brings a checkout from any state to a built one. Only Node's own modules: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Folders of the workspaces, in the order in which they depend on each other. */
export const workspaces = [
  'packages/core',
  'firmware-protocol',
  'packages/compute',
  'packages/device',
  'emulator',
  'packages/driver',
  'packages/capture',
  'packages/conformance',
  'packages/sketch',
  'packages/dfa',
  'packages/cli',
  'packages/testing',
  'packages/bench',
  'examples',
];

/** Runs a program with the terminal's own output; ends this process with its exit code if it fails. */
export function must(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) {
    console.error(`Cannot run ${command}: ${result.error.message}`);
    process.exit(1);
  }
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Path of a script that an installed package brings, to be run with this very Node. */
export function bin(packagePath) {
  return join(root, 'node_modules', packagePath);
}

export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(
      `The OPU SDK needs Node.js 20.19 or newer; this is ${process.version}. Get one from https://nodejs.org`,
    );
    process.exit(1);
  }
}

/** Installs exactly what the lock file says, unless that was done before. */
export function install() {
  checkNode();
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(root, 'node_modules', '.opu-lock-hash');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  // Over an older installation only the differences are fetched, which takes seconds instead of a minute.
  const command = existsSync(join(root, 'node_modules')) ? ['install', '--no-save'] : ['ci'];
  console.error(`Installing packages (npm ${command.join(' ')}) ...`);
  // npm's progress goes to standard error here: standard output belongs to the command that was asked for.
  must('npm', [...command, '--no-fund', '--no-audit', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  writeFileSync(stamp, wanted);
}

/** A source file that was deleted leaves its compiled twin behind, and a deleted test would go on running. */
export function pruneOrphans() {
  for (const workspace of workspaces) {
    const dist = join(root, workspace, 'dist');
    if (!existsSync(dist)) continue;
    for (const entry of readdirSync(dist, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const match = /^(.*?)(\.d\.ts|\.js)(\.map)?$/.exec(relative(dist, path));
      if (match && !existsSync(join(root, workspace, 'src', `${match[1]}.ts`))) {
        rmSync(path);
        rmSync(join(dist, '.tsbuildinfo'), { force: true });
      }
    }
  }
}

function newestChange(folder) {
  let newest = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) newest = Math.max(newest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return newest;
}

function buildKernels() {
  const folder = join(root, 'packages/compute');
  const script = join(folder, 'scripts/build-wasm.mjs');
  if (!existsSync(script)) return;
  const stamp = join(folder, 'dist/wasm/.built');
  const changed = Math.max(newestChange(join(folder, 'assembly')), statSync(script).mtimeMs);
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= changed) return;
  must(process.execPath, [script], { stdio: ['ignore', 2, 2] });
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
}

export function build() {
  pruneOrphans();
  buildKernels();
  must(process.execPath, [bin('typescript/bin/tsc'), '-b'], { stdio: ['ignore', 2, 2] });
}
