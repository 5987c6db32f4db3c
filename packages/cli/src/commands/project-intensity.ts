import type { NpyArray } from '@opu/core';
import { cellLayout, type OpuDevice, OpuError, type PatternBatch, writePattern } from '@opu/driver';
import ndarray from 'ndarray';
import type { ProjectOptions } from './project-options.js';

/** How rows become patterns. */
export type PatternOptions = Pick<ProjectOptions, 'encoder' | 'layout' | 'packed'>;

/** Shows the rows of a matrix and answers with the intensities that the camera saw, one row a pattern. */
export async function projectIntensity(
  device: OpuDevice,
  input: NpyArray,
  options: PatternOptions,
  signal: AbortSignal,
): Promise<NpyArray> {
  const batch = await device.project(await intensityPatterns(device, input, options, signal), { signal });
  const { data, shape } = batch.pixels;
  const type = data instanceof Uint8Array ? 'uint8' : data instanceof Uint16Array ? 'uint16' : 'float32';
  return { type, shape, data };
}

/** Configures the device's layout and turns the rows of a matrix into patterns for it. */
export async function intensityPatterns(
  device: OpuDevice,
  input: NpyArray,
  options: PatternOptions,
  signal: AbortSignal,
): Promise<PatternBatch> {
  if (options.encoder !== undefined && options.encoder !== 'bits') {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `--encoder ${options.encoder} needs a linear mode (anchor, phase-shifting, off-axis): intensities cannot be added up.`,
    );
  }
  return options.packed ? packedPatterns(device, input, signal) : bitPatterns(device, input, options, signal);
}

/** Rows are bytes as the device takes them: one bit a mirror. */
async function packedPatterns(device: OpuDevice, input: NpyArray, signal: AbortSignal) {
  if (input.type !== 'uint8') {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `With --packed the input has to be uint8, bit-packed by rows; it is ${input.type}.`,
    );
  }
  await device.configure({ macroPixels: { columns: 0, rows: 0 } }, { signal });
  return ndarray(input.data as Uint8Array, [...input.shape]);
}

/** Rows are numbers, 0 or not 0, that are spread over the mirrors as equal cells. */
async function bitPatterns(device: OpuDevice, input: NpyArray, options: PatternOptions, signal: AbortSignal) {
  const [count = 0, features = 0] = input.shape;
  const name = options.layout ?? (device.limits.features.has('macro-pixels') ? 'macro' : 'raw');
  const layout = cellLayout(name, device.limits.modulator, features, false);
  await device.configure({ macroPixels: layout.macroPixels }, { signal });
  const data = new Uint8Array(count * layout.patternBytes);
  const bits = new Uint8Array(features);
  for (let row = 0; row < count; row++) {
    for (let i = 0; i < features; i++) {
      const value = Number(input.data[row * features + i]);
      if (value !== 0 && value !== 1) {
        throw new OpuError(
          'INVALID_ARGUMENT',
          `The input has the value ${value} in row ${row}, column ${i}; mirrors take 0 and 1. Threshold it, use --packed for bit-packed rows, or a linear mode for numbers (--mode anchor).`,
        );
      }
      bits[i] = value;
    }
    writePattern(layout, bits, false, data.subarray(row * layout.patternBytes, (row + 1) * layout.patternBytes));
  }
  return ndarray(data, [count, layout.patternBytes]);
}
