import { ComputeError, requireInteger } from '../errors.js';
import { type ComplexGrid, FourierTransform2d, type RandomTurns } from '../fourier/fft2d.js';
import type { ComputePool } from '../pool/compute-pool.js';
import { philox4x32 } from '../random/philox.js';
import { streamOf } from '../random/random.js';
import { checkMacros, type MacroPixels } from './effective-projection.js';
import { checkProjection, type FieldProjection, type FieldSums, withPatterns } from './field-projection.js';
import type { MediumOptions } from './hashed-medium.js';
import { type PixelRange, type PixelStrips, pixelStrips } from './pixel-strips.js';
import { SpreadProjection } from './spread-projection.js';

const placesATile = 1 << 14;
const stripPixels = 1024;
export const structuredStream = streamOf('structured medium');
/** Diagonals and transforms that light goes through. Two leave a Hankel matrix, whose entries repeat. */
export const structuredRounds = 3;
const smallestGrid = 256;
const largestGrid = 2 ** 24;

/** Sides of the grid for a number of mirrors: powers of two, rows at least columns, no smaller than 16. */
export function structuredGrid(mirrors: number): { rows: number; columns: number } {
  const bits = Math.ceil(Math.log2(Math.max(smallestGrid, mirrors)));
  return { rows: 2 ** Math.ceil(bits / 2), columns: 2 ** Math.floor(bits / 2) };
}

/** Keys of the random diagonals of a block of pixels, one pair a round: Philox at counter (block, round, stream, 0). */
export function structuredTurns(seed: number, block: number): RandomTurns[] {
  return Array.from({ length: structuredRounds }, (_, round) => {
    const out = new Uint32Array(4);
    philox4x32(block, round, structuredStream, 0, seed, Math.floor(seed / 2 ** 32), out);
    return { key0: out[0]!, key1: out[1]! };
  });
}

/**
 * A medium as fast as a Fourier transform: mirrors lie row-major on a grid of G places (a power of two), and three times a
 * random diagonal (powers of i, two hashed bits of a place's number) and a 2-D Fourier transform are applied. Pixel m is place m
 * mod G of block floor(m / G); blocks have diagonals of their own.
 *
 * The matrix of a block is unitary up to a factor. Its entries have mean 0 and equal mean squares and are nearly normal and
 * uncorrelated in pairs. What it does not share with the dense medium: G^2 entries come from 3 G random turns, so they are not
 * independent, and total intensity over all pixels of a block is fixed by the number of mirrors that are on.
 *
 * Fields are f32 (relative error about 1e-6) and are handed out as integers in steps of `fieldScale` = 2^-20.
 */
export class StructuredMedium {
  readonly mirrors: number;
  readonly fieldScale = 2 ** -20;
  readonly #pool: ComputePool;
  readonly #seed: number;
  readonly #transform: FourierTransform2d;
  readonly #grid: ComplexGrid;

  constructor(pool: ComputePool, options: MediumOptions) {
    requireInteger('seed', options.seed, 0, Number.MAX_SAFE_INTEGER);
    requireInteger('mirrors', options.mirrors, 1, largestGrid);
    const { rows, columns } = structuredGrid(options.mirrors);
    this.mirrors = options.mirrors;
    this.#pool = pool;
    this.#seed = options.seed;
    this.#transform = new FourierTransform2d(pool, rows, columns);
    this.#grid = { real: pool.float32(rows * columns), imaginary: pool.float32(rows * columns) };
  }

  /** Projection of raw patterns, one bit a mirror, onto a list of pixels. */
  project(pixels: readonly PixelRange[]): FieldProjection {
    return new StructuredProjection(this.#pool, this.#seed, this.mirrors, this.#transform, this.#grid, pixels);
  }

  /** Projection of macro-pixel values: they are spread over the mirrors, so fields are the same to the bit. */
  projectMacro(macros: MacroPixels, pixels: readonly PixelRange[]): FieldProjection {
    checkMacros(macros, this.mirrors);
    return new SpreadProjection(this.project(pixels), macros);
  }

  /** @throws NOT_SUPPORTED: a mirror has no column of its own to renew */
  setEpochs(_epochs: Uint32Array): void {
    throw new ComputeError(
      'NOT_SUPPORTED',
      'the structured medium cannot renew single mirrors; use the dense or the signs one',
    );
  }

  /** Gives the memory back; projections of this medium must have been released. */
  release(): void {
    this.#transform.release();
    this.#pool.release(this.#grid.real);
    this.#pool.release(this.#grid.imaginary);
  }
}

/** Pixels of one block of the sensor. */
interface Block {
  readonly number: number;
  readonly strips: PixelStrips;
  /** Where the block's pixels begin in a line of output. */
  readonly place: number;
}

class StructuredProjection implements FieldProjection {
  readonly inputs: number;
  readonly pixels: number;
  readonly #pool: ComputePool;
  readonly #seed: number;
  readonly #transform: FourierTransform2d;
  readonly #grid: ComplexGrid;
  readonly #blocks: readonly Block[];

  constructor(
    pool: ComputePool,
    seed: number,
    mirrors: number,
    transform: FourierTransform2d,
    grid: ComplexGrid,
    pixels: readonly PixelRange[],
  ) {
    this.#pool = pool;
    this.#seed = seed;
    this.#transform = transform;
    this.#grid = grid;
    this.inputs = mirrors;
    this.pixels = pixels.reduce((sum, range) => sum + range.count, 0);
    this.#blocks = blocksOf(pool, pixels, this.#places);
  }

  project(patterns: Uint8Array, count: number, out: FieldSums): void {
    checkProjection(this, patterns, count, out);
    const patternBytes = Math.ceil(this.inputs / 8);
    withPatterns(this.#pool, patterns, (address) => {
      for (let p = 0; p < count; p++) {
        for (const block of this.#blocks) this.#projectBlock(address + p * patternBytes, block, p, out);
      }
    });
  }

  release(): void {
    for (const { strips } of this.#blocks) this.#pool.release(strips.records);
  }

  get #places(): number {
    return this.#transform.rows * this.#transform.columns;
  }

  #projectBlock(pattern: number, block: Block, p: number, out: FieldSums): void {
    const pool = this.#pool;
    const places = this.#places;
    const [gridReal, gridImaginary] = [pool.pointer(this.#grid.real), pool.pointer(this.#grid.imaginary)];
    pool.run('bitsToGrid', Math.ceil(places / placesATile), pattern, this.inputs, places, gridReal, gridImaginary);
    for (const turns of structuredTurns(this.#seed, block.number)) this.#transform.transform(this.#grid, turns);
    const line = 4 * (p * this.pixels + block.place);
    const scale = 2 ** 20 / (places * Math.sqrt(this.inputs));
    pool.run(
      'gridToSums',
      block.strips.count,
      ...[pool.pointer(block.strips.records), block.number * places, gridReal, gridImaginary, scale, stripPixels],
      ...[pool.pointer(out.real) + line, pool.pointer(out.imaginary) + line],
    );
  }
}

/** Cuts ranges where blocks of the sensor meet. */
function blocksOf(pool: ComputePool, pixels: readonly PixelRange[], places: number): Block[] {
  const pieces: { number: number; ranges: PixelRange[]; place: number; count: number }[] = [];
  let place = 0;
  for (const { first, count } of pixels) {
    for (let pixel = first; pixel < first + count; ) {
      const number = Math.floor(pixel / places);
      const taken = Math.min((number + 1) * places, first + count) - pixel;
      const last = pieces.at(-1);
      const range = { first: pixel, count: taken };
      if (last?.number === number) {
        last.ranges.push(range);
        last.count += taken;
      } else {
        pieces.push({ number, ranges: [range], place, count: taken });
      }
      place += taken;
      pixel += taken;
    }
  }
  if (place === 0) throw new ComputeError('INVALID_ARGUMENT', 'no pixels were asked for; give at least one range');
  return pieces.map(({ number, ranges, place }) => ({ number, place, strips: pixelStrips(pool, ranges, stripPixels) }));
}
