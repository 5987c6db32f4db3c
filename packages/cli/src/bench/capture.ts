import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecorder, type RecorderStatistics, recordDevice, type Safety } from '@opu/capture';
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
      yield paced(folder, quick ? 1 : 60);
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
        last = (await recordAll(new SpeckleDevice(), folder, frames, 'power-cut')).statistics;
      },
    },
    peers: [{ name: 'plain write, then sync', run: () => void plainWrite(folder, frames) }],
    notes: () => `file ${megabytes(last?.fileBytes ?? 0)} MB, at most ${last?.mostQueuedFrames} frames not yet safe`,
  };
}

/** 800 frames a second: how late each frame is taken. Stages of a second each first: they warm up. */
function paced(folder: string, seconds: number): BenchCase {
  const frames = Math.round((seconds * 1e8) / PERIOD_TICKS);
  const notes: string[] = [];
  let warm = false;
  const run = async (name: string, work: (count: number) => Promise<Paced>): Promise<number> => {
    // The first round warms up; a second of it does.
    const result = await work(warm ? frames : Math.min(frames, 800));
    if (warm) notes.push(`${name}: ${describe(result)}`);
    return result.seconds;
  };
  return {
    name: `800 frames/s for ${seconds} s`,
    work: { amount: (frames * FRAME_BYTES) / 1e6, unit: 'MB' },
    rounds: 1,
    ours: {
      name: 'recorder, safe against a crash',
      run: () => run('recorder (crash)', (count) => recordPaced(folder, count, 'crash')),
    },
    peers: [
      {
        name: 'recorder, safe against a power cut',
        run: () => run('recorder (power cut)', (count) => recordPaced(folder, count, 'power-cut')),
      },
      {
        name: 'plain write, sync at the end',
        run: async () => {
          const taken = await run('plain write', (count) => writePaced(folder, count));
          warm = true;
          return taken;
        },
      },
    ],
    notes: () => notes.join('\n  '),
  };
}

interface Paced {
  readonly seconds: number;
  /** Milliseconds from a frame's tick to when its reader had it. */
  readonly lateness: Float64Array;
  readonly statistics?: RecorderStatistics;
}

async function recordPaced(folder: string, count: number, safety: Safety): Promise<Paced> {
  const clock = new RealTimeClock();
  return await recordAll(new SpeckleDevice(clock), folder, count, safety, clock);
}

async function writePaced(folder: string, count: number): Promise<Paced> {
  const clock = new RealTimeClock();
  const path = join(folder, 'paced.raw');
  const file = openSync(path, 'w');
  try {
    const result = await take(new SpeckleDevice(clock), count, clock, (image) => void writeSync(file, image));
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
  safety: Safety,
  clock = new RealTimeClock(),
): Promise<Paced & { readonly statistics: RecorderStatistics }> {
  const path = join(folder, 'bench.mcap');
  const recorder = await openRecorder(path, { safety });
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
  const { mostQueuedFrames, holds, fileBytes } = statistics;
  return `${late}; at most ${mostQueuedFrames} frames not yet safe, ${holds} waits for the disk, file ${megabytes(fileBytes)} MB`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
