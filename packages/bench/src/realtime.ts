import { schemes } from '@opu/cli';
import { type Lateness, LatenessStatistics, RealTimeClock, TICKS_PER_SECOND, type Ticks } from '@opu/core';
import { openOpu } from '@opu/driver';
import { createEmulatedDevice, type SequencerListener } from '@opu/emulator';
import type { Bench, BenchCase } from './harness/bench.js';
import { RealTimeProcess } from './link/processes.js';

/** 1.25 ms, the frame period of the published OPU. */
const PERIOD_TICKS = 125_000;
const OVER_TCP = 'opu-1m-300k in another process, 800 frames a second over TCP, streamed to by the driver';
const seconds = (ticks: Ticks): number => ticks / TICKS_PER_SECOND;
const microseconds = (ticks: Ticks): string => `${(ticks / 100).toFixed(0)} us`;

/** Lateness of frames at 1.25 ms. What is timed is the median lateness; the note has the tail and the frames that were early. */
export const realtimeBench: Bench = {
  name: 'realtime',
  description: 'lateness of an emulated device at 1.25 ms a frame in real time, against a bare timer',
  async *cases({ quick, wanted }) {
    const length = quick ? 2 : 60;
    yield sequencerCase('device, sleeping clock, streamed to by the driver', length, 0);
    if (wanted(OVER_TCP)) yield* overTcp(length);
    yield sequencerCase('device, clock that looks ahead 1.5 ms, streamed to by the driver', length, 1.5);
  },
};

function sequencerCase(name: string, length: number, spinMilliseconds: number): BenchCase {
  let note = '';
  let warm = true;
  return {
    name,
    rounds: 1,
    ours: {
      name: 'opu',
      run: async () => {
        const result = await streamInRealTime(warm ? 1 : length, spinMilliseconds);
        warm = false;
        note = describe(result);
        return seconds(result.lateness.medianTicks);
      },
    },
    peers: [
      { name: 'bare setTimeout chain', run: async () => seconds((await bareTimer(Math.min(length, 10))).medianTicks) },
    ],
    notes: () => note,
  };
}

/**
 * 800 frames a second of 130 kB up and 301 kB down over TCP from a device in another process, without optics. The note says
 * how many slots passed because the host did not keep up.
 */
async function* overTcp(length: number): AsyncIterable<BenchCase> {
  const other = new RealTimeProcess();
  const device = await openOpu(await other.address(), { schemes });
  const { patternBytes } = device.configuration;
  const pattern = new Uint8Array(patternBytes).fill(0x5a);
  let warm = true;
  let note = '';
  yield {
    name: OVER_TCP,
    rounds: 1,
    ours: {
      name: 'opu',
      run: async () => {
        const count = Math.round(((warm ? 1 : length) * TICKS_PER_SECOND) / PERIOD_TICKS);
        warm = false;
        const patterns = function* (): Generator<Uint8Array> {
          for (let i = 0; i < count; i++) yield pattern;
        };
        const start = performance.now();
        let frames = 0;
        for await (const _ of device.stream(patterns())) frames++;
        const taken = (performance.now() - start) / 1000;
        const { underrunsFirst, underrunsLater, stalls, medianTicks, p999Ticks, maximumTicks } = await other.report();
        note =
          `${frames} frames in ${taken.toFixed(2)} s: ${underrunsFirst} underruns before frame 16, ${underrunsLater} after, ` +
          `${stalls} stalls; late by ${microseconds(medianTicks)} in the median, ${microseconds(p999Ticks)} at 99.9 %, ` +
          `${microseconds(maximumTicks)} at most`;
        return seconds(medianTicks);
      },
    },
    peers: [
      { name: 'bare setTimeout chain', run: async () => seconds((await bareTimer(Math.min(length, 10))).medianTicks) },
    ],
    notes: () => note,
  };
  await device.close();
  await other.close();
}

interface RealTimeResult {
  readonly lateness: Lateness;
  readonly frames: number;
  readonly early: number;
  readonly underruns: number;
  readonly wrongTicks: number;
}

function describe({ lateness, frames, early, underruns, wrongTicks }: RealTimeResult): string {
  const { medianTicks, p999Ticks, maximumTicks } = lateness;
  return (
    `${frames} frames: ${early} early, late by ${microseconds(medianTicks)} in the median, ${microseconds(p999Ticks)} at ` +
    `99.9 %, ${microseconds(maximumTicks)} at most; ${underruns} underruns, ${wrongTicks} resets off the grid`
  );
}

/** A device of 32 x 32 mirrors, whose light costs nothing, so that the clock is what is measured. */
async function streamInRealTime(length: number, spinMilliseconds: number): Promise<RealTimeResult> {
  const clock = new RealTimeClock({ spinMilliseconds });
  const lateness = new LatenessStatistics();
  let early = 0;
  let wrongTicks = 0;
  let firstReset: Ticks | undefined;
  const trace: SequencerListener = {
    edge(edge, tick) {
      if (edge !== 'reset' && edge !== 'txEnd') return;
      const late = clock.now() - tick;
      if (late < 0) early++;
      else lateness.add(late);
      if (edge !== 'reset') return;
      firstReset ??= tick;
      if ((tick - firstReset) % PERIOD_TICKS !== 0) wrongTicks++;
    },
  };
  const emulated = createEmulatedDevice({ profile: 'tiny', clock, trace });
  const device = await openOpu('bench:', { schemes: { bench: async () => ({ transport: emulated.connect() }) } });
  try {
    const { patternBytes } = await device.configure({ periodTicks: PERIOD_TICKS });
    const count = Math.round((length * TICKS_PER_SECOND) / PERIOD_TICKS);
    const pattern = new Uint8Array(patternBytes).fill(0x5a);
    const patterns = function* (): Generator<Uint8Array> {
      for (let i = 0; i < count; i++) yield pattern;
    };
    let frames = 0;
    for await (const _ of device.stream(patterns())) frames++;
    const underruns = (await device.counters()).get('underrun') ?? 0;
    return { lateness: lateness.summary, frames, early, underruns, wrongTicks };
  } finally {
    await device.close();
    await emulated.close();
  }
}

/** What a host program would do without a clock: a chain of timers that each aim at the next period. */
async function bareTimer(length: number): Promise<Lateness> {
  const lateness = new LatenessStatistics();
  const period = PERIOD_TICKS / 100_000;
  const start = performance.now();
  const count = Math.round((length * 1000) / period);
  for (let i = 1; i <= count; i++) {
    const due = start + i * period;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    lateness.add(Math.max(0, Math.round((performance.now() - due) * 100_000)));
  }
  return lateness.summary;
}
