import type { NdArray } from 'ndarray';
import type { OperationOptions } from '../api/opu-device.js';

/**
 * A fixed random linear map, made of light. The trainer needs this of a device and nothing else.
 */
export interface LinearProjection {
  /** Values that a vector has. */
  readonly inputs: number;
  /** Real numbers that a projection has; the matrix is fixed by the device's medium. */
  readonly outputs: number;
  /** Camera frames that one vector costs at most, and frames that are needed once. */
  readonly framesPerVector: number;
  readonly framesOnce: number;
  /** Frames made through this projection so far, those needed once among them. */
  readonly framesMade: number;
  /**
   * Projects ternary vectors.
   * @param vectors entries -1, 0, +1; shape [batch, inputs]
   * @returns shape [batch, outputs], scaled so that an output has variance |vector|^2 over random media
   */
  project(vectors: NdArray<Int8Array>, options?: OperationOptions): Promise<NdArray<Float32Array>>;
}
