import type { ComputePool } from '../pool/compute-pool.js';
import { checkProjection, type FieldProjection, type FieldSums, withPatterns } from './field-projection.js';
import { type PixelRange, type PixelStrips, pixelStrips } from './pixel-strips.js';

const stripBytes = 64;
const indexTile = 64;
const maxPatterns = 256;
/** Columns read past the last mirror's when a group is completed. */
const padding = 64 * stripBytes;

/** Raw patterns through the dense medium. Made by `DenseMedium.project`. */
export class DenseProjection implements FieldProjection {
  readonly inputs: number;
  readonly pixels: number;
  /** Strips of 32 pixels whose entries are in memory, and how many there are. */
  readonly cachedStrips: number;
  readonly strips: number;
  readonly #pool: ComputePool;
  readonly #keys: number;
  readonly #strips: PixelStrips;
  readonly #matrix: number;

  constructor(pool: ComputePool, keys: number, mirrors: number, pixels: readonly PixelRange[], cacheBytes: number) {
    this.#pool = pool;
    this.#keys = keys;
    this.#strips = pixelStrips(pool, pixels);
    this.inputs = mirrors;
    this.pixels = this.#strips.pixels;
    this.strips = this.#strips.count;
    const fitting = Math.floor(Math.max(0, cacheBytes - padding) / (mirrors * stripBytes));
    this.cachedStrips = Math.min(this.strips, fitting);
    this.#matrix = pool.allocate(this.cachedStrips === 0 ? 0 : this.cachedStrips * mirrors * stripBytes + padding);
    pool.run('denseFill', this.cachedStrips, pool.pointer(this.#strips.records), keys, mirrors, this.#matrix);
  }

  project(patterns: Uint8Array, count: number, out: FieldSums): void {
    checkProjection(this, patterns, count, out);
    const patternBytes = Math.ceil(this.inputs / 8);
    const [real, imaginary] = [this.#pool.pointer(out.real), this.#pool.pointer(out.imaginary)];
    withPatterns(this.#pool, patterns, (address) => {
      for (let first = 0; first < count; ) {
        const taken = worthTables(count - first) ? Math.min(maxPatterns, count - first) : 1;
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
    pool.run('projectActive', this.strips, ...this.#matrixArguments(), list, active, real, imaginary);
  }

  #projectMany(patterns: number, count: number, real: number, imaginary: number): void {
    const pool = this.#pool;
    const bits = tableBits(count);
    const groups = bits === 4 ? 16 : 8;
    const blocks = Math.ceil(this.inputs / (bits * groups));
    const indices = pool.workspace(2 * blocks * count * groups);
    const patternBytes = Math.ceil(this.inputs / 8);
    const tiles = Math.ceil(blocks / indexTile);
    pool.run('groupIndices', tiles, patterns, patternBytes, count, this.inputs, bits, blocks, indices);
    const many = [bits, blocks, indices, count, real, imaginary, this.pixels];
    pool.run('projectPatterns', this.strips, ...this.#matrixArguments(), ...many);
  }

  #matrixArguments(): number[] {
    const strips = this.#pool.pointer(this.#strips.records);
    return [strips, this.#keys, this.inputs, this.#matrix, this.cachedStrips];
  }
}

/** Building tables pays from a few patterns on. */
function worthTables(patterns: number): boolean {
  return patterns >= 6;
}

/** Mirrors a table: larger tables cost more to build and save look-ups in every pattern. */
function tableBits(patterns: number): 4 | 5 | 6 {
  if (patterns <= 16) return 4;
  return patterns <= 64 ? 5 : 6;
}
