// Optical random features: MNIST images, binarised at 25, are shown on an OPU, and a ridge classifier is fitted to the
// intensities that its camera sees (Saade et al. 2015, arXiv 1510.06664; there a device gave 96.57 % at 10 000 features).
//
//   node examples/dist/mnist-ridge.js <folder with MNIST's four IDX files> [features ...] [--train n] [--device address]
import { pathToFileURL } from 'node:url';
import { choleskySolve, gemm, matrixView, sharedComputePool, transposed } from '@opu/compute';
import { type LabelledImages, readIdxFolder } from '@opu/dfa';
import {
  type CellLayout,
  cellLayout,
  isOpuError,
  type OpuDevice,
  OpuError,
  openOpu,
  windowOfPixels,
  writePattern,
} from '@opu/driver';
import { emulatorScheme } from '@opu/emulator';
import ndarray from 'ndarray';

const THRESHOLD = 25;
const ALPHA = 1;
const CLASSES = 10;
const CHUNK = 1000;

/** Features of some images: those of image n begin at `offset + n * stride`. */
interface Features {
  readonly data: ArrayLike<number>;
  readonly offset: number;
  readonly stride: number;
}

/** What ridge regressions on any number of the first features need of the training set. */
interface TrainingSums {
  readonly features: number;
  readonly total: number;
  /** Subtracted from all features: near their mean. */
  readonly mean: Float64Array;
  /** Lower triangle of the sum of products of features, [features, features]. */
  readonly scatter: Float32Array;
  /** Sums of features by class, [features, classes]. */
  readonly byClass: Float32Array;
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

interface Model {
  readonly features: number;
  readonly weights: Float32Array;
  readonly bias: Float64Array;
}

export interface RidgeOptions {
  readonly features: readonly number[];
  /** Training images; all by default. */
  readonly train?: number;
  readonly address?: string;
  readonly log?: (line: string) => void;
}

export interface RidgeResult {
  readonly features: number;
  /** Of the test set, percent. */
  readonly accuracy: number;
}

/** Shows images from `first` to `last` and answers with their intensities, shape [count, pixels]. */
async function intensities(
  device: OpuDevice,
  layout: CellLayout,
  set: LabelledImages,
  first: number,
  last: number,
): Promise<Features> {
  const size = set.rows * set.columns;
  const patterns = new Uint8Array((last - first) * layout.patternBytes);
  const bits = new Uint8Array(size);
  for (let n = first; n < last; n++) {
    for (let i = 0; i < size; i++) bits[i] = set.images[n * size + i]! > THRESHOLD ? 1 : 0;
    const at = (n - first) * layout.patternBytes;
    writePattern(layout, bits, false, patterns.subarray(at, at + layout.patternBytes));
  }
  const { pixels } = await device.project(ndarray(patterns, [last - first, layout.patternBytes]));
  return { data: pixels.data, offset: pixels.offset, stride: pixels.stride[0]! };
}

/** Copies a chunk's features, less `mean`, to rows of the pool. */
function centre(chunk: Features, count: number, features: number, mean: Float64Array, out: Float32Array): void {
  for (let n = 0; n < count; n++) {
    const from = chunk.offset + n * chunk.stride;
    for (let m = 0; m < features; m++) out[n * features + m] = chunk.data[from + m]! - mean[m]!;
  }
}

function meanOfRows(chunk: Features, count: number, features: number): Float64Array {
  const mean = new Float64Array(features);
  for (let n = 0; n < count; n++) {
    for (let m = 0; m < features; m++) mean[m]! += chunk.data[chunk.offset + n * chunk.stride + m]! / count;
  }
  return mean;
}

async function trainingSums(
  device: OpuDevice,
  layout: CellLayout,
  train: LabelledImages,
  features: number,
  log: (line: string) => void,
): Promise<TrainingSums> {
  const pool = sharedComputePool();
  const scatter = pool.float32(features * features);
  const byClass = pool.float32(features * CLASSES);
  const sums = new Float64Array(features);
  const counts = new Float64Array(CLASSES);
  const rows = pool.float32(CHUNK * features);
  const labels = pool.float32(CHUNK * CLASSES);
  let mean: Float64Array = new Float64Array(0);
  for (let first = 0; first < train.count; first += CHUNK) {
    const count = Math.min(CHUNK, train.count - first);
    const chunk = await intensities(device, layout, train, first, first + count);
    if (first === 0) mean = meanOfRows(chunk, count, features);
    centre(chunk, count, features, mean, rows);
    labels.fill(0);
    for (let n = 0; n < count; n++) {
      const label = train.labels[first + n]!;
      labels[n * CLASSES + label] = 1;
      counts[label]!++;
      for (let m = 0; m < features; m++) sums[m]! += rows[n * features + m]!;
    }
    const x = matrixView(rows, count, features);
    gemm(pool, transposed(x), matrixView(labels, count, CLASSES), matrixView(byClass, features, CLASSES), {
      accumulate: true,
    });
    for (let column = 0; column < features; column += 1024) {
      const columns = Math.min(1024, features - column);
      const right = { ...x, shape: [count, columns], offset: column };
      const left = { ...x, shape: [count, features - column], offset: column };
      const block = {
        data: scatter,
        shape: [features - column, columns],
        stride: [features, 1],
        offset: column * features + column,
      };
      gemm(pool, transposed(left), right, block, { accumulate: true });
    }
    log(`shown ${first + count} of ${train.count} training images`);
  }
  for (const array of [rows, labels]) pool.release(array);
  return { features, scatter, byClass, sums, counts, mean, total: train.count };
}

/**
 * Weights of one-against-all ridge regression on the first `m` features; targets are +1 and -1. With all features it is solved in
 * place, and `scatter` is gone: two matrices of 10 000 x 10 000 would not fit.
 */
function ridge(training: TrainingSums, m: number): Model {
  const pool = sharedComputePool();
  const { features, scatter, byClass, total, sums, counts } = training;
  const a = m === features ? scatter : pool.float32(m * m);
  const b = pool.float32(m * CLASSES);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) a[i * m + j] = scatter[i * features + j]! - (sums[i]! * sums[j]!) / total;
    a[i * m + i]! += ALPHA;
    for (let c = 0; c < CLASSES; c++) {
      b[i * CLASSES + c] = 2 * (byClass[i * CLASSES + c]! - (sums[i]! * counts[c]!) / total);
    }
  }
  choleskySolve(pool, a, b, m, CLASSES);
  const weights = Float32Array.from(b);
  if (a !== scatter) pool.release(a);
  pool.release(b);
  const bias = Float64Array.from(counts, (count, c) => {
    let value = (2 * count) / total - 1;
    for (let i = 0; i < m; i++) value -= (sums[i]! / total) * weights[i * CLASSES + c]!;
    return value;
  });
  return { features: m, weights, bias };
}

function countRight(model: Model, chunk: Features, mean: Float64Array, labels: Uint8Array): number {
  let right = 0;
  for (let n = 0; n < labels.length; n++) {
    const scores = Float64Array.from(model.bias);
    for (let i = 0; i < model.features; i++) {
      const value = chunk.data[chunk.offset + n * chunk.stride + i]! - mean[i]!;
      for (let c = 0; c < CLASSES; c++) scores[c]! += value * model.weights[i * CLASSES + c]!;
    }
    if (scores.indexOf(Math.max(...scores)) === labels[n]) right++;
  }
  return right;
}

/**
 * Test accuracy for each number of features, in rising order.
 * @param folder MNIST's four IDX files, packed by gzip or not
 */
export async function mnistRidge(folder: string, options: RidgeOptions): Promise<RidgeResult[]> {
  const { features, train: limit, address = 'emulator:opu-1m-300k?seed=1', log = () => {} } = options;
  const { train, test } = readIdxFolder(folder);
  const used = { ...train, count: Math.min(train.count, limit ?? train.count) };
  const most = Math.max(...features);
  const device = await openOpu(address, { schemes: { emulator: emulatorScheme } });
  try {
    const layout = cellLayout('macro', device.limits.modulator, train.rows * train.columns, false);
    const regionOfInterest = windowOfPixels(device.limits.sensor, most);
    await device.configure({ regionOfInterest, macroPixels: layout.macroPixels });
    const training = await trainingSums(device, layout, used, most, log);
    const models = features
      .toSorted((a, b) => a - b)
      .map((m) => {
        log(`fitting ${m} features`);
        return ridge(training, m);
      });
    const right = models.map(() => 0);
    for (let first = 0; first < test.count; first += CHUNK) {
      const count = Math.min(CHUNK, test.count - first);
      const chunk = await intensities(device, layout, test, first, first + count);
      const labels = test.labels.subarray(first, first + count);
      models.forEach((model, k) => {
        right[k]! += countRight(model, chunk, training.mean, labels);
      });
    }
    sharedComputePool().release(training.scatter);
    sharedComputePool().release(training.byClass);
    return models.map((model, k) => ({ features: model.features, accuracy: (100 * right[k]!) / test.count }));
  } finally {
    await device.close();
  }
}

function parseArguments(args: readonly string[]): { folder: string; options: RidgeOptions } {
  const features: number[] = [];
  let folder: string | undefined;
  let train: number | undefined;
  let address: string | undefined;
  for (let k = 0; k < args.length; k++) {
    if (args[k] === '--train') train = Number(args[++k]);
    else if (args[k] === '--device') address = args[++k];
    else if (folder === undefined) folder = args[k];
    else features.push(Number(args[k]));
  }
  if (features.length === 0) features.push(1000);
  const numbers = [...features, train ?? 1];
  if (folder === undefined || numbers.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      'usage: node examples/dist/mnist-ridge.js <folder of MNIST> [features ...] [--train n] [--device address]',
    );
  }
  const rest = { ...(train === undefined ? {} : { train }), ...(address === undefined ? {} : { address }) };
  return { folder, options: { features, ...rest } };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { folder, options } = parseArguments(process.argv.slice(2));
    const results = await mnistRidge(folder, { ...options, log: (line) => console.error(line) });
    for (const { features, accuracy } of results)
      console.log(`${features} features: ${accuracy.toFixed(2)} % of the test set`);
  } catch (error) {
    if (!isOpuError(error)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
