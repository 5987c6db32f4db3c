import {
  compressedProduct,
  estimateTrace,
  estimateTriangles,
  exactTrace,
  exactTriangles,
  type RandomizedSvd,
  randomizedSvd,
} from '@opu/sketch';
import { barabasiAlbert, type Matrix, normalMatrix, uniformMatrix } from './matrices.js';
import type { SketchSource } from './sources.js';

/** Relative errors of an estimate, one a seed, and frames of one. */
export interface Errors {
  readonly errors: readonly number[];
  readonly mean: number;
  readonly frames: number;
}

interface Sizes {
  readonly n: number;
  readonly m: number;
  readonly seeds: readonly number[];
}

/** Trace of matrices with entries uniform between 0 and 1, each with another matrix and another medium. */
export function traceErrors(source: SketchSource, sizes: Sizes): Promise<Errors> {
  return errorsOf(source, sizes, (seed) => uniformMatrix(sizes.n, sizes.n, seed), exactTrace, estimateTrace);
}

/** Triangles of Barabasi-Albert graphs. @param edges ties that each node begins with */
export function triangleErrors(source: SketchSource, sizes: Sizes & { readonly edges: number }): Promise<Errors> {
  const graph = (seed: number): Matrix => barabasiAlbert(sizes.n, sizes.edges, seed);
  return errorsOf(source, sizes, graph, exactTriangles, estimateTriangles);
}

async function errorsOf(
  source: SketchSource,
  { n, m, seeds }: Sizes,
  matrixOf: (seed: number) => Matrix,
  exact: (matrix: Matrix) => number,
  estimate: typeof estimateTriangles,
): Promise<Errors> {
  const errors: number[] = [];
  let frames = 0;
  for (const seed of seeds) {
    const matrix = matrixOf(seed);
    const found = await source.use({ inputs: n, outputs: m, seed }, (sketch) => estimate(matrix, sketch));
    errors.push(Math.abs(found.estimate / exact(matrix) - 1));
    frames = found.spent.frames;
  }
  return { errors, mean: errors.reduce((sum, error) => sum + error, 0) / errors.length, frames };
}

export function svdOf(
  source: SketchSource,
  matrix: Matrix,
  { m, power, rank = m, seed }: { m: number; power: number; rank?: number; seed: number },
): Promise<RandomizedSvd> {
  const inputs = matrix.shape[1]!;
  return source.use({ inputs, outputs: m, seed }, (sketch) => randomizedSvd(matrix, sketch, { power, rank }));
}

/** How the error of a product falls with the rows of the sketch. */
export interface ProductErrors {
  readonly rows: readonly number[];
  /** |A^T B - estimate|_F / (|A|_F |B|_F), one for each number of rows. */
  readonly errors: readonly number[];
  /** Of log error against log rows; -1/2 is expected. */
  readonly slope: number;
  /** error x sqrt(rows), the geometric mean; 1 is expected. */
  readonly constant: number;
}

/** A^T B of normal matrices, A and B of shape [n, columns], by blocks of one sketch. */
export async function productErrors(
  source: SketchSource,
  { n, columns, rows, seed }: { n: number; columns: number; rows: readonly number[]; seed: number },
): Promise<ProductErrors> {
  const [a, b] = [normalMatrix(n, columns, seed), normalMatrix(n, columns, seed + 1)];
  const exact = transposedProduct(a, b);
  const size = norm(a.data) * norm(b.data);
  const errors: number[] = [];
  await source.use({ inputs: n, outputs: Math.max(...rows), seed }, async (sketch) => {
    for (const count of rows) {
      const { product } = await compressedProduct(a, b, sketch.block(0, count));
      errors.push(norm(product.data.map((value, i) => value - exact[i]!)) / size);
    }
  });
  const points = rows.map((count, i) => [Math.log(count), Math.log(errors[i]!)] as const);
  const [x, y] = [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis]!, 0) / points.length);
  const covariance = points.reduce((sum, [px, py]) => sum + (px - x!) * (py - y!), 0);
  const slope = covariance / points.reduce((sum, [px]) => sum + (px - x!) ** 2, 0);
  return { rows, errors, slope, constant: Math.exp(y! + x! / 2) };
}

function transposedProduct(a: Matrix, b: Matrix): Float64Array {
  const [n, p] = a.shape as [number, number];
  const q = b.shape[1]!;
  const out = new Float64Array(p * q);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < p; j++) {
      const value = a.data[i * p + j]!;
      for (let k = 0; k < q; k++) out[j * q + k]! += value * b.data[i * q + k]!;
    }
  }
  return out;
}

function norm(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return Math.sqrt(sum);
}
