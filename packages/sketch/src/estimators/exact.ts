import type { NdArray } from 'ndarray';
import { denseOf, multiply, toNdarray } from '../algebra/dense.js';
import { symmetricEigen } from '../algebra/symmetric-eigen.js';
import type { SketchInput } from '../sketch/sketch.js';

/** Singular values in falling order, for a control: roots of the eigenvalues of the smaller of A A^T and A^T A. */
export function exactSingularValues(matrix: SketchInput): Float64Array {
  const a = denseOf(matrix, 'The matrix');
  const isWide = a.columns > a.rows;
  const { values } = symmetricEigen(multiply(a, a, isWide ? { b: true } : { a: true }));
  return values.map((value) => Math.sqrt(Math.max(0, value)));
}

/** A^T B, for a control. */
export function exactProduct(a: SketchInput, b: SketchInput): NdArray<Float32Array> {
  return toNdarray(multiply(denseOf(a, 'A'), denseOf(b, 'B'), { a: true }));
}
