import { type PixelRange, regionPixels } from '@opu/compute';

/** Pixels that are read: a rectangle of the sensor. */
export interface SensorWindow {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly sensorWidth: number;
}

/**
 * Places of the field that a window needs, row after row, when every pixel depends on places up to `margin` around it. Places
 * are numbered on a grid that reaches `margin` beyond the sensor on all sides, so that pixels at its edge are like all others.
 */
export function fieldPlaces(window: SensorWindow, margin: number): PixelRange[] {
  return regionPixels(window.sensorWidth + 2 * margin, {
    x: window.x,
    y: window.y,
    width: window.width + 2 * margin,
    height: window.height + 2 * margin,
  });
}
