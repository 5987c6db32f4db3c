import type { PixelRange } from './pixel-strips.js';

/** The part of a medium's matrix that a test looks at, entry after entry: of shape [mirrors, pixels]. */
export class MediumReference {
  readonly #entries: [number, number][][];

  constructor(
    entry: (seed: number, mirror: number, pixel: number) => [number, number],
    seed: number,
    mirrors: number,
    pixels: readonly PixelRange[],
  ) {
    const numbers = pixels.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i));
    this.#entries = Array.from({ length: mirrors }, (_, n) => numbers.map((m) => entry(seed, n, m)));
  }

  /** The sums that every path of the medium has to give for the listed mirrors. */
  sums(active: readonly number[]): { real: number[]; imaginary: number[] } {
    const real = new Array<number>(this.#entries[0]!.length).fill(0);
    const imaginary = real.slice();
    for (const mirror of active) {
      this.#entries[mirror]!.forEach(([x, y], m) => {
        real[m]! += x;
        imaginary[m]! += y;
      });
    }
    return { real, imaginary };
  }
}
