import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { openFileSource } from '../read/byte-source.js';
import { indexCapture, patternKey, RecordReader } from '../read/capture-index.js';
import { recoverFile } from '../read/recover.js';
import { BenchDevice, benchPatterns } from './bench-device.js';

/** Columns of the images that are recorded; three rows. */
export const KILL_WIDTH = 1_000;

/**
 * Starts a process that records, kills it (SIGKILL) when it has handed out `afterFrames` frames, recovers its file and
 * checks every frame in it against what the device made.
 * @returns frames that were handed out, and frames in the recovered file
 */
export function killAndRecover(afterFrames: number): Promise<{ handedOut: number; recovered: number }> {
  return recovering(async (path) => ({ handedOut: await recordUntilKilled(path, afterFrames) }));
}

/** Records so many frames in a process that closes nothing and comes to its end; recovers and checks the file. */
export async function leaveAndRecover(frames: number): Promise<number> {
  const { recovered } = await recovering((path) => {
    const options = { encoding: 'utf8', timeout: 30_000 } as const;
    const child = spawnSync(process.execPath, [RECORD_CHILD, path, String(frames)], options);
    expect(child.status, child.stderr).to.equal(0);
    return {};
  });
  return recovered;
}

/** As `killAndRecover`, and what the process said at its end. */
interface FilledUp {
  readonly handedOut: number;
  readonly recovered: number;
  readonly said: string;
}

/** Records into a file that the system lets grow to `kilobytes` only, as on a full disk, recovers it and checks it. */
export function fillAndRecover(kilobytes: number): Promise<FilledUp> {
  const limited = `ulimit -f ${kilobytes} && exec "$0" "$@"`;
  return recovering((path) => recordUntilFull('bash', ['-c', limited, process.execPath, RECORD_CHILD, path]));
}

/** Whether this user may mount a disk of their own, seen by nobody else. */
export function mayMount(): boolean {
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', tmpdir()], { stdio: 'ignore' }).status === 0;
}

/**
 * Records onto a disk of so many kilobytes (a tmpfs in a mount namespace of its own) until it is full, takes the file
 * from there, recovers it and checks it.
 */
export function fillDiskAndRecover(kilobytes: number): Promise<FilledUp> {
  const script =
    `mount -t tmpfs -o size=${kilobytes}k none "$1" && { "$2" "$3" "$1/full.mcap"; code=$?; } && ` +
    'cp "$1/full.mcap" "$4" && exit $code';
  return recovering((path, folder) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const words = ['-m', 'bash', '-c', script, 'bash', disk, process.execPath, RECORD_CHILD, path];
    return recordUntilFull('unshare', words);
  });
}

const RECORD_CHILD = fileURLToPath(new URL('./record-child.js', import.meta.url));

/**
 * Has a file recorded, recovers it and checks every frame in it against what the device made.
 * @returns what was told of the recording, and frames in the recovered file
 */
async function recovering<T>(
  record: (path: string, folder: string) => T | Promise<T>,
): Promise<T & { recovered: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'opu-recover-'));
  try {
    const path = join(folder, 'broken.mcap');
    const told = await record(path, folder);
    const whole = join(folder, 'whole.mcap');
    const report = await recoverFile(path, whole);
    expect(report.verified.ok).to.equal(true);
    await checkFrames(whole, report.frames);
    return { ...told, recovered: report.frames };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function recordUntilFull(command: string, words: readonly string[]): { handedOut: number; said: string } {
  const child = spawnSync(command, words, { encoding: 'utf8' });
  expect(child.status, child.stderr).to.equal(1);
  return { handedOut: Number(child.stdout.trimEnd().split('\n').at(-1)), said: child.stderr };
}

async function recordUntilKilled(path: string, afterFrames: number): Promise<number> {
  const child = spawn(process.execPath, [RECORD_CHILD, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let last = 0;
  let rest = '';
  child.stdout.setEncoding('latin1');
  child.stdout.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    last = Number(lines.at(-1) ?? last);
    if (last >= afterFrames) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.on('close', (_, how) => resolve(how)));
  expect(signal).to.equal('SIGKILL');
  return last;
}

async function checkFrames(path: string, count: number): Promise<void> {
  const source = await openFileSource(path);
  try {
    const { frames } = await indexCapture(source);
    const reader = new RecordReader(source);
    expect(frames).to.have.length(count);
    const patterns = [...benchPatterns(count)];
    let n = 0;
    for await (const readout of new BenchDevice(new VirtualClock(), { width: KILL_WIDTH }).stream(patterns)) {
      const entry = frames[n]!;
      const { image, ...facts } = readout;
      expect(entry.patternKey).to.equal(patternKey(patterns[n++]!));
      const record = await reader.read(entry);
      if (record.kind !== 'readout' || Buffer.compare(record.data, image.data as Uint8Array) !== 0) {
        throw new Error(`frame ${entry.frame} of ${path} is not what the device made`);
      }
      expect(record).to.include(facts);
    }
  } finally {
    await source.close();
  }
}
