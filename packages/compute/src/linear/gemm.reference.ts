import { checkShapes, type GemmOptions } from './gemm.js';
import type { MatrixView } from './matrix.js';

const block = 256;
const { fround } = Math;

/** The definition of `gemm`'s result, one product after another. */
export function gemmReference(a: MatrixView, b: MatrixView, c: MatrixView, options: GemmOptions = {}): void {
  const [m, n, k] = checkShapes(a, b, c);
  const at = (x: MatrixView, i: number, j: number) => x.offset + i * x.stride[0]! + j * x.stride[1]!;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let result = options.accumulate === true ? c.data[at(c, i, j)]! : 0;
      for (let start = 0; start < k; start += block) {
        let sum = 0;
        for (let q = start; q < Math.min(k, start + block); q++) {
          sum = fround(sum + fround(a.data[at(a, i, q)]! * b.data[at(b, q, j)]!));
        }
        result = start === 0 && options.accumulate !== true ? sum : fround(result + sum);
      }
      c.data[at(c, i, j)] = result;
    }
  }
}
