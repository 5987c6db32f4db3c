import type { MacroPixels } from './effective-projection.js';
import { checkProjection, type FieldProjection, type FieldSums, finishSteps } from './field-projection.js';

/** Macro-pixel values spread over mirrors before they are projected. */
export class SpreadProjection implements FieldProjection {
  readonly inputs: number;
  readonly pixels: number;
  readonly #projection: FieldProjection;
  readonly #macros: MacroPixels;

  constructor(projection: FieldProjection, macros: MacroPixels) {
    this.#projection = projection;
    this.#macros = macros;
    this.inputs = macros.offsets.length - 1;
    this.pixels = projection.pixels;
  }

  project(patterns: Uint8Array, count: number, out: FieldSums): void {
    finishSteps(this.projectInSteps(patterns, count, out));
  }

  nominalSeconds(count: number): number {
    return count * this.#projection.nominalSeconds(1);
  }

  *projectInSteps(patterns: Uint8Array, count: number, out: FieldSums): Generator<void, void> {
    checkProjection(this, patterns, count, out);
    const valueBytes = Math.ceil(this.inputs / 8);
    const spread = new Uint8Array(Math.ceil(this.#projection.inputs / 8));
    for (let p = 0; p < count; p++) {
      this.#spread(patterns.subarray(p * valueBytes, (p + 1) * valueBytes), spread);
      const line = [p * this.pixels, (p + 1) * this.pixels] as const;
      const part = { real: out.real.subarray(...line), imaginary: out.imaginary.subarray(...line) };
      if (p > 0) yield;
      yield* this.#projection.projectInSteps(spread, 1, part);
    }
  }

  release(): void {
    this.#projection.release();
  }

  #spread(values: Uint8Array, out: Uint8Array): void {
    const { mirrors, offsets } = this.#macros;
    out.fill(0);
    for (let macro = 0; macro < this.inputs; macro++) {
      if (((values[macro >> 3]! >> (7 - (macro & 7))) & 1) === 0) continue;
      for (let i = offsets[macro]!; i < offsets[macro + 1]!; i++) out[mirrors[i]! >> 3]! |= 0x80 >> (mirrors[i]! & 7);
    }
  }
}
