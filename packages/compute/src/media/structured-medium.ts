import { OpuError } from '@opu/core';
import { requireInteger } from '../checks/require-integer.js';
import { FourierTransform2d, type RandomTurns, type RoundedSink } from '../fourier/fft2d.js';
import type { ComputePool } from '../pool/compute-pool.js';
import { philox4x32 } from '../random/philox.js';
import { streamOf } from '../random/random.js';
import { checkMacros, type MacroPixels } from './effective-projection.js';
import {
  checkProjection,
  type FieldProjection,
  type FieldSums,
  finishSteps,
  withPatterns,
} from './field-projection.js';
import type { MediumOptions } from './hashed-medium.js';
import type { PixelRange } from './pixel-strips.js';
import { SpreadProjection } from './spread-projection.js';

export const structuredStream = streamOf('structured medium');
/** Diagonals and transforms that light goes through. Two leave a Hankel matrix, whose entries repeat. */
export const structuredRounds = 3;
const smallestGrid = 256;
const largestGrid = 2 ** 24;
const nominalSecondsAPlace = 20e-9;

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

  constructor(pool: ComputePool, options: MediumOptions) {
    requireInteger('seed', options.seed, 0, Number.MAX_SAFE_INTEGER);
    requireInteger('mirrors', options.mirrors, 1, largestGrid);
    const { rows, columns } = structuredGrid(options.mirrors);
    this.mirrors = options.mirrors;
    this.#pool = pool;
    this.#seed = options.seed;
    this.#transform = new FourierTransform2d(pool, rows, columns);
  }

  /** Projection of raw patterns, one bit a mirror, onto a list of pixels. */
  project(pixels: readonly PixelRange[]): FieldProjection {
    return new StructuredProjection(this.#pool, this.#seed, this.mirrors, this.#transform, pixels);
  }

  /** Projection of macro-pixel values: they are spread over the mirrors, so fields are the same to the bit. */
  projectMacro(macros: MacroPixels, pixels: readonly PixelRange[]): FieldProjection {
    checkMacros(macros, this.mirrors);
    return new SpreadProjection(this.project(pixels), macros);
  }

  /** @throws NOT_SUPPORTED: a mirror has no column of its own to renew */
  setEpochs(_epochs: Uint32Array): void {
    throw new OpuError(
      'NOT_SUPPORTED',
      'the structured medium cannot renew single mirrors; use the dense or the signs one',
    );
  }

  /** Gives the memory back; projections of this medium must have been released. */
  release(): void {
    this.#transform.release();
  }
}

/** Pixels of one block of the sensor: which entries of its grid they are, and where they go in a line of output. */
interface Block extends Pick<RoundedSink, 'groups' | 'pieces'> {
  readonly number: number;
}

class StructuredProjection implements FieldProjection {
  readonly inputs: number;
  readonly pixels: number;
  readonly #pool: ComputePool;
  readonly #seed: number;
  readonly #transform: FourierTransform2d;
  readonly #blocks: readonly Block[];

  constructor(
    pool: ComputePool,
    seed: number,
    mirrors: number,
    transform: FourierTransform2d,
    pixels: readonly PixelRange[],
  ) {
    this.#pool = pool;
    this.#seed = seed;
    this.#transform = transform;
    this.inputs = mirrors;
    this.pixels = pixels.reduce((sum, range) => sum + range.count, 0);
    if (this.pixels === 0) {
      throw new OpuError('INVALID_ARGUMENT', 'no pixels were asked for; give at least one range');
    }
    this.#blocks = blocksOf(pool, pixels, transform);
  }

  project(patterns: Uint8Array, count: number, out: FieldSums): void {
    finishSteps(this.projectInSteps(patterns, count, out));
  }

  nominalSeconds(count: number): number {
    return count * this.#blocks.length * this.#transform.rows * this.#transform.columns * nominalSecondsAPlace;
  }

  *projectInSteps(patterns: Uint8Array, count: number, out: FieldSums): Generator<void, void> {
    checkProjection(this, patterns, count, out);
    const patternBytes = Math.ceil(this.inputs / 8);
    const [real, imaginary] = [this.#pool.pointer(out.real), this.#pool.pointer(out.imaginary)];
    const scale = 2 ** 20 / (this.#transform.rows * this.#transform.columns * Math.sqrt(this.inputs));
    const { inputs, pixels } = this;
    const [transform, seed, blocks] = [this.#transform, this.#seed, this.#blocks];
    const isStepOver = this.#pool.watchSteps();
    yield* withPatterns(this.#pool, patterns, function* (address) {
      for (let p = 0; p < count; p++) {
        const source = { address: address + p * patternBytes, inputs };
        const line = 4 * p * pixels;
        for (const { number, groups, pieces } of blocks) {
          if (isStepOver()) yield;
          const sink = { groups, pieces, real: real + line, imaginary: imaginary + line, scale };
          transform.scatter(source, structuredTurns(seed, number), sink);
        }
      }
    });
  }

  release(): void {
    for (const { groups, pieces } of this.#blocks) {
      this.#pool.release(groups);
      this.#pool.release(pieces);
    }
  }
}

/** Cuts ranges where blocks of the sensor meet, and blocks where groups of four lines of their grids do. */
function blocksOf(pool: ComputePool, pixels: readonly PixelRange[], transform: FourierTransform2d): Block[] {
  const places = transform.rows * transform.columns;
  const groupPlaces = 4 * transform.columns;
  /** Words of the pieces of each group, groups by their number on the whole sensor. */
  const wanted = new Map<number, number[]>();
  let place = 0;
  for (const { first, count } of pixels) {
    for (let pixel = first; pixel < first + count; ) {
      const group = Math.floor(pixel / groupPlaces);
      const taken = Math.min((group + 1) * groupPlaces, first + count) - pixel;
      const words = wanted.get(group) ?? [];
      words.push(pixel % groupPlaces, taken, place);
      wanted.set(group, words);
      place += taken;
      pixel += taken;
    }
  }
  const groupsABlock = places / groupPlaces;
  const blocks = new Map<number, { groups: number[]; pieces: number[] }>();
  for (const [group, words] of [...wanted].sort(([a], [b]) => a - b)) {
    const number = Math.floor(group / groupsABlock);
    const block = blocks.get(number) ?? { groups: [], pieces: [] };
    blocks.set(number, block);
    block.groups.push(group % groupsABlock, block.pieces.length / 3, words.length / 3);
    block.pieces.push(...words);
  }
  return [...blocks].map(([number, { groups, pieces }]) => ({
    number,
    groups: onPool(pool, groups),
    pieces: onPool(pool, pieces),
  }));
}

function onPool(pool: ComputePool, words: readonly number[]): Int32Array {
  const array = pool.int32(words.length);
  array.set(words);
  return array;
}
