import ndarray, { type NdArray } from 'ndarray';
import type { OperationOptions, OpuDevice, ReadoutBatch } from '../api/opu-device.js';
import { meanFrame } from '../linear/pixels.js';
import { projectWhole, whileHolding } from '../readout/whole-batch.js';

export interface DarkFrameOptions extends OperationOptions {
  /** Frames to average; 16 by default. A pixel is then known to sqrt(noise^2 / frames) grey values. */
  readonly frames?: number;
}

/**
 * The mean read-out with every mirror off and the reference beam off: black level, dark current and the pixels' offsets.
 * The configuration is left as it was.
 * @returns grey values, shape [height, width] of the region of interest
 */
export function darkFrame(device: OpuDevice, options: DarkFrameOptions = {}): Promise<NdArray<Float32Array>> {
  return whileHolding(device, options, () => darkFrameWhole(device, options));
}

async function darkFrameWhole(device: OpuDevice, options: DarkFrameOptions): Promise<NdArray<Float32Array>> {
  const { reference } = device.configuration;
  if (!reference.on) return meanOfDarkMirrors(device, options);
  await device.configure({ reference: { ...reference, on: false } }, options);
  try {
    return await meanOfDarkMirrors(device, options);
  } finally {
    await device.configure({ reference });
  }
}

/** Mean read-out with every mirror off and everything else as configured. */
export async function meanOfDarkMirrors(device: OpuDevice, options: DarkFrameOptions): Promise<NdArray<Float32Array>> {
  const { frames = 16 } = options;
  const { patternBytes, regionOfInterest } = device.configuration;
  const { width, height } = regionOfInterest;
  const patterns = ndarray(new Uint8Array(frames * patternBytes), [frames, patternBytes]);
  const batch: ReadoutBatch = await projectWhole(device, patterns, options);
  return ndarray(Float32Array.from(meanFrame(batch, 0, frames, width * height)), [height, width]);
}
