import { type ComputePool, FourierTransform2d, type RandomTurns, SeededRandom } from '@opu/compute';
import type { BenchCase, BenchContext } from '../bench.js';

const rounds: readonly RandomTurns[] = [1, 2, 3].map((key) => ({ key0: key * 0x51ed270b, key1: key * 0x2545f491 }));

/** Three random diagonals and transforms of 2^20 points, as the structured medium has them. */
export async function* structuredCase(pool: ComputePool, context: BenchContext): AsyncIterable<BenchCase> {
  const side = context.quick ? 256 : 1024;
  const name = `structured medium, ${side} x ${side} points, three diagonals and transforms`;
  if (!context.wanted(name)) return;
  const transform = new FourierTransform2d(pool, side, side);
  const grid = { real: pool.float32(side * side), imaginary: pool.float32(side * side) };
  const random = new SeededRandom(1);
  const fill = () => {
    random.fillNormal(grid.real, 0, 1e-6);
    grid.imaginary.fill(0);
  };
  fill();
  const python = await context.python('scipy');
  await python?.run(
    `import numpy as np, scipy.fft, os\nrng = np.random.default_rng(1)\n` +
      `x = rng.standard_normal((${side}, ${side}), np.float32).astype(np.complex64)\n` +
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
        const start = performance.now();
        for (const turns of rounds) transform.transform(grid, turns);
        const seconds = (performance.now() - start) / 1000;
        fill();
        return seconds;
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
  transform.release();
  pool.release(grid.real);
  pool.release(grid.imaginary);
}
