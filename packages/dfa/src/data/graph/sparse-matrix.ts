/** A sparse matrix by rows (CSR), f32. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Where each row begins in `indices` and `values`; rows + 1 numbers. */
  readonly starts: Uint32Array;
  readonly indices: Uint32Array;
  readonly values: Float32Array;
}

/** out = matrix x dense, dense of shape [matrix.columns, width], out [matrix.rows, width]. */
export function sparseTimesDense(matrix: SparseMatrix, dense: Float32Array, width: number, out: Float32Array): void {
  const { rows, starts, indices, values } = matrix;
  out.fill(0);
  for (let row = 0; row < rows; row++) {
    const to = row * width;
    for (let k = starts[row]!; k < starts[row + 1]!; k++) {
      const value = values[k]!;
      const from = indices[k]! * width;
      for (let j = 0; j < width; j++) out[to + j] = out[to + j]! + value * dense[from + j]!;
    }
  }
}

/** out = matrix^T x dense, dense of shape [matrix.rows, width], out [matrix.columns, width]. */
export function transposedTimesDense(
  matrix: SparseMatrix,
  dense: Float32Array,
  width: number,
  out: Float32Array,
): void {
  const { rows, starts, indices, values } = matrix;
  out.fill(0);
  for (let row = 0; row < rows; row++) {
    const from = row * width;
    for (let k = starts[row]!; k < starts[row + 1]!; k++) {
      const value = values[k]!;
      const to = indices[k]! * width;
      for (let j = 0; j < width; j++) out[to + j] = out[to + j]! + value * dense[from + j]!;
    }
  }
}

/** The values of a dense matrix [rows, columns] that are not zero. */
export function sparseFromDense(dense: Float32Array, rows: number, columns: number): SparseMatrix {
  const starts = new Uint32Array(rows + 1);
  const indices: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) if (dense[row * columns + column] !== 0) indices.push(column);
    starts[row + 1] = indices.length;
  }
  const values = new Float32Array(indices.length);
  for (let row = 0; row < rows; row++) {
    for (let k = starts[row]!; k < starts[row + 1]!; k++) values[k] = dense[row * columns + indices[k]!]!;
  }
  return { rows, columns, starts, indices: Uint32Array.from(indices), values };
}

/**
 * The propagation matrix of a graph convolution, D^-1/2 (A + I) D^-1/2 (Kipf and Welling 2017, arXiv 1609.02907):
 * symmetric. `edges` are pairs of nodes, each edge once.
 */
export function normalisedAdjacency(nodes: number, edges: readonly (readonly [number, number])[]): SparseMatrix {
  const neighbours: Set<number>[] = Array.from({ length: nodes }, (_, node) => new Set([node]));
  for (const [a, b] of edges) {
    neighbours[a]!.add(b);
    neighbours[b]!.add(a);
  }
  const starts = new Uint32Array(nodes + 1);
  for (let node = 0; node < nodes; node++) starts[node + 1] = starts[node]! + neighbours[node]!.size;
  const indices = new Uint32Array(starts[nodes]!);
  const values = new Float32Array(starts[nodes]!);
  for (let node = 0; node < nodes; node++) {
    const sorted = [...neighbours[node]!].sort((a, b) => a - b);
    for (const [k, other] of sorted.entries()) {
      indices[starts[node]! + k] = other;
      values[starts[node]! + k] = 1 / Math.sqrt(sorted.length * neighbours[other]!.size);
    }
  }
  return { rows: nodes, columns: nodes, starts, indices, values };
}
