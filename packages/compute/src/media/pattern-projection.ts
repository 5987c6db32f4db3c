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
/** Tiles of a single pattern that keep a few threads evenly busy. */
const tilesWanted = 8;
/** Columns read past the last mirror's when a group is completed. */
const paddingColumns = 64;

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
    this.#together = Math.max(1, Math.min(kernels.mostTogether, Math.floor(this.strips / tilesWanted)));
    const columnBytes = kernels.columnBytes * this.#together;
    const padding = paddingColumns * columnBytes;
    const fitting = Math.floor(Math.max(0, cacheBytes - padding) / (mirrors * columnBytes));
    const columns = Math.min(Math.ceil(this.strips / this.#together), fitting);
    this.cachedStrips = Math.min(this.strips, columns * this.#together);
    this.#matrix = pool.allocate(columns === 0 ? 0 : columns * mirrors * columnBytes + padding);
    const records = pool.pointer(this.#strips.records);
    pool.run(kernels.fill, this.cachedStrips, records, keys, mirrors, this.#matrix, this.#together);
  }

  project(patterns: Uint8Array, count: number, out: FieldSums): void {
    finishSteps(this.projectInSteps(patterns, count, out));
  }

  nominalSeconds(count: number): number {
    const generated = (this.strips - this.cachedStrips) * this.#kernels.stripPixels;
    const batches = this.#usesTables(count) ? Math.ceil(count / maxPatterns) : count;
    const seconds = (batches * generated) / this.#kernels.nominalEntriesPerSecond;
    return this.inputs * (seconds + (count * this.pixels) / this.#kernels.nominalProductsPerSecond);
  }

  *projectInSteps(patterns: Uint8Array, count: number, out: FieldSums): Generator<void, void> {
    checkProjection(this, patterns, count, out);
    const patternBytes = Math.ceil(this.inputs / 8);
    const [real, imaginary] = [this.#pool.pointer(out.real), this.#pool.pointer(out.imaginary)];
    const { pixels } = this;
    const chunk = (first: number): number =>
      this.#usesTables(count - first) ? Math.min(maxPatterns, count - first) : 1;
    const slices = (taken: number): Generator<Slice, void> => this.#slices(taken);
    const run = (from: number, taken: number, plane: number, slice: Slice): void => {
      if (taken === 1) this.#projectOne(from, real + plane, imaginary + plane, slice);
      else this.#projectMany(from, taken, real + plane, imaginary + plane, slice);
    };
    yield* withPatterns(this.#pool, patterns, function* (address) {
      let isFirst = true;
      for (let first = 0, taken = 0; first < count; first += taken) {
        taken = chunk(first);
        for (const slice of slices(taken)) {
          if (!isFirst) yield;
          isFirst = false;
          run(address + first * patternBytes, taken, 4 * first * pixels, slice);
        }
      }
    });
  }

  release(): void {
    this.#pool.release(this.#strips.records);
    this.#pool.free(this.#matrix);
  }

  #usesTables(count: number): boolean {
    return count >= this.#kernels.tablesFrom(this.cachedStrips === this.strips);
  }

  /** Strips that make a step: what is in memory, and then as many as can be generated in the time. */
  *#slices(patterns: number): Generator<Slice, void> {
    const { nominalEntriesPerSecond, nominalProductsPerSecond, stripPixels } = this.#kernels;
    const perEntry = 1 / nominalEntriesPerSecond + patterns / nominalProductsPerSecond;
    const most = Math.floor(nominalStepSeconds / (this.inputs * stripPixels * perEntry));
    const room = Math.max(leastStrips, most);
    let first = 0;
    if (this.strips > room && this.cachedStrips > 0) {
      yield { first, strips: this.cachedStrips };
      first = this.cachedStrips;
    }
    for (; first < this.strips; first += room) yield { first, strips: Math.min(room, this.strips - first) };
  }

  #projectOne(pattern: number, real: number, imaginary: number, slice: Slice): void {
    const pool = this.#pool;
    const list = pool.workspace(4 * this.inputs + 4);
    const count = list + 4 * this.inputs;
    pool.run('listActive', 1, pattern, this.inputs, list, count);
    const active = new DataView(pool.bytesAt(count, 4).buffer, count, 4).getInt32(0, true);
    const strips = pool.pointer(this.#strips.records);
    const one = [list, active, real, imaginary];
    const cached = this.#cachedOf(slice);
    const tiles = Math.ceil(cached / this.#together);
    pool.run(this.#kernels.projectOne, tiles, strips, cached, this.inputs, this.#matrix, this.#together, ...one);
    const rest = slice.strips - cached;
    const first = strips + 16 * (slice.first + cached);
    pool.run(this.#kernels.generateOne, Math.ceil(rest / stripsATile), first, rest, this.#keys, ...one);
  }

  /** A slice begins with what is in memory, or has none of it. */
  #cachedOf({ first, strips }: Slice): number {
    return first === 0 ? Math.min(strips, this.cachedStrips) : 0;
  }

  #projectMany(patterns: number, count: number, real: number, imaginary: number, slice: Slice): void {
    const pool = this.#pool;
    const bits = this.#kernels.tableBits(count);
    const groups = bits === 4 ? 16 : 8;
    const blocks = Math.ceil(this.inputs / (bits * groups));
    const active = pool.workspace(4 * count + 2 * blocks * count * groups);
    const indices = active + 4 * count;
    const patternBytes = Math.ceil(this.inputs / 8);
    const tiles = Math.ceil(blocks / indexTile);
    pool.run('groupIndices', tiles, patterns, patternBytes, count, this.inputs, bits, blocks, indices);
    pool.run('countActive', 1, patterns, patternBytes, count, this.inputs, active);
    const many = [bits, blocks, indices, count, real, imaginary, this.pixels, active];
    const matrix = [this.#keys, this.inputs, this.#matrix, this.#cachedOf(slice), this.#together];
    const records = pool.pointer(this.#strips.records) + 16 * slice.first;
    pool.run(this.#kernels.projectMany, slice.strips, records, ...matrix, ...many);
  }
}
