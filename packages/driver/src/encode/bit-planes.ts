import { OpuError } from '@opu/core';
import type { Encoder, VectorValues } from './encoder.js';

/**
 * Real vectors as up to `planes` binary patterns a sign. Whole numbers whose largest magnitude, divided by their greatest common
 * divisor, is at most 2^planes - 1 are exact; other vectors are scaled by their largest magnitude and rounded, so that a value is
 * wrong by at most `max |v| / (2^planes - 1) / 2`.
 *
 * Planes without a bit are not shown: they would bring nothing but noise, weighted by up to 2^(planes - 1). What is left of the camera's
 * noise is, relative to the largest magnitude, at most `sqrt((4^planes - 1) / 3) / (2^planes - 1)`, about 0.58, of that of one frame a
 * sign, whatever the scale of the input; a vector of zeros costs no frame and projects to zero.
 */
export class BitPlaneEncoder implements Encoder {
  readonly name: `bitplanes:${number}`;
  readonly parts: number;
  readonly #planes: number;
  readonly #levels: number;
  #levelsOfVector = new Int32Array(0);
  #unit = 1;
  /** A bit for each part that has one. */
  #used = 0;

  constructor(planes: number) {
    this.name = `bitplanes:${planes}`;
    this.parts = 2 * planes;
    this.#planes = planes;
    this.#levels = 2 ** planes - 1;
  }

  begin(values: VectorValues, start: number, length: number): void {
    let largest = 0;
    let whole = true;
    for (let i = start; i < start + length; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value)) {
        throw new OpuError(
          'INVALID_ARGUMENT',
          `Input ${i - start} of a vector is ${value}; only finite numbers can be shown.`,
        );
      }
      largest = Math.max(largest, Math.abs(value));
      whole &&= Number.isInteger(value);
    }
    this.#unit = this.#unitOf(values, start, length, largest, whole);
    this.#used = 0;
    if (this.#levelsOfVector.length !== length) this.#levelsOfVector = new Int32Array(length);
    for (let i = 0; i < length; i++) {
      const level = Math.round(values[start + i]! / this.#unit);
      this.#levelsOfVector[i] = level;
      this.#used |= level > 0 ? level : -level << this.#planes;
    }
  }

  weight(part: number): number {
    const sign = part < this.#planes ? 1 : -1;
    return sign * 2 ** (part % this.#planes) * this.#unit;
  }

  isLeftOut(part: number): boolean {
    return ((this.#used >>> part) & 1) === 0;
  }

  bits(part: number, bits: Uint8Array): void {
    const sign = part < this.#planes ? 1 : -1;
    const plane = part % this.#planes;
    const levels = this.#levelsOfVector;
    for (let i = 0; i < levels.length; i++) {
      const magnitude = sign * levels[i]!;
      bits[i] = magnitude > 0 ? (magnitude >> plane) & 1 : 0;
    }
  }

  #unitOf(values: VectorValues, start: number, length: number, largest: number, whole: boolean): number {
    if (largest === 0) return 1;
    const divisor = whole ? commonDivisor(values, start, length) : 0;
    return divisor > 0 && largest / divisor <= this.#levels ? divisor : largest / this.#levels;
  }
}

/** The greatest common divisor of whole numbers; 0 where one is too large to be told from its neighbours. */
function commonDivisor(values: VectorValues, start: number, length: number): number {
  let divisor = 0;
  for (let i = start; i < start + length && divisor !== 1; i++) {
    let rest = Math.abs(values[i]!);
    if (!Number.isSafeInteger(rest)) return 0;
    while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  }
  return divisor;
}
