import {
  type ComputePool,
  DenseMedium,
  type FieldProjection,
  type HashedMedium,
  type PixelRange,
  SignsMedium,
  StructuredMedium,
} from '@opu/compute';
import { OpuError } from '@opu/core';
import { type PatternLayout, spreadPattern } from '../model/macro-pixels.js';
import type { MediumModel } from '../model/parameters.js';

/** A scattering medium behind a layout of patterns, seen at some places of the sensor. Sums are exact integers. */
export interface Scatterer {
  /** Factor that turns sums into a field of mean square 1 with every mirror on. */
  readonly fieldScale: number;
  /** Takes patterns of this layout and gives fields at these places from now on. */
  look(layout: PatternLayout, places: readonly PixelRange[]): void;
  /**
   * In steps of some 40 milliseconds.
   * @param patterns `count` patterns of `patternBytes` each, one after the other
   */
  project(patterns: Uint8Array, count: number, out: { real: Int32Array; imaginary: Int32Array }): Generator<void, void>;
  /** What that takes in seconds, roughly: a function of sizes alone. */
  nominalSeconds(count: number): number;
  /**
   * Gives every mirror the column of an epoch. Only for scatterers made with a cache of 0 bytes.
   * @throws NOT_SUPPORTED by the structured medium
   */
  setEpochs(epochs: Uint32Array): void;
  release(): void;
}

/** @param cacheBytes bytes of matrix that may be kept; what does not fit is generated anew each time */
export function createScatterer(
  model: MediumModel,
  pool: ComputePool,
  seed: number,
  mirrors: number,
  cacheBytes: number,
): Scatterer {
  return new MediumScatterer(mediumOf(model, pool, seed, mirrors), cacheBytes);
}

function mediumOf(model: MediumModel, pool: ComputePool, seed: number, mirrors: number) {
  switch (model) {
    case 'dense':
      return new DenseMedium(pool, { seed, mirrors });
    case 'signs':
      return new SignsMedium(pool, { seed, mirrors });
    case 'structured':
      return new StructuredMedium(pool, { seed, mirrors });
    default:
      throw new OpuError('INVALID_ARGUMENT', `There is no medium "${model}"; there are dense, signs and structured.`);
  }
}

class MediumScatterer implements Scatterer {
  readonly fieldScale: number;
  readonly #medium: HashedMedium | StructuredMedium;
  readonly #cacheBytes: number;
  #layout: PatternLayout | undefined;
  #projection: FieldProjection | undefined;
  #spread = false;

  constructor(medium: HashedMedium | StructuredMedium, cacheBytes: number) {
    this.#medium = medium;
    this.#cacheBytes = cacheBytes;
    this.fieldScale = medium.fieldScale;
  }

  look(layout: PatternLayout, places: readonly PixelRange[]): void {
    this.#projection?.release();
    this.#projection = undefined;
    this.#layout = layout;
    const raw = layout.values === layout.width * layout.height;
    // Where a macro-pixel is a single mirror an effective matrix saves nothing over spreading the pattern out.
    this.#spread = !raw && layout.blockWidth * layout.blockHeight === 1;
    const options = { cacheBytes: this.#cacheBytes };
    this.#projection =
      raw || this.#spread
        ? this.#medium.project(places, options)
        : this.#medium.projectMacro(mirrorsOf(layout), places, options);
  }

  project(
    patterns: Uint8Array,
    count: number,
    out: { real: Int32Array; imaginary: Int32Array },
  ): Generator<void, void> {
    const layout = this.#layout!;
    return this.#projection!.projectInSteps(this.#spread ? spreadAll(layout, patterns, count) : patterns, count, out);
  }

  nominalSeconds(count: number): number {
    return this.#projection!.nominalSeconds(count);
  }

  setEpochs(epochs: Uint32Array): void {
    this.#medium.setEpochs(epochs);
  }

  release(): void {
    this.#projection?.release();
    this.#projection = undefined;
    this.#medium.release();
  }
}

/** The mirrors of each macro-pixel, as `PatternLayout` says. */
function mirrorsOf(layout: PatternLayout): { mirrors: Uint32Array; offsets: Uint32Array } {
  const { blockWidth, blockHeight } = layout;
  const block = blockWidth * blockHeight;
  const mirrors = new Uint32Array(layout.values * block);
  let at = 0;
  for (let value = 0; value < layout.values; value++) {
    const x = (value % layout.columns) * blockWidth;
    const y = Math.floor(value / layout.columns) * blockHeight;
    for (let dy = 0; dy < blockHeight; dy++) {
      for (let dx = 0; dx < blockWidth; dx++) mirrors[at++] = (y + dy) * layout.width + x + dx;
    }
  }
  return { mirrors, offsets: Uint32Array.from({ length: layout.values + 1 }, (_, value) => value * block) };
}

function spreadAll(layout: PatternLayout, patterns: Uint8Array, count: number): Uint8Array {
  const rawBytes = Math.ceil((layout.width * layout.height) / 8);
  const raw = new Uint8Array(count * rawBytes);
  for (let k = 0; k < count; k++) {
    const pattern = patterns.subarray(k * layout.patternBytes, (k + 1) * layout.patternBytes);
    raw.set(spreadPattern(layout, pattern), k * rawBytes);
  }
  return raw;
}
