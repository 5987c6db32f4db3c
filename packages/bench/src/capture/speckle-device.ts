import { SeededRandom } from '@opu/compute';
import { type Clock, OpuError, type Ticks } from '@opu/core';
import type { AppliedConfiguration, OpuDevice, PatternSource, Readout, ReadoutStream } from '@opu/driver';
import ndarray from 'ndarray';

/** The default profile's region of interest: 301 056 pixels of 8 bits. */
export const WIDTH = 2048;
export const HEIGHT = 147;
export const FRAME_BYTES = WIDTH * HEIGHT;
/** 1.25 ms: 800 frames a second. */
export const PERIOD_TICKS = 125_000;
const PATTERN_BYTES = 1024;
const DISTINCT_FRAMES = 16;

/** Fully developed speckle with a little camera noise: exponentially distributed grey values, as bytes. */
function speckle(): Uint8Array[] {
  return Array.from({ length: DISTINCT_FRAMES }, (_, frame) => {
    const random = new SeededRandom(frame, 'speckle');
    return Uint8Array.from({ length: FRAME_BYTES }, (_, i) =>
      Math.min(255, -40 * Math.log(random.uniform(2 * i)) + 2 * random.uniform(2 * i + 1)),
    );
  });
}

let images: Uint8Array[] | undefined;

/** Frames as bytes, made once. */
export function frameImages(): Uint8Array[] {
  images ??= speckle();
  return images;
}

const refuse = (): never => {
  throw new OpuError('NOT_SUPPORTED', 'The source of frames of this benchmark only streams.');
};

/**
 * A device that costs nothing, for timing what is around a device. With a clock it makes a frame every 1.25 ms of it,
 * whether anybody takes it or not, and says how late each was taken; without, a frame whenever one is asked for.
 */
export class SpeckleDevice implements OpuDevice {
  readonly address = 'speckle:';
  readonly identity = { vendor: '', model: 'speckle', serial: '0', firmwareVersion: '0', profile: 'opu-1m-300k' };
  readonly limits: OpuDevice['limits'] = {
    modulator: { kind: 'dmd', width: 912, height: 1140 },
    sensor: { width: WIDTH, height: 1088, xStep: 1, yStep: 1 },
    patternSlots: 1024,
    frameBuffers: 16,
    bitDepths: [8],
    exposureTicks: { minimum: 1, maximum: 1e9 },
    periodTicks: { minimum: 1, maximum: 1e9 },
    tickPicoseconds: 10_000,
    features: new Set(),
  };
  readonly configuration: AppliedConfiguration = {
    periodTicks: PERIOD_TICKS,
    exposureTicks: 40_000,
    extraSettleTicks: 0,
    regionOfInterest: { x: 0, y: 0, width: WIDTH, height: HEIGHT },
    bitDepth: 8,
    overrun: 'hold',
    trigger: 'internal',
    macroPixels: { columns: 128, rows: 64 },
    reference: { on: false, amplitude: 1, phaseSteps: 1, tiltX: 0, tiltY: 0 },
    minimumPeriodTicks: PERIOD_TICKS,
    limitingTerm: 'camera-readout',
    patternBytes: PATTERN_BYTES,
    hash: '00000000',
  };
  readonly #clock: Clock | undefined;

  constructor(clock?: Clock) {
    this.#clock = clock;
  }

  stream(patterns: PatternSource): ReadoutStream {
    const readouts = this.#readouts(patterns as Iterable<Uint8Array>);
    return {
      [Symbol.asyncIterator]: () => readouts,
      get readouts$() {
        return refuse();
      },
    };
  }

  configure = refuse;
  project = refuse;
  stop = refuse;
  abort = refuse;

  async counters(): Promise<ReadonlyMap<string, number>> {
    return new Map();
  }

  async now(): Promise<Ticks> {
    return 0;
  }

  async close(): Promise<void> {}

  async *#readouts(patterns: Iterable<Uint8Array>): AsyncGenerator<Readout> {
    const clock = this.#clock;
    const start = clock?.now() ?? 0;
    let frame = 0;
    for (const _ of patterns) {
      const tick = frame * PERIOD_TICKS;
      if (clock !== undefined && clock.now() < start + tick) {
        await new Promise<void>((resolve) => clock.at(start + tick, resolve));
      }
      yield {
        frame,
        patternId: frame,
        resetTick: tick,
        exposureStartTick: tick,
        exposureTicks: 40_000,
        referencePhaseRadians: 0,
        droppedBefore: 0,
        saturatedShare: 0,
        ghostRisk: false,
        image: ndarray(frameImages()[frame % DISTINCT_FRAMES]!, [HEIGHT, WIDTH]),
      };
      frame += 1;
    }
  }
}

/** `count` patterns of 128 x 64 macro-pixels; nobody looks at them. */
export function* somePatterns(count: number): Generator<Uint8Array> {
  const pattern = new Uint8Array(PATTERN_BYTES);
  for (let n = 0; n < count; n++) {
    new DataView(pattern.buffer).setUint32(0, n);
    yield pattern;
  }
}
