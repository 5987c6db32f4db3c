import { OpuError } from '@opu/core';
import type { BitDepth, ReadoutBatch } from '../api/opu-device.js';

/** Where the pixels of a batch's frames are in its data: frame `n` begins at `offset + n * frameStride`, pixels are dense. */
export interface FramePixels {
  readonly data: Uint8Array | Uint16Array | Float32Array;
  readonly offset: number;
  readonly frameStride: number;
}

export function framePixels(batch: ReadoutBatch): FramePixels {
  const { data, offset, stride } = batch.pixels;
  return { data, offset, frameStride: stride[0]! };
}

/** Mean of each of the first `count` pixels over frames `first` to `last`, the last excluded. */
export function meanFrame(batch: ReadoutBatch, first: number, last: number, count: number): Float64Array {
  const { data, offset, frameStride } = framePixels(batch);
  const mean = new Float64Array(count);
  for (let frame = first; frame < last; frame++) {
    const at = offset + frame * frameStride;
    for (let m = 0; m < count; m++) mean[m]! += data[at + m]!;
  }
  for (let m = 0; m < count; m++) mean[m]! /= last - first;
  return mean;
}

export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/**
 * Checks that a mean value above the dark frame is enough to measure a scale with: 1 grey value, or more than 0 in the float
 * read-out.
 * @throws INVALID_STATE when it is not
 */
export function requireLight(what: string, grey: number, bitDepth: BitDepth): void {
  if (bitDepth === 32 ? grey > 0 : grey >= 1) return;
  throw new OpuError(
    'INVALID_STATE',
    `${what} gives ${grey.toFixed(2)} grey values above the dark frame on average; at least 1 is needed. Raise the exposure or the light.`,
    { details: { grey } },
  );
}
