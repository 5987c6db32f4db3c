import { OpuError } from '@opu/core';
import ndarray from 'ndarray';
import type { OperationOptions } from '../api/opu-device.js';
import type { LinearProjection } from './linear-projection.js';

export interface OutputScaleOptions extends OperationOptions {
  /** Vectors that are shown, each twice; 32 by default. */
  readonly vectors?: number;
}

/**
 * The factor that brings a projection's outputs to the variance |vector|^2, measured: every vector is shown twice and the two
 * outputs multiplied, so that noise of the frames does not count. For projections whose own scale is not to be trusted.
 * Relative error about `sqrt(2 / (outputs x min(inputs, vectors))) / 2`, and more where the projection is noisy.
 * @throws INVALID_STATE when the outputs of two shots have nothing in common
 */
export async function measureOutputScale(
  projection: LinearProjection,
  options: OutputScaleOptions = {},
): Promise<number> {
  const { vectors: count = 32 } = options;
  const { inputs, outputs } = projection;
  const data = Int8Array.from({ length: count * inputs }, (_, k) => sign(k));
  const vectors = ndarray(data, [count, inputs]);
  const first = (await projection.project(vectors, options)).data;
  const second = (await projection.project(vectors, options)).data;
  let power = 0;
  for (let i = 0; i < count * outputs; i++) power += first[i]! * second[i]!;
  power /= outputs;
  if (!(power > 0)) {
    throw new OpuError(
      'INVALID_STATE',
      `Two projections of the same ${count} vectors are not alike (their product is ${power}). Is there light on the camera?`,
    );
  }
  return Math.sqrt(data.length / power);
}

/** Fair signs without a pattern: bits of a Weyl sequence, mixed. */
function sign(k: number): number {
  let h = Math.imul(k + 1, 0x9e37_79b1);
  h = Math.imul(h ^ (h >>> 15), 0x85eb_ca6b);
  return ((h ^ (h >>> 13)) & 1) === 0 ? 1 : -1;
}
