import { DENSE_PART_VARIANCE, denseEntry } from './interim-random.js';
import type { PatternLayout } from './macro-pixels.js';

/** Pixels of the sensor that are read, and where they are on it. */
export interface SensorWindow {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly sensorWidth: number;
}

/** Fields of a batch of patterns, shape [patterns, height x width], 1 in the mean square with every mirror on. */
export interface Fields {
  readonly real: Float32Array;
  readonly imaginary: Float32Array;
}

/**
 * The dense medium behind a macro-pixel layout: entry (mirror, sensor pixel) depends on the seed and these two alone.
 */
export class DenseMedium {
  readonly #layout: PatternLayout;
  readonly #pixels: number;
  readonly #real: Int32Array;
  readonly #imaginary: Int32Array;
  readonly #scale: number;

  constructor(seed: number, layout: PatternLayout, window: SensorWindow) {
    this.#layout = layout;
    this.#pixels = window.width * window.height;
    this.#real = new Int32Array(layout.values * this.#pixels);
    this.#imaginary = new Int32Array(layout.values * this.#pixels);
    this.#scale = 1 / Math.sqrt(2 * DENSE_PART_VARIANCE * layout.width * layout.height);
    for (let y = 0; y < layout.rows * layout.blockHeight; y++) {
      for (let x = 0; x < layout.columns * layout.blockWidth; x++) {
        const value = Math.floor(y / layout.blockHeight) * layout.columns + Math.floor(x / layout.blockWidth);
        this.#addMirror(seed, y * layout.width + x, value * this.#pixels, window);
      }
    }
  }

  #addMirror(seed: number, mirror: number, offset: number, window: SensorWindow): void {
    let at = offset;
    for (let y = 0; y < window.height; y++) {
      const first = (window.y + y) * window.sensorWidth + window.x;
      for (let x = 0; x < window.width; x++, at++) {
        const [real, imaginary] = denseEntry(seed, mirror, first + x);
        this.#real[at]! += real;
        this.#imaginary[at]! += imaginary;
      }
    }
  }

  project(patterns: readonly Uint8Array[]): Fields {
    const real = new Float32Array(patterns.length * this.#pixels);
    const imaginary = new Float32Array(patterns.length * this.#pixels);
    const sumReal = new Int32Array(this.#pixels);
    const sumImaginary = new Int32Array(this.#pixels);
    patterns.forEach((pattern, p) => {
      sumReal.fill(0);
      sumImaginary.fill(0);
      for (let value = 0; value < this.#layout.values; value++) {
        if (((pattern[value >> 3]! >> (7 - (value & 7))) & 1) === 0) continue;
        const offset = value * this.#pixels;
        for (let m = 0; m < this.#pixels; m++) {
          sumReal[m]! += this.#real[offset + m]!;
          sumImaginary[m]! += this.#imaginary[offset + m]!;
        }
      }
      for (let m = 0; m < this.#pixels; m++) {
        real[p * this.#pixels + m] = sumReal[m]! * this.#scale;
        imaginary[p * this.#pixels + m] = sumImaginary[m]! * this.#scale;
      }
    });
    return { real, imaginary };
  }
}
