import type { OperationOptions } from '@opu/driver';
import type { NdArray } from 'ndarray';
import {
  columnsOf,
  type Dense,
  dense,
  denseOf,
  multiply,
  type NumberArray,
  requireSquare,
  subtract,
  toNdarray,
  transpose,
} from '../algebra/dense.js';
import { orthonormal } from '../algebra/orthonormal.js';
import { standardError } from '../algebra/statistics.js';
import type { Sketch } from '../sketch/sketch.js';
import { type Estimate, meter, weightedRowsNote } from './estimate.js';

export interface TraceOptions extends OperationOptions {
  /**
   * `hutchinson`: tr(S A S^T) (Girard 1987, Hutchinson 1989). `hutch++` (Meyer et al. 2021, the default): the trace on the range of
   * A that some rows find is exact, the rest is estimated by the other rows.
   */
  readonly method?: 'hutchinson' | 'hutch++';
  /** Rows of the sketch that look for the range, for `hutch++`; a tenth of them by default, at least one. */
  readonly rangeRows?: number;
}

/**
 * Estimates the trace of a square matrix from `sketch.outputs` random projections of it.
 * @param matrix shape [n, n], n = sketch.inputs
 * @throws INVALID_ARGUMENT for another shape
 */
export async function estimateTrace(
  matrix: NdArray<NumberArray>,
  sketch: Sketch,
  options: TraceOptions = {},
): Promise<Estimate> {
  const a = denseOf(matrix, 'The matrix');
  requireSquare(a, 'The matrix');
  const spent = meter(sketch);
  const notes = sketch.rows === 'amplitude-weighted' ? [weightedRowsNote] : [];
  if ((options.method ?? 'hutch++') === 'hutchinson' || sketch.outputs < 3) {
    const terms = await quadraticTerms(a, sketch, options);
    return { ...sumOfTerms(terms), spent: spent(), notes };
  }
  const range = Math.max(
    1,
    Math.min(options.rangeRows ?? Math.floor(sketch.outputs / 10), sketch.outputs - 2, a.rows - 1),
  );
  const y = denseOf(await sketch.apply(matrix, options), 'The sketched matrix');
  const q = orthonormal(columnsOf(y, 0, range));
  const exact = traceOf(multiply(q, multiply(a, q), { a: true }));
  const rest = await quadraticTerms(deflated(a, q), sketch.block(range, sketch.outputs - range), options);
  const { estimate, standardError: error } = sumOfTerms(rest);
  return { estimate: exact + estimate, standardError: error, spent: spent(), notes };
}

/** s A s^T for every row s of the sketch. */
export async function quadraticTerms(a: Dense, sketch: Sketch, options: OperationOptions): Promise<Float64Array> {
  const y = denseOf(await sketch.apply(toNdarray(a), options), 'The sketched matrix');
  const twice = await sketch.apply(toNdarray(transpose(y)), options);
  const m = sketch.outputs;
  return Float64Array.from({ length: m }, (_, j) => twice.data[twice.offset + j * m + j]!);
}

/** The sum of terms that are alike, and the standard error that their scatter gives it. */
export function sumOfTerms(terms: Float64Array): { readonly estimate: number; readonly standardError: number } {
  const estimate = terms.reduce((sum, term) => sum + term, 0);
  return { estimate, standardError: standardError(terms) * terms.length };
}

/** (I - Q Q^T) A (I - Q Q^T). */
function deflated(a: Dense, q: Dense): Dense {
  const left = subtract(a, multiply(q, multiply(q, a, { a: true })));
  return subtract(left, multiply(multiply(left, q), q, { b: true }));
}

function traceOf({ rows, data }: Dense): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += data[i * rows + i]!;
  return sum;
}

/** The trace itself, for a control. @param matrix shape [n, n] */
export function exactTrace(matrix: NdArray<NumberArray>): number {
  const a = denseOf(matrix, 'The matrix');
  requireSquare(a, 'The matrix');
  return traceOf(dense(a.rows, a.columns, a.data));
}
