import { readIdxFolder } from '@opu/dfa';
import { openOpu } from '@opu/driver';
import { emulatorScheme } from '@opu/emulator';
import {
  accuracy,
  DigitalSketch,
  intensityFeatures,
  kernelRidge,
  meanSquaredLength,
  minimumNorm,
  oneHot,
  openOpticalFeatures,
  opticalKernel,
  type RandomFeatures,
  ridge,
} from '@opu/sketch';
import ndarray, { type NdArray } from 'ndarray';

/** Grey values above which a pixel is on. */
const BINARISED_AT = 25;

export interface Digits {
  readonly x: NdArray<Uint8Array>;
  readonly labels: Uint8Array;
}

/** The first images of each part of MNIST, binarised. @param folder with the four IDX files */
export function binaryDigits(folder: string, train: number, test: number): { train: Digits; test: Digits } {
  const all = readIdxFolder(folder);
  const part = ({ images, labels }: { images: Uint8Array; labels: Uint8Array }, count: number): Digits => {
    const width = images.length / labels.length;
    const x = Uint8Array.from(images.subarray(0, count * width), (grey) => (grey > BINARISED_AT ? 1 : 0));
    return { x: ndarray(x, [count, width]), labels: labels.slice(0, count) };
  };
  return { train: part(all.train, train), test: part(all.test, test) };
}

/** Runs with intensities of light (frames as they are), or with those of numbers. */
export async function withFeatures<T>(
  kind: 'optical' | 'digital',
  { inputs, outputs, seed }: { inputs: number; outputs: number; seed: number },
  work: (features: RandomFeatures) => Promise<T>,
): Promise<T> {
  if (kind === 'digital') return work(intensityFeatures(new DigitalSketch({ inputs, outputs: 2 * outputs, seed })));
  const address = `emulator:opu-1m-300k?medium=signs&seed=${seed}`;
  const device = await openOpu(address, { schemes: { emulator: emulatorScheme } });
  try {
    return await work(await openOpticalFeatures(device, { inputs, outputs }));
  } finally {
    await device.close();
  }
}

export interface Descent {
  readonly features: readonly number[];
  /** Shares of test images that are wrong, and mean squared errors of the scores. */
  readonly errors: readonly number[];
  readonly squaredErrors: readonly number[];
}

/** Least squares of the smallest norm on the first of the features, for each number of them. */
export async function doubleDescent(
  random: RandomFeatures,
  { train, test }: { train: Digits; test: Digits },
  counts: readonly number[],
): Promise<Descent> {
  const [f, fresh] = [await random.transform(train.x), await random.transform(test.x)];
  const targets = targetsOf(train);
  const wanted = targetsOf(test);
  const [errors, squaredErrors]: [number[], number[]] = [[], []];
  for (const count of counts) {
    const first = (all: NdArray<Float32Array>) => all.hi(all.shape[0]!, count);
    const scores = minimumNorm(first(f), targets).predict(first(fresh));
    errors.push(1 - accuracy(scores, test.labels));
    squaredErrors.push(
      scores.data.reduce((sum, value, i) => sum + (value - wanted.data[i]!) ** 2, 0) / test.labels.length,
    );
  }
  return { features: counts, errors, squaredErrors };
}

/** Test accuracies of ridge on the first of the features, for each number of them. */
export async function ridgeAccuracies(
  random: RandomFeatures,
  { train, test }: { train: Digits; test: Digits },
  counts: readonly number[],
  share: number,
): Promise<number[]> {
  const [f, fresh] = [await random.transform(train.x), await random.transform(test.x)];
  return counts.map((count) => {
    const first = (all: NdArray<Float32Array>) => all.hi(all.shape[0]!, count);
    const model = ridge(first(f), targetsOf(train), share * meanSquaredLength(first(f)));
    return accuracy(model.predict(first(fresh)), test.labels);
  });
}

export function kernelAccuracy({ train, test }: { train: Digits; test: Digits }, share: number): number {
  const model = kernelRidge(opticalKernel(train.x, train.x), targetsOf(train), share);
  return accuracy(model.predict(opticalKernel(test.x, train.x)), test.labels);
}

function targetsOf({ labels }: Digits): NdArray<Float32Array> {
  return ndarray(oneHot(labels, 10).data, [labels.length, 10]);
}
