import { OpuError } from '@opu/core';

/** Complex Fourier transform of a power of two of points, in place: `sum_n x_n exp(-2 pi i k n / points)`. */
export class Fft {
  readonly points: number;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  readonly #reversed: Uint32Array;

  constructor(points: number) {
    if (points < 1 || !Number.isInteger(Math.log2(points))) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `A Fourier transform of ${points} points: only powers of two are supported.`,
      );
    }
    this.points = points;
    this.#cosines = Float64Array.from({ length: points / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / points));
    this.#sines = Float64Array.from({ length: points / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / points));
    this.#reversed = new Uint32Array(points);
    for (let i = 1; i < points; i++) {
      this.#reversed[i] = (this.#reversed[i >> 1]! >> 1) | ((i & 1) * (points >> 1));
    }
  }

  /** Transforms the points at `start + stride x n`. */
  transform(real: Float64Array, imaginary: Float64Array, start: number, stride: number): void {
    const n = this.points;
    for (let i = 0; i < n; i++) {
      const j = this.#reversed[i]!;
      if (j > i) swap(real, imaginary, start + i * stride, start + j * stride);
    }
    for (let half = 1; half < n; half *= 2) {
      const step = n / (2 * half);
      for (let first = 0; first < n; first += 2 * half) {
        for (let k = 0; k < half; k++) {
          const c = this.#cosines[k * step]!;
          const s = this.#sines[k * step]!;
          const a = start + (first + k) * stride;
          const b = a + half * stride;
          const re = real[b]! * c - imaginary[b]! * s;
          const im = real[b]! * s + imaginary[b]! * c;
          real[b] = real[a]! - re;
          imaginary[b] = imaginary[a]! - im;
          real[a]! += re;
          imaginary[a]! += im;
        }
      }
    }
  }
}

function swap(real: Float64Array, imaginary: Float64Array, a: number, b: number): void {
  const re = real[a]!;
  const im = imaginary[a]!;
  real[a] = real[b]!;
  imaginary[a] = imaginary[b]!;
  real[b] = re;
  imaginary[b] = im;
}

/** Two-dimensional transform of `height` rows of `width` points, in place. */
export function fft2(rows: Fft, columns: Fft, real: Float64Array, imaginary: Float64Array): void {
  for (let y = 0; y < columns.points; y++) rows.transform(real, imaginary, y * rows.points, 1);
  for (let x = 0; x < rows.points; x++) columns.transform(real, imaginary, x, rows.points);
}
