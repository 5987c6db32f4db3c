import { ComputePool, gemm, matrixView } from '@opu/compute';
import type { Milliseconds } from '../train/stopwatch.js';

const SIZE = 512;
const ROUNDS = 9;

/** Speed of matrix products on this machine, GFLOP/s: the median of a few products of 512 x 512 x 512. */
export function measureGigaflops(now: Milliseconds): number {
  const pool = new ComputePool();
  try {
    const [a, b, c] = [1, 2, 3].map(() => matrixView(pool.float32(SIZE * SIZE).fill(0.5), SIZE, SIZE));
    gemm(pool, a!, b!, c!);
    const seconds = Array.from({ length: ROUNDS }, () => {
      const start = now();
      gemm(pool, a!, b!, c!);
      return (now() - start) / 1000;
    }).sort((x, y) => x - y);
    return (2 * SIZE ** 3) / Math.max(1e-9, seconds[ROUNDS >> 1]!) / 1e9;
  } finally {
    pool.close();
  }
}
