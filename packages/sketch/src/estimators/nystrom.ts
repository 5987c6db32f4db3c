import { OpuError } from '@opu/core';
import type { OperationOptions } from '@opu/driver';
import type { NdArray } from 'ndarray';
import { columnsOf, dense, denseOf, multiply, requireSquare, requireSymmetric, toNdarray } from '../algebra/dense.js';
import { orthonormal } from '../algebra/orthonormal.js';
import { symmetricEigen } from '../algebra/symmetric-eigen.js';
import type { Sketch, SketchInput, Spent } from '../sketch/sketch.js';
import { meter } from './estimate.js';

export interface NystromOptions extends OperationOptions {
  /** Eigenvalues that are kept; as many as the sketch has rows by default. */
  readonly rank?: number;
}

export interface NystromApproximation {
  /** In falling order. */
  readonly eigenvalues: Float64Array;
  /** Shape [n, rank]; columns orthonormal. K is about U diag(eigenvalues) U^T. */
  readonly u: NdArray<Float32Array>;
  readonly spent: Spent;
  readonly notes: readonly string[];
}

/**
 * Low-rank approximation of a positive semi-definite matrix, Nystroem's by random projections (Halko, Martinsson and Tropp 2011,
 * section 5.5; Tropp et al. 2017): K Q (Q^T K Q)^-1 Q^T K with Q a basis of K S^T. Better than Q Q^T K Q Q^T for the same Q.
 * @param matrix shape [n, n], symmetric, no negative eigenvalues; n = sketch.inputs
 */
export async function nystrom(
  matrix: SketchInput,
  sketch: Sketch,
  options: NystromOptions = {},
): Promise<NystromApproximation> {
  const k = denseOf(matrix, 'The matrix');
  requireSquare(k, 'The matrix');
  requireSymmetric(k, 'The matrix');
  const most = Math.min(sketch.outputs, k.rows);
  const { rank: asked = most } = options;
  if (!(Number.isInteger(asked) && asked >= 1 && asked <= most)) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `rank is ${asked}; a sketch of ${sketch.outputs} rows of a ${k.rows} x ${k.columns} matrix gives 1 to ${most}.`,
    );
  }
  const spent = meter(sketch);
  const y = denseOf(await sketch.apply(matrix, options), 'The sketched matrix');
  const q = orthonormal(y.columns > most ? columnsOf(y, 0, most) : y);
  const kq = multiply(k, q);
  const core = symmetricEigen(multiply(q, kq, { a: true }));
  const notes: string[] = [];
  const largest = core.values[0]!;
  if (!(largest > 0)) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      'The matrix has no positive eigenvalue; a Nystroem approximation needs a positive semi-definite one.',
    );
  }
  // What rounding makes of zero must not be divided by.
  const floor = 1e-6 * largest;
  if (core.values.at(-1)! < -1e-4 * largest) {
    notes.push('the matrix has negative eigenvalues; a Nystroem approximation needs one that has none');
  }
  const width = core.values.findIndex((value) => value <= floor);
  const kept = width < 0 ? core.values.length : Math.max(1, width);
  const turned = multiply(kq, columnsOf(core.vectors, 0, kept));
  for (let i = 0; i < turned.data.length; i++) turned.data[i]! /= Math.sqrt(core.values[i % kept]!);
  // K is about F F^T with F = turned; its eigenvalues are those of F^T F.
  const inner = symmetricEigen(multiply(turned, turned, { a: true }));
  const rank = Math.min(asked, kept);
  const u = multiply(turned, columnsOf(inner.vectors, 0, rank));
  for (let i = 0; i < u.data.length; i++) u.data[i]! /= Math.sqrt(Math.max(floor, inner.values[i % rank]!));
  return {
    eigenvalues: inner.values.slice(0, rank),
    u: toNdarray(dense(u.rows, rank, u.data)),
    spent: spent(),
    notes,
  };
}
