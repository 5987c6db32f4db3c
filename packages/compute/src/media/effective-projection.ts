import { OpuError } from '@opu/core';
import type { ComputePool } from '../pool/compute-pool.js';
import {
  checkProjection,
  type FieldProjection,
  type FieldSums,
  finishSteps,
  nominalStepSeconds,
  withPatterns,
} from './field-projection.js';
import { type MediumKernels, stripsATile } from './medium-kernels.js';
import { type PixelRange, type PixelStrips, pixelStrips } from './pixel-strips.js';

/** Which mirrors each macro-pixel switches: macro i has mirrors[offsets[i]] ... mirrors[offsets[i + 1] - 1]. */
export interface MacroPixels {
  readonly mirrors: Uint32Array;
  /** One more than there are macro-pixels, from 0 up to the length of `mirrors`. */
  readonly offsets: Uint32Array;
}

const stripPixels = 32;
const columnBytes = 256;
const maxPatterns = 512;
const nominalProductsPerSecond = 60e9;
/** Strips that are generated in a step at least: one tile a thread. */
const leastStrips = 4 * stripsATile;
/** Bytes of matrix that are generated at once beyond what is kept. */
const passingBytes = 2 ** 24;

/**
 * Macro-pixel values through a medium. The effective matrix, 256 bytes a macro-pixel and 32 pixels, is kept in
 * memory as far as it fits, from when it is first needed, and else generated anew, strip after strip, in every call. Made by a
 * medium's `projectMacro`.
 */
export class EffectiveProjection implements FieldProjection {
  readonly inputs: number;
  readonly pixels: number;
  readonly cachedStrips: number;
  readonly strips: number;
  readonly #pool: ComputePool;
  readonly #kernels: MediumKernels;
  readonly #keys: number;
  readonly #strips: PixelStrips;
  readonly #list: Uint32Array;
  readonly #offsets: Uint32Array;
  readonly #matrix: number;
  /** Strips of the matrix in memory that were generated already. */
  #made = 0;

  constructor(
    pool: ComputePool,
    kernels: MediumKernels,
    keys: number,
    mirrors: number,
    macros: MacroPixels,
    pixels: readonly PixelRange[],
    cacheBytes: number,
  ) {
    checkMacros(macros, mirrors);
    this.#pool = pool;
    this.#kernels = kernels;
    this.#keys = keys;
    this.inputs = macros.offsets.length - 1;
    this.#strips = pixelStrips(pool, pixels, stripPixels);
    this.pixels = this.#strips.pixels;
    this.strips = this.#strips.count;
    this.#list = pool.uint32(macros.mirrors.length);
    this.#list.set(macros.mirrors);
    this.#offsets = pool.uint32(macros.offsets.length);
    this.#offsets.set(macros.offsets);
    this.cachedStrips = Math.min(this.strips, Math.floor(cacheBytes / this.#stripBytes));
    this.#matrix = pool.allocate(this.cachedStrips * this.#stripBytes);
  }

  project(patterns: Uint8Array, count: number, out: FieldSums): void {
    finishSteps(this.projectInSteps(patterns, count, out));
  }

  nominalSeconds(count: number): number {
    const products = (count * this.inputs * this.pixels) / nominalProductsPerSecond;
    return (this.strips - this.cachedStrips) * this.#secondsAStrip + products;
  }

  *projectInSteps(patterns: Uint8Array, count: number, out: FieldSums): Generator<void, void> {
    checkProjection(this, patterns, count, out);
    const strips = (address: number): Generator<void, void> => this.#stripsInSteps(address, count, out);
    yield* withPatterns(this.#pool, patterns, strips);
  }

  *#stripsInSteps(patterns: number, count: number, out: FieldSums): Generator<void, void> {
    yield* this.#projectStrips(0, this.#made, this.#matrix, patterns, count, out);
    const perStep = Math.max(leastStrips, Math.floor(nominalStepSeconds / this.#secondsAStrip));
    const passing = Math.min(perStep, Math.max(1, Math.floor(passingBytes / this.#stripBytes)));
    const isAllKept = this.cachedStrips === this.strips;
    const passingMatrix = isAllKept ? 0 : this.#pool.allocate(passing * this.#stripBytes);
    try {
      yield* this.#rest(perStep, passing, passingMatrix, patterns, count, out);
    } finally {
      if (!isAllKept) this.#pool.free(passingMatrix);
    }
  }

  /** Strips that are not in memory: those that are kept are made for good, the others one after the other in `passingMatrix`. */
  *#rest(
    perStep: number,
    passing: number,
    passingMatrix: number,
    patterns: number,
    count: number,
    out: FieldSums,
  ): Generator<void, void> {
    for (let first = this.#made, taken = 0; first < this.strips; first += taken) {
      const isKept = first < this.cachedStrips;
      taken = Math.min(isKept ? this.cachedStrips - first : passing, this.strips - first, perStep);
      const matrix = isKept ? this.#matrix + first * this.#stripBytes : passingMatrix;
      yield* this.#generate(first, taken, matrix);
      if (isKept) this.#made = first + taken;
      yield* this.#projectStrips(first, taken, matrix, patterns, count, out);
    }
  }

  release(): void {
    this.#pool.release(this.#strips.records);
    this.#pool.release(this.#list);
    this.#pool.release(this.#offsets);
    this.#pool.free(this.#matrix);
  }

  get #stripBytes(): number {
    return Math.max(1, this.inputs) * columnBytes;
  }

  /** Nominal time of generating the sums of a strip. */
  get #secondsAStrip(): number {
    return (this.#list.length * stripPixels) / this.#kernels.nominalEntriesPerSecond;
  }

  *#generate(first: number, strips: number, matrix: number): Generator<void, void> {
    const pool = this.#pool;
    yield* pool.runInSteps(
      this.#kernels.effective,
      Math.ceil(strips / stripsATile),
      ...[pool.pointer(this.#strips.records) + 16 * first, strips, this.#keys],
      ...[pool.pointer(this.#list), pool.pointer(this.#offsets), this.inputs, matrix],
    );
  }

  *#projectStrips(
    firstStrip: number,
    strips: number,
    matrix: number,
    patterns: number,
    count: number,
    out: FieldSums,
  ): Generator<void, void> {
    if (strips === 0) return;
    const valueBytes = Math.ceil(this.inputs / 8);
    const records = this.#pool.pointer(this.#strips.records) + 16 * firstStrip;
    const [real, imaginary] = [this.#pool.pointer(out.real), this.#pool.pointer(out.imaginary)];
    for (let first = 0; first < count; first += maxPatterns) {
      const taken = Math.min(maxPatterns, count - first);
      const plane = 4 * first * this.pixels;
      yield* this.#pool.runInSteps(
        'projectEffective',
        strips,
        ...[records, matrix, this.inputs, patterns + first * valueBytes, valueBytes, taken],
        ...[real + plane, imaginary + plane, this.pixels],
      );
    }
  }
}

export function checkMacros({ mirrors: list, offsets }: MacroPixels, mirrors: number): void {
  const ordered = offsets.length >= 2 && offsets[0] === 0 && offsets.every((x, i) => i === 0 || x >= offsets[i - 1]!);
  if (!ordered || offsets.at(-1) !== list.length) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `offsets of macro-pixels must rise from 0 to the number of listed mirrors, ${list.length}; they are ` +
        `${offsets.length} numbers from ${offsets[0]} to ${offsets.at(-1)}`,
    );
  }
  const outside = list.findIndex((mirror) => mirror >= mirrors);
  if (outside < 0) return;
  throw new OpuError(
    'INVALID_ARGUMENT',
    `a macro-pixel has mirror ${list[outside]}; the modulator has mirrors 0 to ${mirrors - 1}`,
  );
}
