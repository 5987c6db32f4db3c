import { SeededRandom } from '@opu/compute';
import {
  type ChangeDetector,
  type Detection,
  detectionPower,
  type Kernel,
  MovingAverage,
  Newma,
  type RandomFeatures,
  ScanB,
} from '@opu/sketch';
import ndarray, { type NdArray } from 'ndarray';

type Matrix = NdArray<Float32Array>;

export interface StreamOptions {
  readonly dimensions: number;
  readonly changes: number;
  /** Samples between two changes. */
  readonly segment: number;
  readonly seed: number;
}

/**
 * Gaussian mixtures of four components, in pairs on both sides of zero: before and after a change the mean is zero, and every
 * coordinate has variance 1. So it takes more than means to see them.
 */
export function mixtureStream({ dimensions: d, changes, segment, seed }: StreamOptions): Matrix {
  const random = new SeededRandom(seed, 'mixtures');
  const count = (changes + 1) * segment;
  const out = new Float32Array(count * d);
  let at = 0;
  const centres = new Float64Array(2 * d);
  const noise = new Float64Array(d);
  for (let t = 0; t < count; t++) {
    if (t % segment === 0) {
      for (let i = 0; i < d; i++) {
        const [a, b] = [CENTRE * random.normal(at++), CENTRE * random.normal(at++)];
        // Both pairs are equally likely: a coordinate's variance is that of its centres and the noise.
        const size = Math.min(1, 0.95 / Math.sqrt((a * a + b * b) / 2));
        [centres[i], centres[d + i]] = [a * size, b * size];
        noise[i] = Math.sqrt(1 - ((a * size) ** 2 + (b * size) ** 2) / 2);
      }
    }
    const choice = random.integer(at++, 4);
    for (let i = 0; i < d; i++) {
      const centre = (choice < 2 ? 1 : -1) * centres[(choice % 2) * d + i]!;
      out[t * d + i] = centre + noise[i]! * random.normal(at++);
    }
  }
  return ndarray(out, [count, d]);
}

/** Spread of the centres; the larger, the easier a change is to see. */
const CENTRE = 0.9;

/** Where a standard normal number is cut into eight equally likely parts. */
const CUTS = [-1.1503, -0.6745, -0.3186, 0, 0.3186, 0.6745, 1.1503];

/** Each number as seven bits: how many cuts it is above. Light takes them as they are, one frame a sample. */
export function thermometer(stream: Matrix): NdArray<Uint8Array> {
  const [count, d] = stream.shape as [number, number];
  const width = d * CUTS.length;
  const out = new Uint8Array(count * width);
  for (let i = 0; i < count * d; i++) {
    for (const [k, cut] of CUTS.entries()) out[i * CUTS.length + k] = stream.data[i]! > cut ? 1 : 0;
  }
  return ndarray(out, [count, width]);
}

export interface WatchOptions {
  readonly changes: number;
  readonly segment: number;
  readonly window: number;
}

/** Samples that are transformed at once: all of a long stream's features would not fit memory. */
const BATCH = 10_000;

/** Detection power at 5 % false alarms of a detector on rows. */
async function powerOf(
  detector: ChangeDetector,
  rows: NdArray<Float32Array | Uint8Array>,
  { changes, segment }: WatchOptions,
  transform: (batch: NdArray<Float32Array | Uint8Array>) => Promise<Matrix>,
): Promise<Detection> {
  const [count, inputs] = rows.shape as [number, number];
  const statistic = new Float64Array(count);
  for (let first = 0; first < count; first += BATCH) {
    const size = Math.min(BATCH, count - first);
    const { data, shape } = await transform(rows.lo(first, 0).hi(size, inputs));
    const width = shape[1]!;
    for (let t = 0; t < size; t++) statistic[first + t] = detector.next(data.subarray(t * width, (t + 1) * width));
  }
  const at = Array.from({ length: changes }, (_, k) => (k + 1) * segment);
  return detectionPower(statistic, { changes: at, horizon: Math.floor(segment / 2), falseAlarms: 0.05 });
}

export function newmaPower(
  features: RandomFeatures,
  bits: NdArray<Uint8Array>,
  options: WatchOptions,
): Promise<Detection> {
  return powerOf(new Newma({ window: options.window }), bits, options, (batch) => features.transform(batch));
}

export function movingAveragePower(stream: Matrix, options: WatchOptions): Promise<Detection> {
  return powerOf(new MovingAverage(options.window), stream, options, asTheyAre);
}

async function asTheyAre(batch: NdArray<Float32Array | Uint8Array>): Promise<Matrix> {
  const [count, width] = batch.shape as [number, number];
  return ndarray(Float32Array.from(batch.data.subarray(batch.offset, batch.offset + count * width)), [count, width]);
}

/** By the kernel of the optical features themselves, on the same bits. */
export function scanBPower(bits: NdArray<Uint8Array>, options: WatchOptions): Promise<Detection> {
  const kernel: Kernel = (x, y) => {
    let [xx, yy, xy] = [0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      xx += x[i]! * x[i]!;
      yy += y[i]! * y[i]!;
      xy += x[i]! * y[i]!;
    }
    return xx * yy + xy * xy;
  };
  return powerOf(new ScanB({ kernel, window: options.window, blocks: 2 }), bits, options, asTheyAre);
}
