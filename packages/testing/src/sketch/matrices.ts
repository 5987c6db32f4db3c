import { SeededRandom } from '@opu/compute';
import ndarray, { type NdArray } from 'ndarray';

export type Matrix = NdArray<Float32Array>;

export function uniformMatrix(rows: number, columns: number, seed: number): Matrix {
  return ndarray(new SeededRandom(seed, 'uniform-matrix').fillUniform(new Float32Array(rows * columns)), [
    rows,
    columns,
  ]);
}

export function normalMatrix(rows: number, columns: number, seed: number): Matrix {
  return ndarray(new SeededRandom(seed, 'normal-matrix').fillNormal(new Float32Array(rows * columns)), [rows, columns]);
}

/**
 * The adjacency matrix of a Barabasi-Albert graph: each node beyond the first `edges` ties itself to that many others, drawn in
 * proportion to the ties they have.
 */
export function barabasiAlbert(nodes: number, edges: number, seed: number): Matrix {
  const adjacency = new Float32Array(nodes * nodes);
  const random = new SeededRandom(seed, 'barabasi-albert');
  // Every end of every edge: a draw from it is a draw in proportion to ties.
  const ends: number[] = [];
  let draws = 0;
  for (let node = edges; node < nodes; node++) {
    const chosen = new Set<number>();
    if (node === edges) for (let other = 0; other < edges; other++) chosen.add(other);
    while (chosen.size < edges) chosen.add(ends[random.integer(draws++, ends.length)]!);
    for (const other of chosen) {
      adjacency[node * nodes + other] = adjacency[other * nodes + node] = 1;
      ends.push(node, other);
    }
  }
  return ndarray(adjacency, [nodes, nodes]);
}

/** U diag(k^-decay) V^T with U and V random and orthonormal to 1 / sqrt(n), so that the spectrum is nearly the one given. */
export function decayingMatrix(n: number, terms: number, decay: number, seed: number): Matrix {
  const [u, v] = [normalMatrix(n, terms, seed), normalMatrix(n, terms, seed + 1)];
  const out = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < terms; k++) {
      const weight = (u.data[i * terms + k]! * (k + 1) ** -decay) / n;
      for (let j = 0; j < n; j++) out[i * n + j]! += weight * v.data[j * terms + k]!;
    }
  }
  return ndarray(out, [n, n]);
}
