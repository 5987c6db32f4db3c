import { OpuError } from '@opu/core';
import ndarray, { type NdArray } from 'ndarray';
import type { OperationOptions, OpuDevice, ReadoutBatch } from '../api/opu-device.js';
import type { Encoder, VectorValues } from '../encode/encoder.js';
import { writePattern } from '../encode/pattern-layout.js';
import { projectWhole } from '../readout/whole-batch.js';
import { changedFields } from './changed-fields.js';
import type { LinearProjection } from './linear-projection.js';
import type { LinearMode, LinearModeName, Shot } from './mode.js';

/** A linear projection on a device: an encoder before a linear mode. */
export class OpticalProjection implements LinearProjection {
  readonly mode: LinearModeName;
  readonly inputs: number;
  readonly outputs: number;
  readonly framesPerVector: number;
  readonly framesOnce: number;
  readonly #device: OpuDevice;
  readonly #mode: LinearMode;
  readonly #encoder: Encoder;
  #framesMade = 0;
  #largestSaturatedShare = 0;
  #hash = '';

  /** @param framesBefore frames that were needed to choose the mode's settings */
  constructor(device: OpuDevice, mode: LinearMode, encoder: Encoder, framesBefore = 0) {
    this.mode = mode.name;
    this.inputs = mode.layout.inputs;
    this.outputs = mode.outputs;
    this.framesPerVector = mode.shots.length * encoder.parts;
    this.framesOnce = framesBefore + mode.framesOnce;
    this.#framesMade = framesBefore;
    this.#device = device;
    this.#mode = mode;
    this.#encoder = encoder;
  }

  get framesMade(): number {
    return this.#framesMade;
  }

  /**
   * How much each output's row of the matrix is amplified, root mean square 1: the anchor's field in `anchor` mode, where rows are
   * Gaussian times that amplitude. Undefined where all rows weigh alike.
   */
  get rowAmplitudes(): Float32Array | undefined {
    return this.#mode.rowAmplitudes;
  }

  /** Largest share of saturated pixels of all frames so far; more than 0.5 % asks for a shorter exposure. */
  get largestSaturatedShare(): number {
    return this.#largestSaturatedShare;
  }

  /**
   * Configures the device and takes the frames that are needed once.
   * @param shortestPeriod whether frames then follow each other as fast as the configuration allows
   */
  async prepare(shortestPeriod: boolean, options?: OperationOptions): Promise<void> {
    const device = this.#device;
    await this.#mode.prepare({
      shoot: (shots) => this.#shoot(shots, options),
      configure: async (asked) => {
        // A frame that is left out would be missed in a sum.
        const request = changedFields(device.configuration, { ...asked, overrun: 'hold' });
        if (!shortestPeriod) return device.configure(request, options);
        const periodTicks = device.limits.periodTicks.maximum;
        const { minimumPeriodTicks } = await device.configure({ ...request, periodTicks }, options);
        return device.configure({ periodTicks: minimumPeriodTicks }, options);
      },
    });
    this.#hash = device.configuration.hash;
  }

  /**
   * Projects vectors of any kind that the encoder takes.
   * @param vectors shape [batch, inputs]
   * @returns shape [batch, outputs]; an output has variance |vector|^2 over random media
   * @throws INVALID_ARGUMENT for a wrong shape or value, INVALID_STATE when the device was configured for something else
   */
  async project(
    vectors: NdArray<Int8Array> | NdArray<Float32Array>,
    options?: OperationOptions,
  ): Promise<NdArray<Float32Array>> {
    const count = this.#checkedCount(vectors);
    const values = contiguous(vectors);
    const sums = new Float32Array(count * this.outputs);
    const chunk = Math.max(1, Math.floor(this.#device.limits.patternSlots / this.framesPerVector));
    for (let first = 0; first < count; first += chunk) {
      await this.#projectChunk(values, first, Math.min(count, first + chunk), sums, options);
    }
    return ndarray(sums, [count, this.outputs]);
  }

  async #projectChunk(
    values: VectorValues,
    first: number,
    last: number,
    sums: Float32Array,
    options: OperationOptions | undefined,
  ): Promise<void> {
    const encoder = this.#encoder;
    const { layout, shots } = this.#mode;
    const { patternBytes } = layout;
    const patterns = new Uint8Array((last - first) * this.framesPerVector * patternBytes);
    const shown: { readonly vector: number; readonly weight: number }[] = [];
    const bits = new Uint8Array(this.inputs);
    let at = 0;
    for (let vector = first; vector < last; vector++) {
      encoder.begin(values, vector * this.inputs, this.inputs);
      for (let part = 0; part < encoder.parts; part++) {
        if (encoder.isLeftOut(part)) continue;
        shown.push({ vector, weight: encoder.weight(part) });
        encoder.bits(part, bits);
        for (const anchor of shots) {
          writePattern(layout, bits, anchor, patterns.subarray(at, at + patternBytes));
          at += patternBytes;
        }
      }
    }
    if (at === 0) return;
    const batch = await this.#show(patterns.subarray(0, at), options);
    for (const [k, { vector, weight }] of shown.entries()) {
      this.#mode.decode(batch, k * shots.length, weight, sums, vector * this.outputs);
    }
  }

  async #shoot(shots: readonly Shot[], options?: OperationOptions): Promise<ReadoutBatch> {
    const { layout } = this.#mode;
    const patterns = new Uint8Array(shots.length * layout.patternBytes);
    shots.forEach((shot, k) => {
      writePattern(
        layout,
        shot.bits,
        shot.anchor,
        patterns.subarray(k * layout.patternBytes, (k + 1) * layout.patternBytes),
      );
    });
    return this.#show(patterns, options);
  }

  async #show(patterns: Uint8Array, options: OperationOptions | undefined): Promise<ReadoutBatch> {
    const { patternBytes } = this.#mode.layout;
    const count = patterns.length / patternBytes;
    const batch = await projectWhole(this.#device, ndarray(patterns, [count, patternBytes]), options);
    this.#framesMade += count;
    this.#largestSaturatedShare = Math.max(this.#largestSaturatedShare, saturatedShareOf(batch));
    return batch;
  }

  #checkedCount(vectors: NdArray<Int8Array> | NdArray<Float32Array>): number {
    const [count, inputs] = vectors.shape;
    if (vectors.shape.length !== 2 || inputs !== this.inputs) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `Vectors have the shape [${vectors.shape.join(', ')}]; this projection takes [batch, ${this.inputs}].`,
      );
    }
    if (this.#device.configuration.hash !== this.#hash) {
      throw new OpuError(
        'INVALID_STATE',
        'The device was configured for something else since this projection was opened. Open the projection again.',
      );
    }
    return count!;
  }
}

function saturatedShareOf(batch: ReadoutBatch): number {
  if (batch.largestSaturatedShare !== undefined) return batch.largestSaturatedShare;
  let most = 0;
  for (const { saturatedShare } of batch.readouts) most = Math.max(most, saturatedShare);
  return most;
}

function contiguous(vectors: NdArray<Int8Array> | NdArray<Float32Array>): VectorValues {
  const { data, offset, shape, stride } = vectors;
  const [count, inputs] = shape as [number, number];
  const [rowStride, columnStride] = stride as [number, number];
  if (columnStride === 1 && rowStride === inputs) return data.subarray(offset, offset + count * inputs);
  const copy = data instanceof Int8Array ? new Int8Array(count * inputs) : new Float32Array(count * inputs);
  for (let row = 0, at = 0; row < count; row++) {
    for (let column = 0; column < inputs; column++, at++) {
      copy[at] = data[offset + row * rowStride + column * columnStride]!;
    }
  }
  return copy;
}
