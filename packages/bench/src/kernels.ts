import { ComputePool, gemm, matrixView, SeededRandom, transposed } from '@opu/compute';
import type { Bench, BenchCase, BenchContext } from './harness/bench.js';

const shapes = [
  { name: '1024 x 1024 x 1024', m: 1024, n: 1024, k: 1024, transposeA: false, transposeB: false },
  { name: 'forward 128 x 784 -> 1024', m: 128, n: 1024, k: 784, transposeA: false, transposeB: false },
  { name: 'back through a layer 128 x 1024 -> 1024', m: 128, n: 1024, k: 1024, transposeA: false, transposeB: true },
  { name: 'weight gradient 784 x 128 -> 1024', m: 784, n: 1024, k: 128, transposeA: true, transposeB: false },
] as const;

/** The trainer's matrix products, f32. The ratio to OpenBLAS is what portable 128-bit instructions leave. */
export const kernelsBench: Bench = {
  name: 'kernels',
  description: 'matrix products of the trainer against numpy (OpenBLAS)',
  async *cases(context) {
    for (const accelerator of ['none', 'auto'] as const) {
      const pool = new ComputePool({ accelerator });
      if (accelerator === 'none' || pool.accelerator !== undefined) {
        for (const shape of shapes) yield* gemmCase(pool, shape, context);
      }
      pool.close();
    }
  },
};

async function* gemmCase(
  pool: ComputePool,
  shape: (typeof shapes)[number],
  context: BenchContext,
): AsyncIterable<BenchCase> {
  const { name, m, n, k } = shape;
  const random = (rows: number, columns: number, stream: number) =>
    matrixView(new SeededRandom(1, stream).fillUniform(pool.float32(rows * columns), -1, 1), rows, columns);
  const storedA = shape.transposeA ? random(k, m, 1) : random(m, k, 1);
  const storedB = shape.transposeB ? random(n, k, 2) : random(k, n, 2);
  const [a, b] = [
    shape.transposeA ? transposed(storedA) : storedA,
    shape.transposeB ? transposed(storedB) : storedB,
  ] as const;
  const c = matrixView(pool.float32(m * n), m, n);
  const repetitions = context.quick ? 1 : 10;
  const python = await context.python();
  const size = (matrix: { shape: readonly number[] }) => matrix.shape.join(', ');
  await python?.run(
    `import numpy as np\na = np.random.rand(${size(storedA)}).astype(np.float32)\n` +
      `b = np.random.rand(${size(storedB)}).astype(np.float32)\nc = np.empty((${m}, ${n}), np.float32)`,
  );
  const product = `np.matmul(a${shape.transposeA ? '.T' : ''}, b${shape.transposeB ? '.T' : ''}, out=c)`;
  yield {
    name: `gemm ${name}`,
    work: { amount: (2 * m * n * k * repetitions) / 1e9, unit: 'GFLOP' },
    rounds: 11,
    ours: {
      name: `opu, ${pool.threads} threads${pool.accelerator === undefined ? '' : ', OpenBLAS'}`,
      run: () => {
        for (let i = 0; i < repetitions; i++) gemm(pool, a, b, c);
        return undefined;
      },
    },
    peers:
      python === undefined
        ? []
        : [{ name: 'numpy sgemm', run: () => python.run(`for i in range(${repetitions}): ${product}`) }],
  };
  for (const { data } of [a, b, c]) pool.release(data);
}
