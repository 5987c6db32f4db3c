import { OpuError, type Ticks } from '@opu/core';
import {
  cellLayout,
  changedFields,
  type OperationOptions,
  type OpuDevice,
  windowOfPixels,
  writePattern,
} from '@opu/driver';
import ndarray, { type NdArray } from 'ndarray';
import { denseOf, type NumberArray } from '../algebra/dense.js';
import type { Spent } from '../sketch/sketch.js';

/** Frames of binary vectors. */
export interface Intensities {
  readonly spent: Spent;
  /** @returns grey values, shape [count, outputs] */
  show(vectors: NdArray<NumberArray>, options?: OperationOptions): Promise<NdArray<Float32Array>>;
}

/** Vectors that are shown in one call, so that memory is bounded. */
const BATCH = 4096;

/**
 * Configures a device to show binary vectors as macro-pixels, which the host spreads where the device cannot, and to read `outputs` pixels.
 * @throws INVALID_ARGUMENT for more inputs than mirrors or more outputs than pixels
 */
export async function openIntensities(
  device: OpuDevice,
  { inputs, outputs, signal }: OperationOptions & { readonly inputs: number; readonly outputs: number },
): Promise<Intensities> {
  const operation = signal === undefined ? {} : { signal };
  const spreads = device.limits.features.has('macro-pixels');
  const layout = cellLayout(spreads ? 'macro' : 'raw', device.limits.modulator, inputs, false);
  const begun = await device.now(operation);
  const request = {
    macroPixels: layout.macroPixels,
    regionOfInterest: windowOfPixels(device.limits.sensor, outputs),
    overrun: 'hold',
    reference: { ...device.configuration.reference, on: false },
  } as const;
  await device.configure(changedFields(device.configuration, request), operation);
  let frames = 0;
  let deviceTicks: Ticks = 0;
  return {
    get spent() {
      return { frames, deviceTicks };
    },
    async show(vectors, options = {}) {
      const { rows, columns, data } = denseOf(vectors, 'The vectors');
      if (columns !== inputs) {
        throw new OpuError('INVALID_ARGUMENT', `The vectors have ${columns} numbers; these features take ${inputs}.`);
      }
      const out = new Float32Array(rows * outputs);
      for (let first = 0; first < rows; first += BATCH) {
        const count = Math.min(BATCH, rows - first);
        const patterns = new Uint8Array(count * layout.patternBytes);
        for (let i = 0; i < count; i++) {
          const at = (first + i) * inputs;
          const bits = binary(data.subarray(at, at + inputs), first + i);
          writePattern(layout, bits, false, patterns.subarray(i * layout.patternBytes, (i + 1) * layout.patternBytes));
        }
        const { pixels } = await device.project(ndarray(patterns, [count, layout.patternBytes]), options);
        const [stride] = pixels.stride as [number];
        for (let i = 0; i < count; i++) {
          for (let m = 0; m < outputs; m++) {
            out[(first + i) * outputs + m] = pixels.data[pixels.offset + i * stride + m]!;
          }
        }
        frames += count;
      }
      deviceTicks = (await device.now(options)) - begun;
      return ndarray(out, [rows, outputs]);
    },
  };
}

function binary(values: Float32Array, row: number): Uint8Array {
  return Uint8Array.from(values, (value, i) => {
    if (value === 0 || value === 1) return value;
    throw new OpuError(
      'INVALID_ARGUMENT',
      `Row ${row} has ${value} at ${i}; intensities take 0 and 1. Threshold the data, or use a sketch with bit planes.`,
    );
  });
}
