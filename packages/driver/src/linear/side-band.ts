import { OpuError } from '@opu/core';
import type { DeviceLimits, RegionOfInterest } from '../api/opu-device.js';

/**
 * Radius of the circular aperture behind speckle of a grain of 1 pixel, radians a pixel: the autocorrelation of the intensity,
 * `(2 J1(v) / v)^2` with v = radius x distance, falls to one half at v = 1.61634 (Goodman, Speckle Phenomena in Optics, 4.4).
 */
const RADIUS_OF_GRAIN_1 = 2 * 1.61634;

/** Smaller speckle leaves no room for a side band beside its own light. */
export const SMALLEST_GRAIN = 3;

/** The part of the aperture that is used: apertures have soft edges. */
const MIDDLE = 0.9;

/** How far beyond its radius the soft edge of an aperture reaches. */
const REACH = 1.2;

/** Where the linear part of an off-axis hologram is in its two-dimensional Fourier transform. */
export interface SideBand {
  /** Pixels that are transformed: powers of two. */
  readonly width: number;
  readonly height: number;
  readonly regionOfInterest: RegionOfInterest;
  /** Tilt of the reference beam, radians a pixel. */
  readonly tiltX: number;
  readonly tiltY: number;
  /** Places of the modes in the transform, row by row, nearest to the middle of the band first. */
  readonly modes: Uint32Array;
}

/**
 * A side band of `count` modes. With an aperture of radius a the speckle's own intensity fills the transform to 2 a around 0,
 * the side band a around minus the tilt, and its mirror image a around the tilt. The tilt is diagonal, just far enough that
 * the first stays out of the second, or as far as the sampling allows before the third, wrapped around, touches it.
 * @throws INVALID_ARGUMENT when the grain is below 3 pixels or the sensor too small
 */
export function sideBand(sensor: DeviceLimits['sensor'], grainPixels: number, count: number): SideBand {
  if (!(grainPixels >= SMALLEST_GRAIN)) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `The grain is ${Number(grainPixels.toFixed(2))} pixels; off-axis holography needs at least ${SMALLEST_GRAIN}, or the side band does not fit beside the speckle's own light.`,
    );
  }
  const radius = RADIUS_OF_GRAIN_1 / grainPixels;
  const tilt = Math.min(
    Math.PI - ((MIDDLE + REACH) * radius) / Math.sqrt(8),
    ((MIDDLE + 2 * REACH) * radius) / Math.SQRT2,
  );
  for (let width = 16, height = 16; ; width === height ? (width *= 2) : (height *= 2)) {
    const roi = { x: 0, y: 0, width: roundUp(width, sensor.xStep), height: roundUp(height, sensor.yStep) };
    if (roi.width > sensor.width || roi.height > sensor.height) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `${count} modes at a grain of ${grainPixels} pixels do not fit on a sensor of ${sensor.width} x ${sensor.height}. Ask for fewer outputs.`,
        { details: { modes: count, grainPixels } },
      );
    }
    const binX = Math.round((tilt * width) / (2 * Math.PI));
    const binY = Math.round((tilt * height) / (2 * Math.PI));
    const modes = modesAround(width, height, -binX, -binY, MIDDLE * radius);
    if (modes.length < count) continue;
    return {
      width,
      height,
      regionOfInterest: roi,
      tiltX: (2 * Math.PI * binX) / width,
      tiltY: (2 * Math.PI * binY) / height,
      modes: Uint32Array.from(modes.slice(0, count)),
    };
  }
}

/** Places in the transform within `radius` of a bin, nearest first. */
function modesAround(width: number, height: number, binX: number, binY: number, radius: number): number[] {
  const found: { at: number; distance: number }[] = [];
  const reachX = Math.floor((radius * width) / (2 * Math.PI));
  const reachY = Math.floor((radius * height) / (2 * Math.PI));
  for (let dy = -reachY; dy <= reachY; dy++) {
    for (let dx = -reachX; dx <= reachX; dx++) {
      const distance = 4 * Math.PI ** 2 * ((dx / width) ** 2 + (dy / height) ** 2);
      if (distance > radius * radius) continue;
      const x = (((binX + dx) % width) + width) % width;
      const y = (((binY + dy) % height) + height) % height;
      found.push({ at: y * width + x, distance });
    }
  }
  found.sort((a, b) => a.distance - b.distance || a.at - b.at);
  return found.map(({ at }) => at);
}

function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
