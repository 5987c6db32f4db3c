import {
  type ComputePool,
  DenseMedium,
  fieldSums,
  type PatternProjection,
  SeededRandom,
  SignsMedium,
} from '@opu/compute';
import type { BenchCase, BenchContext } from '../harness/bench.js';
import type { PythonPeer } from '../harness/python-peer.js';

/** How many times faster than complex64 and than two real products, for many patterns and for one. */
const reach = {
  dense: { many: [3, 1.7], one: [6] },
  signs: { many: [5], one: [25] },
} as const;

export function randomPatterns(pool: ComputePool, count: number, mirrors: number): Uint8Array {
  const patterns = pool.uint8(count * Math.ceil(mirrors / 8));
  const random = new SeededRandom(3);
  for (let i = 0; i < patterns.length; i++) patterns[i] = random.bits(i);
  return patterns;
}

export function patternCount(count: number): string {
  return `${count} pattern${count === 1 ? '' : 's'}`;
}

/** The matrix as complex64 and as two planes of f32; its values do not matter to the time. */
async function prepareNumpy(python: PythonPeer, size: number): Promise<void> {
  await python.run(
    `import numpy as np\nrng = np.random.default_rng(1)\n` +
      `Br = rng.standard_normal((${size}, ${size}), dtype=np.float32)\nBi = Br[::-1].copy()\nB = Br + 1j * Bi`,
  );
}

const nameOf = (medium: string, size: number, count: number) => `${medium} ${size} x ${size}, ${patternCount(count)}`;

/** Square matrices in memory. */
export async function* projectionCases(pool: ComputePool, context: BenchContext): AsyncIterable<BenchCase> {
  const size = context.quick ? 1024 : 16384;
  let python: PythonPeer | undefined;
  for (const [name, Medium] of [
    ['dense', DenseMedium],
    ['signs', SignsMedium],
  ] as const) {
    const counts = [256, 1].filter((count) => context.wanted(nameOf(name, size, count)));
    if (counts.length === 0) continue;
    if (python === undefined) {
      python = await context.python();
      if (python !== undefined) await prepareNumpy(python, size);
    }
    const medium = new Medium(pool, { seed: 1, mirrors: size });
    const projection = medium.project([{ first: 0, count: size }], { cacheBytes: 2 ** 30 });
    for (const count of counts) yield* projectionCase(pool, name, projection, count, python);
    projection.release();
    medium.release();
  }
  await python?.run('del B, Br, Bi');
}

async function* projectionCase(
  pool: ComputePool,
  medium: 'dense' | 'signs',
  projection: PatternProjection,
  count: number,
  python: PythonPeer | undefined,
): AsyncIterable<BenchCase> {
  const size = projection.inputs;
  const patterns = randomPatterns(pool, count, size);
  const out = fieldSums(pool, count, size);
  await python?.run(`x = rng.integers(0, 2, (${count}, ${size})).astype(np.float32); xc = x.astype(np.complex64)`);
  const [complex, planes] = count === 1 ? reach[medium].one : reach[medium].many;
  yield {
    name: nameOf(medium, size, count),
    work: { amount: (size * size * count) / 1e9, unit: 'GcMAC' },
    rounds: count === 1 ? 15 : 7,
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
            { name: 'numpy complex64', run: () => python.run('y = np.abs(xc @ B) ** 2'), reach: complex },
            {
              name: 'numpy, two sgemms',
              run: () => python.run('y = (x @ Br) ** 2 + (x @ Bi) ** 2'),
              ...(planes === undefined ? {} : { reach: planes }),
            },
          ],
    notes: `${projection.cachedStrips} of ${projection.strips} strips of the matrix in memory`,
  };
  pool.release(patterns);
  pool.release(out.real);
  pool.release(out.imaginary);
}
