import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenRecorderOptions, openRecorder, type RecorderStatistics, recordDevice } from '@opu/capture';
import { RealTimeClock } from '@opu/protocol';
import type { Bench, BenchCase } from './bench.js';
import { FRAME_BYTES, frameImages, PERIOD_TICKS, SpeckleDevice, somePatterns } from './capture/speckle-device.js';

/** Recording beside a plain write of the same bytes to the same disk. */
export const captureBench: Bench = {
  name: 'capture',
  description: 'recording frames of 301 056 bytes, against a plain write of the same bytes',
  async *cases({ quick }) {
    const folder = mkdtempSync(join(tmpdir(), 'opu-bench-'));
    try {
      yield asFastAsPossible(folder, quick ? 100 : 800);
      yield pacedSynced(folder, quick ? 1 : 60);
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
        last = (await recordAll(new SpeckleDevice(), folder, frames, {})).statistics;
      },
    },
    peers: [{ name: 'plain write, then sync', run: () => void plainWrite(folder, frames) }],
    notes: () => `file ${megabytes(last?.fileBytes ?? 0)} MB, at most ${last?.mostQueuedFrames} frames not yet safe`,
  };
}

/** Each sync covers so many frames: as many as the recorder has in a chunk. */
const FRAMES_A_SYNC = 14;

/** 800 frames a second, at most 64 of them lost by a power cut; and how late frames are taken without any recorder. */
function pacedSynced(folder: string, seconds: number): BenchCase {
  return paced(
    `800 frames/s for ${seconds} s, safe against a power cut`,
    seconds,
    ['recorder, hold', (count) => recordPaced(folder, count, { safety: 'power-cut', policy: 'hold' })],
    [`plain write, sync every ${FRAMES_A_SYNC} frames`, (count) => writePaced(folder, count, FRAMES_A_SYNC)],
    ['nothing recorded', (count) => takePaced(count)],
  );
}

function pacedOtherwise(folder: string, seconds: number): BenchCase {
  return paced(
    `800 frames/s for ${seconds} s, other settings`,
    seconds,
    [
      'recorder, safe against a crash, hold',
      (count) => recordPaced(folder, count, { safety: 'crash', policy: 'hold' }),
    ],
    [
      'recorder, safe against a power cut, drop',
      (count) => recordPaced(folder, count, { safety: 'power-cut', policy: 'drop' }),
    ],
    ['plain write, sync at the end', (count) => writePaced(folder, count, Number.POSITIVE_INFINITY)],
  );
}

type Stage = readonly [name: string, work: (count: number) => Promise<Paced>];

/** Frames come on their ticks, and each stage says how late they were taken. A second of each first warms up. */
function paced(name: string, seconds: number, ours: Stage, ...peers: readonly Stage[]): BenchCase {
  const frames = Math.round((seconds * 1e8) / PERIOD_TICKS);
  const notes = new Map<string, string>();
  const warm = new Set<string>();
  const contender = ([stage, work]: Stage) => ({
    name: stage,
    run: async () => {
      const result = await work(warm.has(stage) ? frames : Math.min(frames, 800));
      warm.add(stage);
      notes.set(stage, `${stage}: ${describe(result)}`);
      return result.seconds;
    },
  });
  return {
    name,
    work: { amount: (frames * FRAME_BYTES) / 1e6, unit: 'MB' },
    rounds: 1,
    ours: contender(ours),
    peers: peers.map(contender),
    notes: () => [...notes.values()].join('\n  '),
  };
}

interface Paced {
  /** Until everything was on the disk. */
  readonly seconds: number;
  /** Milliseconds from a frame's tick to when its reader had it. */
  readonly lateness: Float64Array;
  readonly statistics?: RecorderStatistics;
}

async function recordPaced(folder: string, count: number, options: OpenRecorderOptions): Promise<Paced> {
  const clock = new RealTimeClock();
  return await recordAll(new SpeckleDevice(clock), folder, count, options, clock);
}

async function takePaced(count: number): Promise<Paced> {
  const clock = new RealTimeClock();
  return await take(new SpeckleDevice(clock), count, clock);
}

async function writePaced(folder: string, count: number, framesPerSync: number): Promise<Paced> {
  const clock = new RealTimeClock();
  const path = join(folder, 'paced.raw');
  const file = openSync(path, 'w');
  let written = 0;
  try {
    const result = await take(new SpeckleDevice(clock), count, clock, (image) => {
      writeSync(file, image);
      if (++written % framesPerSync === 0) fdatasyncSync(file);
    });
    fdatasyncSync(file);
    return { ...result, seconds: clock.now() / 1e8 };
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

async function recordAll(
  device: SpeckleDevice,
  folder: string,
  count: number,
  options: OpenRecorderOptions,
  clock = new RealTimeClock(),
): Promise<Paced & { readonly statistics: RecorderStatistics }> {
  const path = join(folder, 'bench.mcap');
  const recorder = await openRecorder(path, options);
  const recorded = await recordDevice(device, recorder);
  try {
    const result = await take(recorded, count, clock);
    await recorded.close();
    return { ...result, seconds: clock.now() / 1e8, statistics: recorder.statistics };
  } finally {
    rmSync(path);
  }
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

function describe({ lateness, statistics }: Paced): string {
  const sorted = lateness.toSorted();
  const at = (share: number): string =>
    `${sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!.toFixed(2)} ms`;
  const late = `late by ${at(0.5)} (median), ${at(0.99)} (99 %), ${at(1)} (most)`;
  if (statistics === undefined) return late;
  const { mostQueuedFrames, holds, framesNotRecorded, fileBytes } = statistics;
  const left = framesNotRecorded === 0 ? '' : `, ${framesNotRecorded} frames left out`;
  return `${late}; at most ${mostQueuedFrames} frames not yet safe, ${holds} waits for the disk${left}, file ${megabytes(fileBytes)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
