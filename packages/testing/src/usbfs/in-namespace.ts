import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** True when a virtual USB bus can be played here: Linux, root, FUSE, and mounts that nobody else sees. */
export function canPlayUsb(): boolean {
  return (
    process.platform === 'linux' &&
    process.getuid?.() === 0 &&
    existsSync('/dev/fuse') &&
    spawnSync('unshare', ['-m', '--propagation', 'private', 'true']).status === 0
  );
}

/** Skips a test or suite where USB cannot be played; where all tools are required it fails instead. */
export function needsUsb(context: Mocha.Context): void {
  if (canPlayUsb()) return;
  if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error('root, /dev/fuse and unshare are needed here');
  console.log('      skipped: needs Linux, root, /dev/fuse and unshare (install util-linux and fuse3)');
  context.skip();
}

/** No script takes so long; one that hangs fails its test instead of holding up all others. Milliseconds. */
const PATIENCE = 600_000;

/**
 * Runs a script in a mount namespace of its own and answers with the JSON that it printed.
 * @param script its URL, or its name in this folder
 */
export async function runInNamespace(script: string | URL, ...args: string[]): Promise<unknown> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const command = [process.execPath, '--enable-source-maps', path, ...args];
  const child = spawn('unshare', ['-m', '--propagation', 'private', ...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code, signal] = await once(child, 'close');
  if (code !== 0 || errors !== '') throw new Error(`${script} ended with ${code ?? signal}: ${errors}${output}`);
  return JSON.parse(output);
}
