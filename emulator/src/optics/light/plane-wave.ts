import { portableSinCosTurns } from '@opu/compute';
import type { ReferenceBeam } from '../model/configuration.js';
import type { SensorWindow } from './window.js';

/** The reference beam's field on a window, at phase 0: `amplitude x exp(i (tiltX x + tiltY y))`, x and y on the whole sensor. */
export interface PlaneWave {
  readonly real: Float32Array;
  readonly imaginary: Float32Array;
}

export function planeWave(reference: ReferenceBeam, window: SensorWindow): PlaneWave {
  const pixels = window.width * window.height;
  const wave = { real: new Float32Array(pixels), imaginary: new Float32Array(pixels) };
  for (let y = 0, at = 0; y < window.height; y++) {
    for (let x = 0; x < window.width; x++, at++) {
      const radians = reference.tiltX * (window.x + x) + reference.tiltY * (window.y + y);
      const { sin, cos } = portableSinCosTurns(radians / (2 * Math.PI));
      wave.real[at] = reference.amplitude * cos;
      wave.imaginary[at] = reference.amplitude * sin;
    }
  }
  return wave;
}
