import { requireInteger } from '../errors.js';
import type { ComputePool } from '../pool/compute-pool.js';
import { denseEntryVariance, denseStream } from './dense-entry.js';
import { DenseProjection } from './dense-projection.js';
import { EffectiveProjection, type MacroPixels } from './effective-projection.js';
import type { PixelRange } from './pixel-strips.js';

const keysATile = 4096;
/** Groups of mirrors are completed with mirrors that are never on; their keys are read nonetheless. */
const padding = 64;

export interface DenseMediumOptions {
  /** Integer in [0, 2^53). */
  readonly seed: number;
  readonly mirrors: number;
}

export interface ProjectionOptions {
  /** Bytes of the pool's memory that may hold matrix entries; what does not fit is generated anew in every call. */
  readonly cacheBytes?: number;
}

/**
 * A scattering medium with independent, nearly Gaussian complex entries, as large as wanted: `denseEntry` says what each
 * entry is, and no matrix has to be in memory. Only the mirrors' keys are kept, 8 bytes each.
 */
export class DenseMedium {
  readonly mirrors: number;
  /** Factor that turns integer sums into a field whose mean intensity is 1 with every mirror on. */
  readonly fieldScale: number;
  readonly #pool: ComputePool;
  readonly #keys: number;

  constructor(pool: ComputePool, options: DenseMediumOptions) {
    requireInteger('seed', options.seed, 0, Number.MAX_SAFE_INTEGER);
    requireInteger('mirrors', options.mirrors, 1, 2 ** 24);
    this.mirrors = options.mirrors;
    this.fieldScale = 1 / Math.sqrt(2 * denseEntryVariance * options.mirrors);
    this.#pool = pool;
    this.#keys = pool.allocate(8 * (options.mirrors + padding));
    const { seed } = options;
    const tiles = Math.ceil(options.mirrors / keysATile);
    pool.run('denseKeys', tiles, seed, Math.floor(seed / 2 ** 32), denseStream, options.mirrors, this.#keys);
  }

  /** Projection of raw patterns, one bit a mirror, onto a list of pixels. */
  project(pixels: readonly PixelRange[], options: ProjectionOptions = {}): DenseProjection {
    return new DenseProjection(this.#pool, this.#keys, this.mirrors, pixels, options.cacheBytes ?? 2 ** 28);
  }

  /** Projection of macro-pixel values: the same sums as the pattern that they spread to, without touching every mirror. */
  projectMacro(
    macros: MacroPixels,
    pixels: readonly PixelRange[],
    options: ProjectionOptions = {},
  ): EffectiveProjection {
    return new EffectiveProjection(this.#pool, this.#keys, this.mirrors, macros, pixels, options.cacheBytes ?? 2 ** 28);
  }

  /** Gives the keys' memory back; projections of this medium must have been released. */
  release(): void {
    this.#pool.free(this.#keys);
  }
}
