import { OpuError } from '@opu/core';
import type { OperationOptions } from '@opu/driver';
import type { NdArray } from 'ndarray';
import {
  columnsOf,
  type Dense,
  dense,
  denseOf,
  frobeniusNorm,
  multiply,
  subtract,
  toNdarray,
} from '../algebra/dense.js';
import { orthonormal } from '../algebra/orthonormal.js';
import { symmetricEigen } from '../algebra/symmetric-eigen.js';
import type { Sketch, SketchInput, Spent } from '../sketch/sketch.js';
import { meter } from './estimate.js';

/** Rows that an error is summed over at once. */
const ROWS = 256;

/** Rounding of squares in f32 makes errors of up to 3e-4 look alike. */
const LEAST_TOLERANCE = 1e-3;

export interface SvdOptions extends OperationOptions {
  /** Singular values that are kept; as many as the sketch has rows by default. */
  readonly rank?: number;
  /**
   * Takes the smallest rank whose error |A - U S V^T|_F / |A|_F is at most this, 0.001 or more. The sketch bounds what can be reached; a note says
   * when it does not suffice.
   */
  readonly tolerance?: number;
  /** Power iterations, each two products with A on the host; 0 by default. They sharpen a spectrum that decays slowly. */
  readonly power?: number;
}

export interface RandomizedSvd {
  /** Shape [rows of A, rank]; columns orthonormal. */
  readonly u: NdArray<Float32Array>;
  /** In falling order. */
  readonly singularValues: Float64Array;
  /** Shape [rank, columns of A]; rows orthonormal. */
  readonly vt: NdArray<Float32Array>;
  /** |A - U S V^T|_F / |A|_F, exact: the host has A. */
  readonly relativeError: number;
  /** The part of it that the range finder left out, |A - Q Q^T A|_F / |A|_F. */
  readonly rangeError: number;
  readonly spent: Spent;
  readonly notes: readonly string[];
}

/**
 * Randomised singular value decomposition (Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1): the range of A is found by
 * A S^T, which light computes; the rest is small.
 * @param matrix shape [rows, columns], columns = sketch.inputs, rows >= sketch.outputs
 * @throws INVALID_ARGUMENT for a rank beyond the sketch's rows, and shapes that do not fit
 */
export async function randomizedSvd(
  matrix: SketchInput,
  sketch: Sketch,
  options: SvdOptions = {},
): Promise<RandomizedSvd> {
  const { power = 0, tolerance } = options;
  const a = denseOf(matrix, 'The matrix');
  const most = Math.min(sketch.outputs, a.rows, a.columns);
  const asked = options.rank ?? most;
  if (!(Number.isInteger(power) && power >= 0)) {
    throw new OpuError('INVALID_ARGUMENT', `power is ${power}; it must be a whole number of 0 or more.`);
  }
  if (tolerance !== undefined && !(tolerance >= LEAST_TOLERANCE && tolerance < 1)) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `tolerance is ${tolerance}; it must lie between ${LEAST_TOLERANCE} and 1: f32 hides smaller errors.`,
    );
  }
  const whole = frobeniusNorm(a) ** 2;
  if (whole === 0) throw new OpuError('INVALID_ARGUMENT', 'The matrix is zero; it has no singular vectors.');
  if (!(Number.isInteger(asked) && asked >= 1 && asked <= most)) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `rank is ${asked}; a sketch of ${sketch.outputs} rows of a ${a.rows} x ${a.columns} matrix gives 1 to ${most}.`,
    );
  }
  const spent = meter(sketch);
  const y = denseOf(await sketch.apply(matrix, options), 'The sketched matrix');
  let q = orthonormal(y.columns > most ? columnsOf(y, 0, most) : y);
  // Each product is made orthonormal again, or all columns would turn to the first singular vector.
  for (let i = 0; i < power; i++) q = orthonormal(multiply(a, orthonormal(multiply(a, q, { a: true }))));
  const b = multiply(q, a, { a: true });
  const { values, vectors } = symmetricEigen(multiply(b, b, { b: true }));
  const errorOf = (rank: number): number => {
    let kept = 0;
    for (let k = 0; k < rank; k++) kept += Math.max(0, values[k]!);
    return Math.sqrt(Math.max(0, whole - kept) / whole);
  };
  const notes: string[] = [];
  let rank = asked;
  if (tolerance !== undefined) {
    rank = 1;
    while (rank < asked && errorOf(rank) > tolerance) rank++;
    if (errorOf(rank) > tolerance) {
      notes.push(
        `an error of ${tolerance} is out of reach of ${asked} singular values: ${errorOf(rank).toPrecision(3)}`,
      );
    }
  }
  const turn = columnsOf(vectors, 0, rank);
  const singularValues = Float64Array.from({ length: rank }, (_, k) => Math.sqrt(Math.max(0, values[k]!)));
  const u = multiply(q, turn);
  const vt = scaledRows(multiply(turn, b, { a: true }), singularValues);
  return {
    u: toNdarray(u),
    singularValues,
    vt: toNdarray(vt),
    relativeError: relativeError(a, u, singularValues, vt, whole),
    rangeError: Math.sqrt(Math.max(0, whole - frobeniusNorm(b) ** 2) / whole),
    spent: spent(),
    notes,
  };
}

function scaledRows({ rows, columns, data }: Dense, divisors: Float64Array): Dense {
  const out = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const divisor = divisors[Math.floor(i / columns)]!;
    out[i] = divisor === 0 ? 0 : data[i]! / divisor;
  }
  return dense(rows, columns, out);
}

/** |A - U S V^T| / |A|, some rows at a time: differences of squares would lose what is below 3e-4. */
function relativeError(a: Dense, u: Dense, s: Float64Array, vt: Dense, whole: number): number {
  let squares = 0;
  for (let first = 0; first < a.rows; first += ROWS) {
    const count = Math.min(ROWS, a.rows - first);
    const left = dense(count, s.length, u.data.slice(first * s.length, (first + count) * s.length));
    for (let i = 0; i < left.data.length; i++) left.data[i]! *= s[i % s.length]!;
    const rows = dense(count, a.columns, a.data.subarray(first * a.columns, (first + count) * a.columns));
    squares += frobeniusNorm(subtract(rows, multiply(left, vt))) ** 2;
  }
  return Math.sqrt(squares / whole);
}
