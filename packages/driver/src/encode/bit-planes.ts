import { OpuError } from '@opu/core';
import type { Encoder, VectorValues } from './encoder.js';

/**
 * Real vectors as `planes` binary patterns a sign. Whole numbers of magnitude up to 2^planes - 1 are exact; other vectors are
 * scaled by their largest magnitude and rounded, so that a value is wrong by at most `max |v| / (2^planes - 1) / 2`.
 */
export class BitPlaneEncoder implements Encoder {
  readonly name: `bitplanes:${number}`;
  readonly parts: number;
  readonly #planes: number;
  readonly #levels: number;
  #levelsOfVector = new Int32Array(0);
  #unit = 1;

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
    this.#unit = (whole && largest <= this.#levels) || largest === 0 ? 1 : largest / this.#levels;
    if (this.#levelsOfVector.length !== length) this.#levelsOfVector = new Int32Array(length);
    for (let i = 0; i < length; i++) this.#levelsOfVector[i] = Math.round(values[start + i]! / this.#unit);
  }

  weight(part: number): number {
    const sign = part < this.#planes ? 1 : -1;
    return sign * 2 ** (part % this.#planes) * this.#unit;
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
}
