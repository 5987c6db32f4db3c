import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const codec = join(dirname(createRequire(import.meta.url).resolve('@opu/protocol')), '..', 'c');

/** The example's one file. */
export const cDeviceSource = join(root, 'examples', 'c-device', 'device.c');

/** The example in C, built with every warning an error and with sanitisers, and running. */
export class CDevice {
  readonly address: string;
  /** For the test's own files; removed in the end. */
  readonly folder: string;
  readonly #child: ChildProcess;

  private constructor(address: string, folder: string, child: ChildProcess) {
    this.address = address;
    this.folder = folder;
    this.#child = child;
  }

  static async start(): Promise<CDevice> {
    const folder = mkdtempSync(join(tmpdir(), 'opu-c-device-'));
    const strict = ['-std=c99', '-Wall', '-Wextra', '-Werror', '-pedantic'];
    const flags = [...strict, '-O1', '-g', '-fsanitize=address,undefined', `-I${codec}`];
    const program = join(folder, 'device');
    const sources = [cDeviceSource, join(codec, 'opu_protocol.c')];
    const built = spawnSync('gcc', [...flags, '-o', program, ...sources], { encoding: 'utf8' });
    if (built.status !== 0 || built.stderr !== '') throw new Error(built.stderr);
    const child = spawn(program, [], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    return new CDevice(line.toString().trim(), folder, child);
  }

  /** False when a sanitiser or a bug ended it. */
  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  stop(): void {
    this.#child.kill();
    rmSync(this.folder, { recursive: true });
  }
}
