import { OpuError } from '@opu/core';
import type { DeviceLimits, RegionOfInterest } from '../api/opu-device.js';

/**
 * The smallest region of interest with at least `pixels` pixels: whole rows of the sensor, as few as will do, because a row
 * costs time whatever its width; narrower than the sensor only where one row is enough.
 * @throws INVALID_ARGUMENT when the sensor has fewer pixels
 */
export function windowOfPixels(sensor: DeviceLimits['sensor'], pixels: number): RegionOfInterest {
  const width = Math.min(sensor.width, roundUp(pixels, sensor.xStep));
  const height = roundUp(Math.ceil(pixels / width), sensor.yStep);
  if (Number.isInteger(pixels) && pixels >= 1 && height <= sensor.height) return { x: 0, y: 0, width, height };
  throw new OpuError(
    'INVALID_ARGUMENT',
    `A projection that needs ${pixels} camera pixels does not fit: the sensor has ${sensor.width} x ${sensor.height}, ${sensor.width * sensor.height} in all.`,
    { details: { pixels, largest: sensor.width * sensor.height } },
  );
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
