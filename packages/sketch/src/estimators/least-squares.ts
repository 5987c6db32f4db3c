import { OpuError } from '@opu/core';
import type { OperationOptions } from '@opu/driver';
import { type Dense, denseOf, multiply, toNdarray, transpose } from '../algebra/dense.js';
import { inverseOfFactor } from '../algebra/orthonormal.js';
import { dot } from '../algebra/statistics.js';
import type { Sketch, SketchInput, Spent } from '../sketch/sketch.js';
import { meter } from './estimate.js';

export interface LeastSquaresOptions extends OperationOptions {
  /** Ends when |A^T r| has fallen to this share of |A^T b|; 1e-6 by default. */
  readonly tolerance?: number;
  readonly maximumIterations?: number;
}

export interface LeastSquares {
  readonly solution: Float64Array;
  /** |A x - b| / |b|. */
  readonly residual: number;
  readonly iterations: number;
  readonly converged: boolean;
  readonly spent: Spent;
}

/**
 * min |A x - b| by sketch and precondition (Rokhlin and Tygert 2008; Avron, Maymounkov and Toledo 2010): the factor of the sketched
 * matrix makes A nearly orthonormal, so that conjugate gradients need a number of steps that does not depend on its condition.
 * @param matrix shape [n, d], n = sketch.inputs, d < sketch.outputs
 * @param right n numbers
 */
export async function leastSquares(
  matrix: SketchInput,
  right: ArrayLike<number>,
  sketch: Sketch,
  options: LeastSquaresOptions = {},
): Promise<LeastSquares> {
  const { tolerance = 1e-6, maximumIterations = 100 } = options;
  const a = denseOf(matrix, 'The matrix');
  if (right.length !== a.rows || a.columns >= sketch.outputs) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `A is ${a.rows} x ${a.columns}, b has ${right.length} numbers, and the sketch has ${sketch.outputs} rows; b must have ` +
        `${a.rows} numbers, and the sketch more than ${a.columns} rows (twice as many are good).`,
    );
  }
  const b = Float64Array.from({ length: a.rows }, (_, i) => right[i]!);
  const wrong = b.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new OpuError('INVALID_ARGUMENT', `b is ${b[wrong]} at ${wrong}; numbers must be finite.`);
  const spent = meter(sketch);
  const sketched = denseOf(await sketch.apply(toNdarray(transpose(a)), options), 'The sketched matrix');
  const factor = inverseOfFactor(multiply(sketched, sketched, { b: true }), 0);
  const solved = conjugateGradients(a, factor, b, tolerance, maximumIterations);
  return { ...solved, spent: spent() };
}

/** CGLS on A R^-1, in f64. */
function conjugateGradients(
  a: Dense,
  factor: Dense,
  b: Float64Array,
  tolerance: number,
  maximum: number,
): Omit<LeastSquares, 'spent'> {
  const d = a.columns;
  const forward = (v: Float64Array): Float64Array => timesVector(a, timesVector(factor, v));
  const backward = (v: Float64Array): Float64Array => transposeTimesVector(factor, transposeTimesVector(a, v));
  const y = new Float64Array(d);
  const residual = Float64Array.from(b);
  const gradient = backward(residual);
  let direction = Float64Array.from(gradient);
  let size = dot(gradient, gradient);
  const goal = tolerance * tolerance * size;
  let iterations = 0;
  while (size > goal && iterations < maximum) {
    iterations++;
    const image = forward(direction);
    const step = size / dot(image, image);
    for (let i = 0; i < d; i++) y[i]! += step * direction[i]!;
    for (let i = 0; i < residual.length; i++) residual[i]! -= step * image[i]!;
    const next = backward(residual);
    const nextSize = dot(next, next);
    direction = direction.map((value, i) => next[i]! + (nextSize / size) * value);
    size = nextSize;
  }
  const norm = Math.sqrt(dot(b, b));
  return {
    solution: timesVector(factor, y),
    residual: norm === 0 ? 0 : Math.sqrt(dot(residual, residual)) / norm,
    iterations,
    converged: size <= goal,
  };
}

function timesVector({ rows, columns, data }: Dense, v: Float64Array): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += data[i * columns + j]! * v[j]!;
    out[i] = sum;
  }
  return out;
}

function transposeTimesVector({ rows, columns, data }: Dense, v: Float64Array): Float64Array {
  const out = new Float64Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j]! += data[i * columns + j]! * v[i]!;
  }
  return out;
}
