import { requireInteger } from '../checks/require-integer.js';
import type { ComputePool } from '../pool/compute-pool.js';
import { EffectiveProjection, type MacroPixels } from './effective-projection.js';
import type { MediumKernels } from './medium-kernels.js';
import { PatternProjection } from './pattern-projection.js';
import type { PixelRange } from './pixel-strips.js';

const keysATile = 4096;
/** Groups of mirrors are completed with mirrors that are never on; their keys are read nonetheless. */
const padding = 64;

export interface MediumOptions {
  /** Integer in [0, 2^53). */
  readonly seed: number;
  readonly mirrors: number;
}

export interface ProjectionOptions {
  /** Bytes of the pool's memory that may hold matrix entries; what does not fit is generated anew in every call. */
  readonly cacheBytes?: number;
}

/**
 * A scattering medium whose entries are hashes of (seed, mirror, pixel), so that it may be as large as wanted and no matrix
 * has to be in memory: only the mirrors' keys are kept, 8 bytes each.
 */
export class HashedMedium {
  readonly mirrors: number;
  /** Factor that turns integer sums into a field whose mean intensity is 1 with every mirror on. */
  readonly fieldScale: number;
  readonly #pool: ComputePool;
  readonly #keys: number;
  readonly #seed: number;
  readonly #kernels: MediumKernels;

  constructor(pool: ComputePool, kernels: MediumKernels, options: MediumOptions) {
    this.#kernels = kernels;
    requireInteger('seed', options.seed, 0, Number.MAX_SAFE_INTEGER);
    requireInteger('mirrors', options.mirrors, 1, 2 ** 24);
    this.mirrors = options.mirrors;
    this.fieldScale = 1 / Math.sqrt(2 * kernels.entryVariance * options.mirrors);
    this.#pool = pool;
    this.#keys = pool.allocate(8 * (options.mirrors + padding));
    this.#seed = options.seed;
    this.#makeKeys(0);
  }

  /**
   * Gives every mirror the column of an epoch: columns of different epochs are independent, epoch 0 is the medium as made.
   * Projections follow where nothing is cached (`cacheBytes` 0); what they have cached stays as it was.
   * @param epochs one unsigned 32-bit number a mirror
   */
  setEpochs(epochs: Uint32Array): void {
    requireInteger('length of epochs', epochs.length, this.mirrors, this.mirrors);
    const copy = this.#pool.uint32(this.mirrors);
    copy.set(epochs);
    this.#makeKeys(this.#pool.pointer(copy));
    this.#pool.release(copy);
  }

  #makeKeys(epochs: number): void {
    const { mirrors } = this;
    const high = Math.floor(this.#seed / 2 ** 32);
    const tiles = Math.ceil(mirrors / keysATile);
    this.#pool.run('mirrorKeys', tiles, this.#seed, high, this.#kernels.stream, mirrors, this.#keys, epochs);
  }

  /** Projection of raw patterns, one bit a mirror, onto a list of pixels. */
  project(pixels: readonly PixelRange[], options: ProjectionOptions = {}): PatternProjection {
    return new PatternProjection(
      this.#pool,
      this.#kernels,
      this.#keys,
      this.mirrors,
      pixels,
      options.cacheBytes ?? 2 ** 28,
    );
  }

  /** Projection of macro-pixel values: the same sums as the pattern that they spread to, without touching every mirror. */
  projectMacro(
    macros: MacroPixels,
    pixels: readonly PixelRange[],
    options: ProjectionOptions = {},
  ): EffectiveProjection {
    return new EffectiveProjection(
      this.#pool,
      this.#kernels,
      this.#keys,
      this.mirrors,
      macros,
      pixels,
      options.cacheBytes ?? 2 ** 28,
    );
  }

  /** Gives the keys' memory back; projections of this medium must have been released. */
  release(): void {
    this.#pool.free(this.#keys);
  }
}
