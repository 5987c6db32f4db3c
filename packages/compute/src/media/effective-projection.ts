import { ComputeError } from '../errors.js';
import type { ComputePool } from '../pool/compute-pool.js';
import { checkProjection, type FieldProjection, type FieldSums, withPatterns } from './field-projection.js';
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

/**
 * Macro-pixel values through a medium. The effective matrix, 256 bytes a macro-pixel and 32 pixels, is kept in
 * memory as far as it fits and else generated anew, strip after strip, in every call. Made by its `projectMacro`.
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
    this.#generate(0, this.cachedStrips, this.#matrix);
  }

  project(patterns: Uint8Array, count: number, out: FieldSums): void {
    checkProjection(this, patterns, count, out);
    const strips = this.#pool.pointer(this.#strips.records);
    withPatterns(this.#pool, patterns, (address) => {
      this.#projectStrips(strips, this.cachedStrips, this.#matrix, address, count, out);
      const room = Math.max(1, Math.min(this.strips - this.cachedStrips, Math.floor(2 ** 24 / this.#stripBytes)));
      for (let first = this.cachedStrips; first < this.strips; first += room) {
        const taken = Math.min(room, this.strips - first);
        const matrix = this.#pool.workspace(room * this.#stripBytes);
        this.#generate(first, taken, matrix);
        this.#projectStrips(strips + 16 * first, taken, matrix, address, count, out);
      }
    });
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

  #generate(first: number, strips: number, matrix: number): void {
    const pool = this.#pool;
    pool.run(
      this.#kernels.effective,
      Math.ceil(strips / stripsATile),
      ...[pool.pointer(this.#strips.records) + 16 * first, strips, this.#keys],
      ...[pool.pointer(this.#list), pool.pointer(this.#offsets), this.inputs, matrix],
    );
  }

  #projectStrips(
    records: number,
    strips: number,
    matrix: number,
    patterns: number,
    count: number,
    out: FieldSums,
  ): void {
    const valueBytes = Math.ceil(this.inputs / 8);
    const [real, imaginary] = [this.#pool.pointer(out.real), this.#pool.pointer(out.imaginary)];
    for (let first = 0; first < count; first += maxPatterns) {
      const taken = Math.min(maxPatterns, count - first);
      const plane = 4 * first * this.pixels;
      this.#pool.run(
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
    throw new ComputeError(
      'INVALID_ARGUMENT',
      `offsets of macro-pixels must rise from 0 to the number of listed mirrors, ${list.length}; they are ` +
        `${offsets.length} numbers from ${offsets[0]} to ${offsets.at(-1)}`,
    );
  }
  const outside = list.findIndex((mirror) => mirror >= mirrors);
  if (outside < 0) return;
  throw new ComputeError(
    'INVALID_ARGUMENT',
    `a macro-pixel has mirror ${list[outside]}; the modulator has mirrors 0 to ${mirrors - 1}`,
  );
}
