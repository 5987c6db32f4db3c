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

const indexTile = 64;
const maxPatterns = 256;
const leastPatterns = 16;
/** A tile of one of four threads takes no longer, in nominal seconds: between two tiles the caller may be heard. */
const tileSeconds = 0.1;
/** Tiles of a single pattern, about: many enough that threads which are slow for a moment do not make the others wait. */
const tilesWanted = 32;
/** Least mirrors in a part of a pattern. */
const mirrorsAPart = 512;

/** Strips of a step at least: enough for all threads. */
const leastStrips = 32;

/** Neighbours in the list of strips. */
interface Slice {
  readonly first: number;
  readonly strips: number;
}

/** Raw patterns through a medium. Made by its `project`. */
export class PatternProjection implements FieldProjection {
  readonly inputs: number;
  readonly pixels: number;
  /** Strips of pixels whose entries are in memory, and how many there are. */
  readonly cachedStrips: number;
  readonly strips: number;
  readonly #pool: ComputePool;
  readonly #kernels: MediumKernels;
  readonly #keys: number;
  readonly #strips: PixelStrips;
  readonly #matrix: number;
  /** Strips whose columns lie side by side in memory. */
  readonly #together: number;

  constructor(
    pool: ComputePool,
    kernels: MediumKernels,
    keys: number,
    mirrors: number,
    pixels: readonly PixelRange[],
    cacheBytes: number,
  ) {
    this.#pool = pool;
    this.#kernels = kernels;
    this.#keys = keys;
    this.#strips = pixelStrips(pool, pixels, kernels.stripPixels);
    this.inputs = mirrors;
    this.pixels = this.#strips.pixels;
    this.strips = this.#strips.count;
    const fitting = Math.floor(Math.max(0, cacheBytes) / (mirrors * kernels.columnBytes));
    this.#together = Math.max(1, Math.min(kernels.mostTogether, this.strips, fitting));
    const runs = Math.min(Math.ceil(this.strips / this.#together), Math.floor(fitting / this.#together));
    this.cachedStrips = Math.min(this.strips, runs * this.#together);
    this.#matrix = pool.allocate(runs * mirrors * this.#together * kernels.columnBytes);
    const records = pool.pointer(this.#strips.records);
    pool.run(kernels.fill, this.cachedStrips, records, keys, mirrors, this.#matrix, this.#together);
  }

  project(patterns: Uint8Array, count: number, out: FieldSums): void {
    finishSteps(this.projectInSteps(patterns, count, out));
  }

  nominalSeconds(count: number): number {
    const tables = this.#usesTables(count);
    const generated = (tables ? this.strips : this.strips - this.cachedStrips) * this.#kernels.stripPixels;
    const batches = tables ? Math.ceil(count / this.#mostPatterns) : count;
    const seconds = (batches * generated) / this.#kernels.nominalEntriesPerSecond;
    return this.inputs * (seconds + (count * this.pixels) / this.#kernels.nominalProductsPerSecond);
  }

  *projectInSteps(patterns: Uint8Array, count: number, out: FieldSums): Generator<void, void> {
    checkProjection(this, patterns, count, out);
    yield* withPatterns(this.#pool, patterns, (address) => this.#chunks(address, count, out));
  }

  release(): void {
    this.#pool.release(this.#strips.records);
    this.#pool.free(this.#matrix);
  }

  #usesTables(count: number): boolean {
    return count >= this.#kernels.tablesFrom(this.cachedStrips === this.strips);
  }

  /** Patterns that are projected at once: a strip's entries are generated anew for the next ones. */
  get #mostPatterns(): number {
    const { nominalEntriesPerSecond, nominalProductsPerSecond, stripPixels } = this.#kernels;
    const entries = 4 * this.inputs * stripPixels;
    const left = tileSeconds - entries / nominalEntriesPerSecond;
    const most = Math.floor((left * nominalProductsPerSecond) / entries);
    return Math.max(leastPatterns, Math.min(maxPatterns, most));
  }

  *#chunks(patterns: number, count: number, out: FieldSums): Generator<void, void> {
    const patternBytes = Math.ceil(this.inputs / 8);
    for (let first = 0, taken = 0; first < count; first += taken) {
      if (first > 0) yield;
      const many = this.#usesTables(count - first);
      taken = many ? Math.min(this.#mostPatterns, count - first) : 1;
      const from = patterns + first * patternBytes;
      const plane = 4 * first * this.pixels;
      const [real, imaginary] = [this.#pool.pointer(out.real) + plane, this.#pool.pointer(out.imaginary) + plane];
      if (many) yield* this.#projectMany(from, taken, real, imaginary);
      else yield* this.#projectOne(from, real, imaginary);
    }
  }

  /** Strips that make a step: the first `stored`, which are in memory, and then as many as can be generated in the time. */
  *#slices(patterns: number, stored: number): Generator<Slice, void> {
    const { nominalEntriesPerSecond, nominalProductsPerSecond, stripPixels } = this.#kernels;
    const perEntry = 1 / nominalEntriesPerSecond + patterns / nominalProductsPerSecond;
    const most = Math.floor(nominalStepSeconds / (this.inputs * stripPixels * perEntry));
    const room = Math.max(leastStrips, most);
    let first = 0;
    if (this.strips > room && stored > 0) {
      yield { first, strips: stored };
      first = stored;
    }
    for (; first < this.strips; first += room) yield { first, strips: Math.min(room, this.strips - first) };
  }

  *#projectOne(pattern: number, real: number, imaginary: number): Generator<void, void> {
    const pool = this.#pool;
    const list = pool.allocate(4 * this.inputs + 4);
    try {
      const count = list + 4 * this.inputs;
      pool.run('listActive', 1, pattern, this.inputs, list, count);
      const active = new DataView(pool.bytesAt(count, 4).buffer, count, 4).getInt32(0, true);
      for (const { first, strips } of this.#slices(1, this.cachedStrips)) {
        if (first > 0) yield;
        const stored = first === 0 ? this.cachedStrips : 0;
        if (stored > 0) this.#addStored(list, active, real, imaginary);
        const records = pool.pointer(this.#strips.records) + 16 * (first + stored);
        const rest = strips - stored;
        const tiles = Math.ceil(rest / stripsATile);
        yield* pool.runInSteps(
          this.#kernels.generateOne,
          tiles,
          records,
          rest,
          this.#keys,
          list,
          active,
          real,
          imaginary,
        );
      }
    } finally {
      pool.free(list);
    }
  }

  /** The strips in memory: threads take parts of the listed mirrors, which are then added. */
  #addStored(list: number, active: number, real: number, imaginary: number): void {
    const pool = this.#pool;
    const kernels = this.#kernels;
    const runs = Math.ceil(this.cachedStrips / this.#together);
    const parts = Math.max(1, Math.min(Math.floor(tilesWanted / runs), Math.floor(this.inputs / mirrorsAPart)));
    const partBytes = kernels.partialBytes * this.#together * runs;
    const partial = pool.workspace(parts * partBytes);
    const stored = [this.inputs, this.#matrix, this.#together, list, active, parts, partial, partBytes];
    pool.run(kernels.projectOne, runs * parts, ...stored);
    const records = pool.pointer(this.#strips.records);
    pool.run(kernels.storeOne, this.cachedStrips, records, partial, parts, partBytes, active, real, imaginary);
  }

  *#projectMany(patterns: number, count: number, real: number, imaginary: number): Generator<void, void> {
    const pool = this.#pool;
    const { tables, rowBytes } = this.#kernels;
    const bits = this.#kernels.tableBits(count);
    const blocks = Math.ceil(this.inputs / (bits * tables));
    const active = pool.allocate(4 * count + 2 * blocks * count * tables);
    try {
      const indices = active + 4 * count;
      const patternBytes = Math.ceil(this.inputs / 8);
      const packed = [patterns, patternBytes, count, this.inputs];
      const tiles = Math.ceil(blocks / indexTile);
      pool.run('groupIndices', tiles, ...packed, bits, tables, rowBytes, blocks, indices);
      pool.run('countActive', 1, ...packed, active);
      const many = [this.#keys, bits, blocks, indices, count, real, imaginary, this.pixels, active];
      for (const { first, strips } of this.#slices(count, 0)) {
        if (first > 0) yield;
        yield* pool.runInSteps(
          this.#kernels.projectMany,
          strips,
          pool.pointer(this.#strips.records) + 16 * first,
          ...many,
        );
      }
    } finally {
      pool.free(active);
    }
  }
}
