import { SeededRandom } from '@opu/compute';
import { OpuError } from '@opu/core';
import type { OperationOptions, OpuDevice } from '@opu/driver';
import ndarray, { type NdArray } from 'ndarray';
import type { NumberArray } from '../algebra/dense.js';
import type { Sketch, Spent } from '../sketch/sketch.js';
import { openIntensities } from './intensities.js';

/** A random non-linear map whose inner products approach those of a kernel. */
export interface RandomFeatures {
  readonly inputs: number;
  readonly outputs: number;
  readonly spent: Spent;
  /**
   * @param vectors shape [count, inputs]
   * @returns shape [count, outputs], scaled so that inner products of rows estimate the kernel
   */
  transform(vectors: NdArray<NumberArray>, options?: OperationOptions): Promise<NdArray<Float32Array>>;
}

export interface OpticalFeaturesOptions extends OperationOptions {
  readonly inputs: number;
  readonly outputs: number;
  /** Power p of the intensity; the kernel is `opticalKernel(x, y, p)` up to a factor. 1 by default. */
  readonly power?: number;
}

/**
 * |Bx|^2 of binary vectors, one frame each, no linear projection needed: the features of an optical processor in its plainest use.
 * @throws INVALID_ARGUMENT for values that are not 0 or 1, and for more outputs than the sensor has pixels
 */
export async function openOpticalFeatures(device: OpuDevice, options: OpticalFeaturesOptions): Promise<RandomFeatures> {
  const { inputs, outputs, power = 1 } = options;
  const intensities = await openIntensities(device, options);
  const factor = 1 / Math.sqrt(outputs);
  return {
    inputs,
    outputs,
    get spent() {
      return intensities.spent;
    },
    async transform(vectors, operation) {
      const seen = await intensities.show(vectors, operation);
      for (let i = 0; i < seen.data.length; i++) seen.data[i] = factor * seen.data[i]! ** power;
      return seen;
    },
  };
}

/**
 * Intensities to a power p of any sketch, of light or of numbers, for vectors of any real numbers: rows 2k and 2k + 1 are the real and
 * the imaginary part of a transmission. The kernel is `opticalKernel(x, y, p)`; it has half as many outputs as the sketch has rows.
 * @throws INVALID_ARGUMENT for a sketch of one row, or whose rows are not Gaussian
 */
export function intensityFeatures(sketch: Sketch, { power = 1 }: { readonly power?: number } = {}): RandomFeatures {
  requireGaussianRows(sketch);
  const outputs = Math.floor(sketch.outputs / 2);
  if (outputs < 1) throw new OpuError('INVALID_ARGUMENT', 'The sketch has 1 row; an intensity takes two.');
  return {
    inputs: sketch.inputs,
    outputs,
    get spent() {
      return sketch.spent;
    },
    async transform(vectors, options) {
      const y = await sketch.apply(vectors, options);
      const [count, width] = y.shape as [number, number];
      const out = new Float32Array(count * outputs);
      for (let i = 0; i < count; i++) {
        for (let k = 0; k < outputs; k++) {
          const at = y.offset + i * width + 2 * k;
          const intensity = (sketch.outputs / 2) * (y.data[at]! ** 2 + y.data[at + 1]! ** 2);
          out[i * outputs + k] = intensity ** power / Math.sqrt(outputs);
        }
      }
      return ndarray(out, [count, outputs]);
    },
  };
}

function requireGaussianRows({ rows }: Sketch): void {
  if (rows === 'gaussian') return;
  throw new OpuError('INVALID_ARGUMENT', `The sketch's rows are ${rows}; these features need 'gaussian' ones.`);
}

export interface GaussianFeaturesOptions {
  /** The kernel is exp(-gamma |x - y|^2). */
  readonly gamma: number;
  /** Seed of the phases. */
  readonly seed?: number;
}

/**
 * Random Fourier features (Rahimi and Recht 2007) of a Gaussian kernel on any sketch, of light or of numbers:
 * `sqrt(2 / m) cos(w x + b)`, w normal of variance 2 gamma, b uniform in a turn.
 * @throws INVALID_ARGUMENT for a sketch whose rows are not Gaussian
 */
export function gaussianFeatures(sketch: Sketch, { gamma, seed = 0 }: GaussianFeaturesOptions): RandomFeatures {
  if (!(gamma > 0)) throw new OpuError('INVALID_ARGUMENT', `gamma is ${gamma}; it must be more than 0.`);
  requireGaussianRows(sketch);
  const m = sketch.outputs;
  const phases = new SeededRandom(seed, 'fourier-phases').fillUniform(new Float64Array(m), 0, 2 * Math.PI);
  const factor = Math.sqrt(2 * gamma * m);
  return {
    inputs: sketch.inputs,
    outputs: m,
    get spent() {
      return sketch.spent;
    },
    async transform(vectors, options) {
      const y = await sketch.apply(vectors, options);
      const out = new Float32Array(y.shape[0]! * m);
      for (let i = 0; i < out.length; i++) {
        out[i] = Math.sqrt(2 / m) * Math.cos(factor * y.data[y.offset + i]! + phases[i % m]!);
      }
      return ndarray(out, [y.shape[0]!, m]);
    },
  };
}
