import { type ComputePool, fieldSums, SeededRandom, StructuredMedium } from '@opu/compute';
import type { BenchCase, BenchContext } from '../harness/bench.js';

/**
 * A binary pattern through the structured medium: three random diagonals and 2-D transforms of 2^20 points. Ours begins with the
 * pattern's bits and ends with integer fields of every pixel; scipy's begins and ends with complex64.
 */
export async function* structuredCase(pool: ComputePool, context: BenchContext): AsyncIterable<BenchCase> {
  const side = context.quick ? 256 : 1024;
  const points = side * side;
  const name = `structured medium, ${side} x ${side} points, three diagonals and transforms`;
  if (!context.wanted(name)) return;
  const medium = new StructuredMedium(pool, { seed: 1, mirrors: points });
  const projection = medium.project([{ first: 0, count: points }]);
  const pattern = pool.uint8(points / 8);
  const random = new SeededRandom(1);
  for (let i = 0; i < pattern.length; i++) pattern[i] = Math.floor(256 * random.uniform(i));
  const sums = fieldSums(pool, 1, points);
  const python = await context.python('scipy');
  await python?.run(
    `import numpy as np, scipy.fft, os\nrng = np.random.default_rng(1)\n` +
      `x = rng.integers(0, 2, (${side}, ${side})).astype(np.complex64)\n` +
      `d = [(1j ** rng.integers(0, 4, (${side}, ${side}))).astype(np.complex64) for i in range(3)]`,
  );
  const step = (workers: number) =>
    `y = x\nfor i in range(3): y = scipy.fft.fft2(y * d[i], overwrite_x=True, workers=${workers})`;
  yield {
    name,
    work: { amount: 1, unit: 'frame' },
    rounds: 11,
    ours: {
      name: `opu, ${pool.threads} threads`,
      run: () => {
        projection.project(pattern, 1, sums);
        return undefined;
      },
    },
    peers:
      python === undefined
        ? []
        : [
            { name: `scipy.fft, ${pool.threads} workers`, run: () => python.run(step(pool.threads)), reach: 1 },
            { name: 'scipy.fft, 1 worker', run: () => python.run(step(1)) },
          ],
  };
  projection.release();
  medium.release();
  pool.release(pattern);
  pool.release(sums.real);
  pool.release(sums.imaginary);
}
