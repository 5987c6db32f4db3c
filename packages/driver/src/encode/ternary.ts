import { OpuError } from '@opu/core';
import type { Encoder, VectorValues } from './encoder.js';

/** Vectors of 0 and 1: one pattern, no error. */
export class BitEncoder implements Encoder {
  readonly name = 'bits';
  readonly parts = 1;
  #vector: VectorValues = new Int8Array(0);

  begin(values: VectorValues, start: number, length: number): void {
    this.#vector = checkedVector(values, start, length, [0, 1], this.name);
  }

  weight(): number {
    return 1;
  }

  isLeftOut(): boolean {
    return false;
  }

  bits(_part: number, bits: Uint8Array): void {
    bits.set(this.#vector);
  }
}

/** Vectors of -1, 0 and 1: a pattern of the places of +1, weight 1, and one of those of -1, weight -1; no error. */
export class TernaryEncoder implements Encoder {
  readonly name = 'ternary';
  readonly parts = 2;
  #vector: VectorValues = new Int8Array(0);

  begin(values: VectorValues, start: number, length: number): void {
    this.#vector = checkedVector(values, start, length, [-1, 0, 1], this.name);
  }

  weight(part: number): number {
    return part === 0 ? 1 : -1;
  }

  isLeftOut(): boolean {
    return false;
  }

  bits(part: number, bits: Uint8Array): void {
    const vector = this.#vector;
    const sign = this.weight(part);
    for (let i = 0; i < vector.length; i++) bits[i] = vector[i] === sign ? 1 : 0;
  }
}

function checkedVector(values: VectorValues, start: number, length: number, allowed: readonly number[], name: string) {
  const vector = values.subarray(start, start + length);
  for (let i = 0; i < length; i++) {
    const value = vector[i]!;
    if (value === 0 || value === 1 || (value === -1 && allowed[0] === -1)) continue;
    throw new OpuError(
      'INVALID_ARGUMENT',
      `The encoder "${name}" takes ${allowed.join(', ')}; input ${i} of a vector is ${value}. Use "bitplanes:p" for other numbers.`,
      { details: { input: i, value } },
    );
  }
  return vector;
}
