import { ComputePool, DenseMedium, fieldSums, SeededRandom } from '@opu/compute';
import type { Bench, BenchCase, BenchContext } from './bench.js';
import type { PythonPeer } from './python-peer.js';

/** Light through the media and grey values from it, against what a user would write in numpy. */
export const opticsBench: Bench = {
  name: 'optics',
  description: 'projection through scattering media against numpy',
  async *cases(context) {
    const size = context.quick ? 1024 : 16384;
    const python = await context.python();
    const pool = new ComputePool({ memoryBytes: 2 ** 31 });
    const medium = new DenseMedium(pool, { seed: 1, mirrors: size });
    const projection = medium.project([{ first: 0, count: size }], { cacheBytes: 2 ** 30 });
    if (python !== undefined) await prepareNumpy(python, size);
    for (const patterns of [256, 1]) yield* denseCase(pool, projection, size, patterns, python);
    await python?.run('del B, Br, Bi');
    projection.release();
    yield* largeCase(pool, context);
    pool.close();
  },
};

function randomPatterns(pool: ComputePool, count: number, mirrors: number): Uint8Array {
  const patterns = pool.uint8(count * Math.ceil(mirrors / 8));
  const random = new SeededRandom(3);
  for (let i = 0; i < patterns.length; i++) patterns[i] = random.bits(i);
  return patterns;
}

/** The matrix as complex64 and as two planes of f32; its values do not matter to the time. */
async function prepareNumpy(python: PythonPeer, size: number): Promise<void> {
  await python.run(
    `import numpy as np\nrng = np.random.default_rng(1)\n` +
      `Br = rng.standard_normal((${size}, ${size}), dtype=np.float32)\nBi = Br[::-1].copy()\nB = Br + 1j * Bi`,
  );
}

async function* denseCase(
  pool: ComputePool,
  projection: ReturnType<DenseMedium['project']>,
  size: number,
  count: number,
  python: PythonPeer | undefined,
): AsyncIterable<BenchCase> {
  const patterns = randomPatterns(pool, count, size);
  const out = fieldSums(pool, count, size);
  await python?.run(`x = rng.integers(0, 2, (${count}, ${size})).astype(np.float32); xc = x.astype(np.complex64)`);
  const reach = count === 1 ? { complex: 6 } : { complex: 3, planes: 1.7 };
  yield {
    name: `dense ${size} x ${size}, ${count} pattern${count === 1 ? '' : 's'}`,
    work: { amount: (size * size * count) / 1e9, unit: 'GcMAC' },
    ours: {
      name: `opu, ${pool.threads} threads`,
      run: () => {
        projection.project(patterns, count, out);
        return undefined;
      },
    },
    peers:
      python === undefined
        ? []
        : [
            { name: 'numpy complex64', run: () => python.run('y = np.abs(xc @ B) ** 2'), reach: reach.complex },
            {
              name: 'numpy, two sgemms',
              run: () => python.run('y = (x @ Br) ** 2 + (x @ Bi) ** 2'),
              ...(reach.planes === undefined ? {} : { reach: reach.planes }),
            },
          ],
    notes: `matrix of ${projection.cachedStrips} of ${projection.strips} strips in memory`,
  };
  pool.release(patterns);
  pool.release(out.real);
  pool.release(out.imaginary);
}

/** The largest device: nothing but keys in memory. Part of its pixels, since each costs the same. */
async function* largeCase(pool: ComputePool, context: BenchContext): AsyncIterable<BenchCase> {
  const mirrors = 1_039_680;
  const pixels = 301_056;
  const medium = new DenseMedium(pool, { seed: 1, mirrors });
  for (const [count, part] of [
    [1, 32],
    [64, 256],
    [256, 512],
  ] as const) {
    const measured = Math.floor(pixels / (context.quick ? part * 8 : part) / 32) * 32;
    const projection = medium.project([{ first: 0, count: measured }], { cacheBytes: 0 });
    const patterns = randomPatterns(pool, count, mirrors);
    const out = fieldSums(pool, count, measured);
    yield {
      name: `dense 1039680 x 301056, ${count} pattern${count === 1 ? '' : 's'} (on ${measured} of the pixels)`,
      work: { amount: (count * measured) / pixels, unit: 'frame' },
      rounds: 3,
      ours: {
        name: `opu, ${pool.threads} threads`,
        run: () => {
          projection.project(patterns, count, out);
          return undefined;
        },
      },
      peers: [],
      notes: `${(pool.usedBytes / 2 ** 20).toFixed(0)} MiB in use; a matrix in memory would need 626 GB`,
    };
    projection.release();
    pool.release(patterns);
    pool.release(out.real);
    pool.release(out.imaginary);
  }
  medium.release();
}
