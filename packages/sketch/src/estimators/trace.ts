import { OpuError } from '@opu/core';
import type { OperationOptions } from '@opu/driver';
import {
  columnsOf,
  type Dense,
  dense,
  denseOf,
  multiply,
  requireSquare,
  subtract,
  toNdarray,
  transpose,
} from '../algebra/dense.js';
import { orthonormal } from '../algebra/orthonormal.js';
import { standardError } from '../algebra/statistics.js';
import type { Sketch, SketchInput } from '../sketch/sketch.js';
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
  matrix: SketchInput,
  sketch: Sketch,
  options: TraceOptions = {},
): Promise<Estimate> {
  const a = denseOf(matrix, 'The matrix');
  requireSquare(a, 'The matrix');
  const spent = meter(sketch);
  const notes = sketch.rows === 'amplitude-weighted' ? [weightedRowsNote] : [];
  if ((options.method ?? 'hutch++') === 'hutchinson' || sketch.outputs < 3) {
    const y = denseOf(await sketch.apply(matrix, options), 'The sketched matrix');
    const terms = await diagonalOf(y, 0, sketch, options);
    return { ...sumOfTerms(terms), spent: spent(), notes };
  }
  const most = sketch.outputs - 2;
  const { rangeRows = Math.min(most, Math.max(1, Math.floor(sketch.outputs / 10))) } = options;
  if (!(Number.isInteger(rangeRows) && rangeRows >= 1 && rangeRows <= most)) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `rangeRows is ${rangeRows}; of ${sketch.outputs} rows, 1 to ${most} may look for the range.`,
    );
  }
  const range = Math.min(rangeRows, a.rows);
  const y = denseOf(await sketch.apply(matrix, options), 'The sketched matrix');
  const q = orthonormal(columnsOf(y, 0, range));
  const aq = multiply(a, q);
  const exact = traceOf(multiply(q, aq, { a: true }));
  // (I - Q Q^T) A (I - Q Q^T) S^T follows from A S^T and S Q: the frames of a second pass over A are saved.
  const sq = denseOf(await sketch.apply(toNdarray(transpose(q)), options), 'The sketched basis');
  const left = subtract(y, multiply(aq, sq));
  const deflated = subtract(left, multiply(q, multiply(q, left, { a: true })));
  const others = columnsOf(deflated, range, sketch.outputs - range);
  const scale = sketch.outputs / others.columns;
  const rest = (await diagonalOf(others, range, sketch, options)).map((term) => scale * term);
  const { estimate, standardError: error, course } = sumOfTerms(rest);
  return {
    estimate: exact + estimate,
    standardError: error,
    course: course.map((value) => exact + value),
    spent: spent(),
    notes,
  };
}

/** s y for every column y and the sketch's row s of its number, counted from `first`. */
async function diagonalOf(y: Dense, first: number, sketch: Sketch, options: OperationOptions): Promise<Float64Array> {
  const twice = await sketch.apply(toNdarray(transpose(y)), options);
  const m = sketch.outputs;
  return Float64Array.from({ length: y.columns }, (_, j) => twice.data[twice.offset + j * m + first + j]!);
}

/** The sum of terms that are alike, the standard error that their scatter gives it, and what the first of them alone say. */
export function sumOfTerms(terms: Float64Array): Pick<Estimate, 'estimate' | 'standardError' | 'course'> {
  let estimate = 0;
  const course = terms.map((term, k) => {
    estimate += term;
    return (estimate * terms.length) / (k + 1);
  });
  return { estimate, standardError: standardError(terms) * terms.length, course };
}

function traceOf({ rows, data }: Dense): number {
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += data[i * rows + i]!;
  return sum;
}

/** The trace itself, for a control. @param matrix shape [n, n] */
export function exactTrace(matrix: SketchInput): number {
  const a = denseOf(matrix, 'The matrix');
  requireSquare(a, 'The matrix');
  return traceOf(dense(a.rows, a.columns, a.data));
}
