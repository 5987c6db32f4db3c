import { OpuError } from '@opu/core';
import ndarray from 'ndarray';
import type { OperationOptions, OpuDevice } from '../api/opu-device.js';
import { projectWhole, whileHolding } from '../readout/whole-batch.js';
import { framePixels } from './pixels.js';

export interface GrainOptions extends OperationOptions {
  /** Random patterns that are shown, each twice; 8 by default. */
  readonly patterns?: number;
}

/**
 * The speckle grain of a device: full width at half maximum of the autocorrelation of the intensity, pixels, mean of across and
 * down; 1 where pixels are independent. Each pattern is shown twice and the two read-outs are correlated, so that noise does not
 * count. Relative error about `grain x sqrt(2 / (pixels x patterns))`; the region of interest has to be several grains wide
 * and high. The configuration is left as it is.
 * @throws INVALID_STATE when two read-outs of a pattern have nothing in common or the window is too small
 */
export async function measureGrain(device: OpuDevice, options: GrainOptions = {}): Promise<number> {
  const { patterns: count = 8 } = options;
  const { patternBytes, regionOfInterest } = device.configuration;
  const { width, height } = regionOfInterest;
  const data = new Uint8Array(2 * count * patternBytes);
  for (let i = 0; i < count * patternBytes; i++) {
    const byte = Math.imul(i + 1, 0x9e37_79b1) >>> 24;
    const at = Math.floor(i / patternBytes) * 2 * patternBytes + (i % patternBytes);
    data[at] = byte;
    data[at + patternBytes] = byte;
  }
  const batch = await whileHolding(device, options, () =>
    projectWhole(device, ndarray(data, [2 * count, patternBytes]), options),
  );
  const { data: pixels, offset, frameStride } = framePixels(batch);
  const pairs = Array.from({ length: count }, (_, k) =>
    [2 * k, 2 * k + 1].map((frame) => centred(pixels, offset + frame * frameStride, width * height)),
  );
  const widths = [
    halfWidth((shift) => covariance(pairs, width, height, shift, 0), width),
    halfWidth((shift) => covariance(pairs, width, height, 0, shift), height),
  ];
  return Math.max(1, widths[0]! + widths[1]!);
}

function centred(pixels: ArrayLike<number>, from: number, count: number): Float64Array {
  const image = Float64Array.from({ length: count }, (_, m) => pixels[from + m]!);
  const mean = image.reduce((sum, value) => sum + value, 0) / count;
  return image.map((value) => value - mean);
}

/** Mean product of the first read-outs with the second ones moved by (dx, dy). */
function covariance(pairs: Float64Array[][], width: number, height: number, dx: number, dy: number): number {
  let sum = 0;
  for (const [first, second] of pairs) {
    for (let y = 0; y + dy < height; y++) {
      for (let x = 0; x + dx < width; x++) sum += first![y * width + x]! * second![(y + dy) * width + x + dx]!;
    }
  }
  return sum / (pairs.length * (width - dx) * (height - dy));
}

/** Where the correlation falls to one half; its square root, the field's, is followed through three points by a parabola. */
function halfWidth(covarianceAt: (shift: number) => number, size: number): number {
  const full = covarianceAt(0);
  if (!(full > 0)) {
    throw new OpuError(
      'INVALID_STATE',
      'Two read-outs of the same pattern have nothing in common. Is there light on the camera?',
    );
  }
  const field = [1];
  for (let shift = 1; field.at(-1)! >= Math.SQRT1_2; shift++) {
    if (2 * shift > size) {
      throw new OpuError(
        'INVALID_STATE',
        `The speckle grain is wider than half of the region of interest (${size} pixels). Make the region larger.`,
      );
    }
    field.push(Math.sqrt(Math.max(0, covarianceAt(shift) / full)));
  }
  const below = field.length - 1;
  const next = below + 1 < size ? Math.sqrt(Math.max(0, covarianceAt(below + 1) / full)) : 0;
  const [a, b, c] = [field[below - 1]!, field[below]!, next];
  const value = (t: number) => (a * (t - 1) * (t - 2)) / 2 - b * t * (t - 2) + (c * t * (t - 1)) / 2;
  let [low, high] = [0, 1];
  for (let k = 0; k < 40; k++) {
    const middle = (low + high) / 2;
    if (value(middle) > Math.SQRT1_2) low = middle;
    else high = middle;
  }
  return below - 1 + low;
}
