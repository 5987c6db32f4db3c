// Compiles the AssemblyScript kernels to dist/wasm/kernels.wasm. Called by the build; needs no compiler but the npm package.
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const folder = resolve(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(folder);
mkdirSync('dist/wasm', { recursive: true });

const { error, stderr } = await asc.main([
  'assembly/index.ts',
  ...['-O3', '--noAssert', '--runtime', 'stub'],
  ...['--enable', 'simd', '--enable', 'threads'],
  ...['--importMemory', '--sharedMemory', '--initialMemory', '16', '--maximumMemory', '65536'],
  ...['--outFile', join('dist', 'wasm', 'kernels.wasm')],
]);
if (stderr.toString() !== '') process.stderr.write(stderr.toString());
if (error) process.exitCode = 1;
