import { OpuError } from '@opu/core';
import { type MacroPixels, type PatternLayout, patternLayout } from './macro-pixels.js';
import type { OpticsParameters } from './parameters.js';

/** What the camera sends: grey values of 8, 10 or 12 bits, or 32 for the intensity as a float (ideal emulators only). */
export type OpticalBitDepth = 8 | 10 | 12 | 32;

/** A plane wave `amplitude x exp(i (phase + tiltX x + tiltY y))` on the sensor, x and y in pixels of the whole sensor. */
export interface ReferenceBeam {
  readonly on: boolean;
  /** In units of the root mean square field that every mirror on gives. */
  readonly amplitude: number;
  /** Tilt, radians a pixel. */
  readonly tiltX: number;
  readonly tiltY: number;
}

/** The part of a device's configuration that light and camera depend on. */
export interface OpticalConfiguration {
  /** Sensor pixels that are read out. */
  readonly regionOfInterest: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  readonly bitDepth: OpticalBitDepth;
  readonly macroPixels: MacroPixels;
  readonly reference: ReferenceBeam;
}

/**
 * Checks a configuration against a device and gives the layout of its patterns.
 * @param floatReadout whether the device offers bit depth 32
 * @throws CONFIGURATION_REFUSED with field, value and bound in its details
 */
export function checkConfiguration(
  parameters: OpticsParameters,
  configuration: OpticalConfiguration,
  floatReadout: boolean,
): PatternLayout {
  const { regionOfInterest: roi, bitDepth, reference } = configuration;
  const { sensor } = parameters;
  checkRange('regionOfInterest.width', roi.width, 1, sensor.width);
  checkRange('regionOfInterest.height', roi.height, 1, sensor.height);
  checkRange('regionOfInterest.x', roi.x, 0, sensor.width - roi.width);
  checkRange('regionOfInterest.y', roi.y, 0, sensor.height - roi.height);
  const depths = floatReadout ? [8, 10, 12, 32] : [8, 10, 12];
  if (!depths.includes(bitDepth)) {
    const hint = floatReadout ? '' : '; 32 is for emulators opened with the ideal float read-out';
    refuse('bitDepth', bitDepth, depths, `allowed are ${depths.join(', ')}${hint}`);
  }
  if (reference.on) {
    for (const field of ['amplitude', 'tiltX', 'tiltY'] as const) {
      if (!Number.isFinite(reference[field])) refuse(`reference.${field}`, reference[field], 'finite', 'give a number');
    }
  }
  return patternLayout(parameters.modulator, configuration.macroPixels);
}

function checkRange(field: string, value: number, minimum: number, maximum: number): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  refuse(field, value, [minimum, maximum], `allowed are whole numbers from ${minimum} to ${maximum}`);
}

function refuse(field: string, value: unknown, bound: unknown, allowed: string): never {
  throw new OpuError('CONFIGURATION_REFUSED', `${field} is ${value}: ${allowed}.`, {
    details: { field, value, bound },
  });
}
