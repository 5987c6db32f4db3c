import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type OpenRecorderOptions, openRecorder, type RecorderStatistics, recordDevice } from '@opu/capture';
import { RealTimeClock } from '@opu/core';
import type { Bench, BenchCase } from '../harness/bench.js';
import { FRAME_BYTES, frameImages, PERIOD_TICKS, SpeckleDevice, somePatterns } from './speckle-device.js';

/** Recording beside a plain write of the same bytes to the same disk. */
export const captureBench: Bench = {
  name: 'capture',
  description: 'recording frames of 301 056 bytes, against a plain write of the same bytes',
  async *cases({ quick }) {
    const folder = mkdtempSync(join(tmpdir(), 'opu-bench-'));
    try {
      yield asFastAsPossible(folder, quick ? 100 : 800);
      yield pacedSynced(folder, quick ? 1 : 60);
      yield pacedAtRisk(folder, quick ? 1 : 60);
      yield pacedOtherwise(folder, quick ? 1 : 60);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** How much is recorded when nothing paces the frames: all of it safe on the disk. */
function asFastAsPossible(folder: string, frames: number): BenchCase {
  let last: RecorderStatistics | undefined;
  return {
    name: `${frames} frames as fast as possible`,
    work: { amount: (frames * FRAME_BYTES) / 1e6, unit: 'MB' },
    rounds: 5,
    ours: {
      name: 'recorder (checksums, zstd, sync)',
      run: async () => {
        const path = join(folder, 'bench.mcap');
        last = (await recordAll(new SpeckleDevice(), path, frames, {})).statistics;
        rmSync(path);
      },
    },
    peers: [{ name: 'plain write, then sync', run: () => void plainWrite(folder, frames) }],
    notes: () => `file ${megabytes(last?.fileBytes ?? 0)} MB, at most ${last?.mostQueuedFrames} frames not yet safe`,
  };
}

/** Each sync covers so many frames: as many as the recorder has in a chunk. */
const FRAMES_A_SYNC = 14;

/** As many frames at risk as a disk needs that pauses for five seconds. */
const MANY_AT_RISK = 4096;

/** 800 frames a second, at most 64 of them lost by a power cut; and how late frames are taken without any recorder. */
function pacedSynced(folder: string, seconds: number): BenchCase {
  return paced(`800 frames/s for ${seconds} s, at most 64 at risk`, folder, seconds, [
    ['recorder, power cut, hold', (count, path) => recordPaced(path, count, {})],
    [`plain write, sync every ${FRAMES_A_SYNC} frames`, (count, path) => writePaced(path, count, FRAMES_A_SYNC)],
    ['nothing recorded', (count) => takePaced(count)],
  ]);
}

function pacedAtRisk(folder: string, seconds: number): BenchCase {
  const options = { limitFrames: MANY_AT_RISK, limitBytes: Number.POSITIVE_INFINITY };
  return paced(`800 frames/s for ${seconds} s, at most ${MANY_AT_RISK} at risk`, folder, seconds, [
    ['recorder, power cut, hold', (count, path) => recordPaced(path, count, options)],
    ['plain write, sync at the end', (count, path) => writePaced(path, count, Number.POSITIVE_INFINITY)],
  ]);
}

function pacedOtherwise(folder: string, seconds: number): BenchCase {
  return paced(`800 frames/s for ${seconds} s, other settings`, folder, seconds, [
    ['recorder, power cut, drop', (count, path) => recordPaced(path, count, { policy: 'drop' })],
    ['recorder, crash, hold', (count, path) => recordPaced(path, count, { safety: 'crash' })],
    ['plain write, sync at the end', (count, path) => writePaced(path, count, Number.POSITIVE_INFINITY)],
  ]);
}

type Stage = readonly [name: string, work: (count: number, path: string) => Promise<Paced>];

/** Frames come on their ticks, and each stage says how late they were taken. A second of each first warms up. */
function paced(name: string, folder: string, seconds: number, stages: readonly Stage[]): BenchCase {
  const frames = Math.round((seconds * 1e8) / PERIOD_TICKS);
  const bytes = frames * FRAME_BYTES;
  const notes = new Map<string, string>();
  const files: string[] = [];
  // A disk that is told to forget a large file is busy with that for a while: the next stage would pay for it.
  const { bavail, bsize } = statfsSync(folder);
  const keep = bavail * bsize > 1.2 * stages.length * bytes;
  const contender = ([stage, work]: Stage) => ({
    name: stage,
    run: async () => {
      const warm = files.some((file) => basename(file).startsWith(stage));
      const path = join(folder, `${stage} ${files.length}`);
      files.push(path);
      const result = await work(warm ? frames : Math.min(frames, 800), path);
      if (!keep) rmSync(path, { force: true });
      notes.set(stage, `${stage}: ${describe(result)}`);
      return result.seconds;
    },
  });
  const [ours, ...peers] = stages.map(contender);
  return {
    name,
    work: { amount: bytes / 1e6, unit: 'MB' },
    rounds: 1,
    ours: ours!,
    peers,
    notes: () => {
      for (const file of files) rmSync(file, { force: true });
      return [...notes.values()].join('\n  ');
    },
  };
}

interface Paced {
  /** Until everything was on the disk. */
  readonly seconds: number;
  /** Milliseconds from a frame's tick to when its reader had it. */
  readonly lateness: Float64Array;
  readonly statistics?: RecorderStatistics;
  /** Of a plain write: the longest that the system took for one frame, milliseconds. */
  readonly longestWrite?: number;
}

async function recordPaced(path: string, count: number, options: OpenRecorderOptions): Promise<Paced> {
  const clock = new RealTimeClock();
  return await recordAll(new SpeckleDevice(clock), path, count, options, clock);
}

async function takePaced(count: number): Promise<Paced> {
  const clock = new RealTimeClock();
  return await take(new SpeckleDevice(clock), count, clock);
}

async function writePaced(path: string, count: number, framesPerSync: number): Promise<Paced> {
  const clock = new RealTimeClock();
  const file = openSync(path, 'w');
  let written = 0;
  let longest = 0;
  try {
    const result = await take(new SpeckleDevice(clock), count, clock, (image) => {
      const before = clock.now();
      writeSync(file, image);
      if (++written % framesPerSync === 0) fdatasyncSync(file);
      longest = Math.max(longest, clock.now() - before);
    });
    fdatasyncSync(file);
    return { ...result, seconds: clock.now() / 1e8, longestWrite: longest / 1e5 };
  } finally {
    closeSync(file);
  }
}

async function recordAll(
  device: SpeckleDevice,
  path: string,
  count: number,
  options: OpenRecorderOptions,
  clock = new RealTimeClock(),
): Promise<Paced & { readonly statistics: RecorderStatistics }> {
  const recorder = await openRecorder(path, options);
  const recorded = await recordDevice(device, recorder);
  const result = await take(recorded, count, clock);
  await recorded.close();
  return { ...result, seconds: clock.now() / 1e8, statistics: recorder.statistics };
}

async function take(
  device: Pick<SpeckleDevice, 'stream'>,
  count: number,
  clock: RealTimeClock,
  work: (image: Uint8Array) => void = () => {},
): Promise<Paced> {
  const lateness = new Float64Array(count);
  const start = clock.now();
  let n = 0;
  for await (const { exposureStartTick, image } of device.stream(somePatterns(count))) {
    work(image.data as Uint8Array);
    lateness[n++] = (clock.now() - start - exposureStartTick) / 1e5;
  }
  return { seconds: (clock.now() - start) / 1e8, lateness };
}

function plainWrite(folder: string, frames: number): void {
  const path = join(folder, 'bench.raw');
  const file = openSync(path, 'w');
  const images = frameImages();
  for (let n = 0; n < frames; n++) writeSync(file, images[n % images.length]!);
  fdatasyncSync(file);
  closeSync(file);
  rmSync(path);
}

function describe({ lateness, statistics, longestWrite }: Paced): string {
  const sorted = lateness.toSorted();
  const at = (share: number): string =>
    `${sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(2)} ms`;
  const late = `late by ${at(0.5)} (median), ${at(0.99)} (99 %), ${at(1)} (most)`;
  if (longestWrite !== undefined) return `${late}; one frame took the system ${longestWrite.toFixed(0)} ms at most`;
  if (statistics === undefined) return late;
  const { mostQueuedFrames, holds, framesNotRecorded, fileBytes, longestWriteTicks, longestSyncTicks } = statistics;
  const left = framesNotRecorded === 0 ? '' : `, ${framesNotRecorded} frames left out`;
  const disk = `a write took the disk ${(longestWriteTicks / 1e5).toFixed(0)} ms at most, a sync ${(longestSyncTicks / 1e5).toFixed(0)} ms`;
  return `${late}; at most ${mostQueuedFrames} frames not yet safe, ${holds} waits for the disk${left}; ${disk}; file ${megabytes(fileBytes)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
