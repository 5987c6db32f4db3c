import { gaussianFeatures, intensityFeatures, openOpticalFeatures, type RandomFeatures } from '@opu/sketch';
import type { NdArray } from 'ndarray';
import type { SketchContext } from './task.js';

type Matrix = NdArray<Float32Array>;

/** Intensities: frames as they are for 0 and 1 on a device, through a linear projection for other numbers. */
export async function openIntensityFeatures(
  { device, signal, openSketch }: SketchContext,
  inputs: number,
  outputs: number,
  matrices: readonly Matrix[],
): Promise<RandomFeatures> {
  if (device !== undefined && matrices.every(isBinary)) return openOpticalFeatures(device, { inputs, outputs, signal });
  return intensityFeatures(await openSketch({ inputs, outputs: 2 * outputs }));
}

/** Fourier features of a Gaussian kernel as wide as the median distance of samples, unless its gamma is given. */
export async function openGaussianFeatures(
  { seed, openSketch }: SketchContext,
  stream: Matrix,
  outputs: number,
  asked: number | undefined,
): Promise<{ readonly features: RandomFeatures; readonly gamma: number }> {
  const gamma = asked ?? medianGamma(stream);
  const sketch = await openSketch({ inputs: stream.shape[1]!, outputs });
  return { features: gaussianFeatures(sketch, { gamma, seed }), gamma };
}

/** Samples, the first of a stream, whose distances tell the width of a kernel. */
const SAMPLES = 200;

function medianGamma(stream: Matrix): number {
  const [count, width] = stream.shape as [number, number];
  const distances: number[] = [];
  for (let i = 0; i < Math.min(SAMPLES, count); i++) {
    for (let j = 0; j < i; j++) {
      let distance = 0;
      for (let k = 0; k < width; k++) distance += (stream.get(i, k) - stream.get(j, k)) ** 2;
      distances.push(distance);
    }
  }
  const median = distances.sort((a, b) => a - b)[distances.length >> 1] ?? 0;
  return median > 0 ? 1 / median : 1;
}

function isBinary({ data }: Matrix): boolean {
  return data.every((value) => value === 0 || value === 1);
}
