import { OpuError } from '@opu/core';
import ndarray, { type NdArray } from 'ndarray';
import type { OpuDevice } from '../api/opu-device.js';
import { requireReferenceBeam } from '../linear/phase-shifting.js';
import { whileHolding } from '../readout/whole-batch.js';
import { type DarkFrameOptions, darkFrame, meanOfDarkMirrors } from './dark-frame.js';

export interface FlatFieldOptions extends DarkFrameOptions {
  /** Amplitude of the reference beam; 1 by default. Keep the camera below saturation. */
  readonly amplitude?: number;
}

/**
 * Gain of each pixel over the mean gain, seen in the even light of the reference beam; divide a read-out, less the dark frame,
 * by it. Speckle itself is no flat field: its average over n patterns is even to 1/sqrt n only. A pixel is known to
 * `sqrt(variance of a frame's noise x 2 / frames) / mean grey value`. The configuration is left as it was.
 * @returns 1 on average, shape [height, width] of the region of interest
 * @throws NOT_SUPPORTED without a reference beam, INVALID_STATE when its light is too weak or saturates the camera
 */
export function flatField(device: OpuDevice, options: FlatFieldOptions = {}): Promise<NdArray<Float32Array>> {
  return whileHolding(device, options, () => flatFieldWhole(device, options));
}

async function flatFieldWhole(device: OpuDevice, options: FlatFieldOptions): Promise<NdArray<Float32Array>> {
  const { frames = 64, amplitude = 1 } = options;
  requireReferenceBeam(device, 'A flat field');
  const { bitDepth } = device.configuration;
  const dark = await darkFrame(device, { ...options, frames });
  const light = await evenLight(device, amplitude, frames, options);
  const gains = new Float32Array(dark.data.length);
  let sum = 0;
  let brightest = 0;
  for (let m = 0; m < gains.length; m++) {
    gains[m] = light.data[m]! - dark.data[m]!;
    sum += gains[m]!;
    brightest = Math.max(brightest, light.data[m]!);
  }
  const mean = sum / gains.length;
  const largest = bitDepth === 32 ? Number.POSITIVE_INFINITY : 2 ** bitDepth - 1;
  if (!(mean > 0) || brightest > 0.95 * largest) {
    throw new OpuError(
      'INVALID_STATE',
      `The reference beam gives ${mean.toFixed(1)} grey values on average and ${brightest.toFixed(1)} at most, of ${largest}; it must give light and stay below 95 %. Change its amplitude (${amplitude}) or the exposure.`,
      { details: { mean, brightest, amplitude } },
    );
  }
  for (let m = 0; m < gains.length; m++) gains[m]! /= mean;
  return ndarray(gains, [...dark.shape]);
}

/** Mean read-out of the reference beam alone. */
async function evenLight(device: OpuDevice, amplitude: number, frames: number, options: FlatFieldOptions) {
  const { reference } = device.configuration;
  await device.configure({ reference: { on: true, amplitude, phaseSteps: 1, tiltX: 0, tiltY: 0 } }, options);
  try {
    return await meanOfDarkMirrors(device, { ...options, frames });
  } finally {
    await device.configure({ reference });
  }
}
