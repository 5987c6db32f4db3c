import { type ComputePool, filterSums } from '@opu/compute';

/** First zero of `2 J1(v) / v = 1/sqrt 2` (Goodman, Speckle Phenomena in Optics, 4.4: the intensity's correlation is its square). */
const HALF_MAXIMUM = 1.616_34;

/** What the taper of the kernel adds to the width of the correlation. */
const TAPER = 1.07;

/** Grains that the kernel reaches to each side. */
const REACH = 3;

/**
 * Speckle of a grain of g pixels: the field of independent places, low-pass-filtered by a circular aperture. The kernel is
 * `J1(v) / v` with v = radius x distance, tapered to 0 at three grains by `(1 - (r / R)^2)^2`, which softens the aperture's edge;
 * its power is 1. For g = 1 it is a single place.
 */
export class Grain {
  /** Places around a pixel that it depends on, to each side. */
  readonly margin: number;
  readonly #pool: ComputePool;
  readonly #taps: Float32Array;

  constructor(pool: ComputePool, grainPixels: number) {
    this.margin = grainPixels <= 1 ? 0 : Math.ceil(REACH * grainPixels);
    const taps = kernel(this.margin, (TAPER * 2 * HALF_MAXIMUM) / grainPixels);
    this.#pool = pool;
    this.#taps = pool.float32(taps.length);
    this.#taps.set(taps);
  }

  /**
   * The field on a window from sums on the window with margins.
   * @param sums shape [height + 2 margin, width + 2 margin], on the pool
   * @param scale factor that makes fields of sums
   * @param out shape [height, width], on the pool
   */
  filter(sums: Int32Array, scale: number, width: number, height: number, out: Float32Array): void {
    filterSums(this.#pool, sums, this.#taps, { width, height, side: 2 * this.margin + 1, scale }, out);
  }

  release(): void {
    this.#pool.release(this.#taps);
  }
}

function kernel(margin: number, radius: number): Float32Array {
  const side = 2 * margin + 1;
  const taps = new Float64Array(side * side);
  let power = 0;
  for (let y = -margin, at = 0; y <= margin; y++) {
    for (let x = -margin; x <= margin; x++, at++) {
      const square = x * x + y * y;
      const rest = 1 - square / (margin + 1) ** 2;
      taps[at] = rest > 0 ? airy(radius * radius * square) * rest * rest : 0;
      power += taps[at]! ** 2;
    }
  }
  return Float32Array.from(taps, (tap) => tap / Math.sqrt(power));
}

/** `J1(v) / v` of v squared, by its power series; v stays below 12, where 40 terms are enough. */
function airy(square: number): number {
  let term = 0.5;
  let sum = 0;
  for (let k = 0; k < 40; k++) {
    sum += term;
    term *= -square / 4 / ((k + 1) * (k + 2));
  }
  return sum;
}
