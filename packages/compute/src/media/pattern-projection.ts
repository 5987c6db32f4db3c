import type { ComputePool } from '../pool/compute-pool.js';
import { checkProjection, type FieldProjection, type FieldSums, withPatterns } from './field-projection.js';
import { type MediumKernels, stripsATile } from './medium-kernels.js';
import { type PixelRange, type PixelStrips, pixelStrips } from './pixel-strips.js';

const indexTile = 64;
const maxPatterns = 256;
/** Tiles of a single pattern that keep a few threads evenly busy. */
const tilesWanted = 8;
/** Columns read past the last mirror's when a group is completed. */
const paddingColumns = 64;

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
    checkProjection(this, patterns, count, out);
    const patternBytes = Math.ceil(this.inputs / 8);
    const [real, imaginary] = [this.#pool.pointer(out.real), this.#pool.pointer(out.imaginary)];
    const tablesFrom = this.#kernels.tablesFrom(this.cachedStrips === this.strips);
    withPatterns(this.#pool, patterns, (address) => {
      for (let first = 0; first < count; ) {
        const taken = count - first >= tablesFrom ? Math.min(maxPatterns, count - first) : 1;
        const plane = 4 * first * this.pixels;
        const from = address + first * patternBytes;
        if (taken === 1) this.#projectOne(from, real + plane, imaginary + plane);
        else this.#projectMany(from, taken, real + plane, imaginary + plane);
        first += taken;
      }
    });
  }

  release(): void {
    this.#pool.release(this.#strips.records);
    this.#pool.free(this.#matrix);
  }

  #projectOne(pattern: number, real: number, imaginary: number): void {
    const pool = this.#pool;
    const list = pool.workspace(4 * this.inputs + 4);
    const count = list + 4 * this.inputs;
    pool.run('listActive', 1, pattern, this.inputs, list, count);
    const active = new DataView(pool.bytesAt(count, 4).buffer, count, 4).getInt32(0, true);
    const strips = pool.pointer(this.#strips.records);
    const one = [list, active, real, imaginary];
    const tiles = Math.ceil(this.cachedStrips / this.#together);
    pool.run(
      this.#kernels.projectOne,
      tiles,
      strips,
      this.cachedStrips,
      this.inputs,
      this.#matrix,
      this.#together,
      ...one,
    );
    const rest = this.strips - this.cachedStrips;
    const first = strips + 16 * this.cachedStrips;
    pool.run(this.#kernels.generateOne, Math.ceil(rest / stripsATile), first, rest, this.#keys, ...one);
  }

  #projectMany(patterns: number, count: number, real: number, imaginary: number): void {
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
    const matrix = [this.#keys, this.inputs, this.#matrix, this.cachedStrips, this.#together];
    pool.run(this.#kernels.projectMany, this.strips, pool.pointer(this.#strips.records), ...matrix, ...many);
  }
}
