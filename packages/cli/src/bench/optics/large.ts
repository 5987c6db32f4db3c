import { type ComputePool, DenseMedium, fieldSums, SignsMedium } from '@opu/compute';
import type { BenchCase, BenchContext } from '../bench.js';
import { patternCount, randomPatterns } from './projection.js';

const mirrors = 1_039_680;
const pixels = 301_056;

/** The largest device with nothing but keys in memory: on part of its pixels, since each costs the same. */
export async function* largeCases(pool: ComputePool, context: BenchContext): AsyncIterable<BenchCase> {
  for (const [name, Medium] of [
    ['dense', DenseMedium],
    ['signs', SignsMedium],
  ] as const) {
    const medium = new Medium(pool, { seed: 1, mirrors });
    for (const [count, part] of [
      [1, 16],
      [64, 32],
      [256, 64],
    ] as const) {
      const measured = Math.floor(pixels / (context.quick ? part * 64 : part) / 64) * 64;
      const share = Math.round(pixels / measured);
      const caseName = `${name} ${mirrors} x ${pixels}, ${patternCount(count)}, on 1/${share} of the pixels`;
      if (!context.wanted(caseName)) continue;
      const projection = medium.project([{ first: 0, count: measured }], { cacheBytes: 0 });
      const patterns = randomPatterns(pool, count, mirrors);
      const out = fieldSums(pool, count, measured);
      yield {
        name: caseName,
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
        notes: `${(pool.usedBytes / 2 ** 20).toFixed(0)} MiB in use; numpy would need a matrix of 2.5 TB`,
      };
      projection.release();
      pool.release(patterns);
      pool.release(out.real);
      pool.release(out.imaginary);
    }
    medium.release();
  }
}
