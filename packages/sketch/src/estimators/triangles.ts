import { OpuError } from '@opu/core';
import type { OperationOptions } from '@opu/driver';
import { type Dense, denseOf, multiply, requireSquare } from '../algebra/dense.js';
import type { Sketch, SketchInput } from '../sketch/sketch.js';
import { type Estimate, meter, weightedRowsNote } from './estimate.js';
import { sumOfTerms } from './trace.js';

/**
 * Estimates the triangles of an undirected graph, tr(A^3) / 6 (Avron 2010): with Y = A S^T from the light, tr(Y^T A Y) on the host.
 * @param adjacency shape [n, n] of 0 and 1 (or weights), symmetric, zero diagonal
 * @throws INVALID_ARGUMENT for a matrix that is no undirected graph
 */
export async function estimateTriangles(
  adjacency: SketchInput,
  sketch: Sketch,
  options: OperationOptions = {},
): Promise<Estimate> {
  const a = graph(adjacency);
  const spent = meter(sketch);
  const y = denseOf(await sketch.apply(adjacency, options), 'The sketched graph');
  const ay = multiply(a, y);
  const terms = new Float64Array(sketch.outputs);
  for (let i = 0; i < y.data.length; i++) terms[i % sketch.outputs]! += (y.data[i]! * ay.data[i]!) / 6;
  const notes = sketch.rows === 'amplitude-weighted' ? [weightedRowsNote] : [];
  return { ...sumOfTerms(terms), spent: spent(), notes };
}

/** The triangles themselves, for a control. */
export function exactTriangles(adjacency: SketchInput): number {
  const a = graph(adjacency);
  const squared = multiply(a, a);
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += a.data[i]! * squared.data[i]!;
  return sum / 6;
}

function graph(adjacency: SketchInput): Dense {
  const a = denseOf(adjacency, 'The adjacency matrix');
  requireSquare(a, 'The adjacency matrix');
  const n = a.rows;
  for (let i = 0; i < n; i++) {
    if (a.data[i * n + i] !== 0) {
      throw new OpuError('INVALID_ARGUMENT', `The adjacency matrix has a loop at ${i}; its diagonal must be zero.`);
    }
    for (let j = 0; j < i; j++) {
      if (a.data[i * n + j] === a.data[j * n + i]) continue;
      throw new OpuError(
        'INVALID_ARGUMENT',
        `The adjacency matrix differs from its transpose at (${i}, ${j}); an undirected graph is symmetric.`,
      );
    }
  }
  return a;
}
