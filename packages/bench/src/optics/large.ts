import { type ComputePool, DenseMedium, fieldSums, SignsMedium } from '@opu/compute';
import type { BenchCase, BenchContext } from '../harness/bench.js';
import { patternCount, randomPatterns } from './projection.js';

const mirrors = 1_039_680;
const pixels = 301_056;

/** Seconds that a whole frame may take on four cores, by patterns a batch. */
const reach = { dense: { 1: 25, 256: 1.7 }, signs: { 1: 3, 256: 0.6 } } as const;

function notes(name: keyof typeof reach, count: 1 | 64 | 256, bytes: number): string {
  const memory = `${(bytes / 2 ** 20).toFixed(0)} MiB with the sums of all pixels; numpy would need a matrix of 2.5 TB`;
  return count === 64 ? memory : `to reach on 4 cores: ${reach[name][count]} s a frame; ${memory}`;
}

/**
 * The largest device with nothing but keys in memory: on part of its pixels, since each costs the same. What is done once for all
 * pixels (the tables' indices of a batch) then counts as many times too often, so the part is not too small.
 */
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
      let used = pool.usedBytes;
      yield {
        name: caseName,
        work: { amount: (count * measured) / pixels, unit: 'frame' },
        rounds: 3,
        ours: {
          name: `opu, ${pool.threads} threads`,
          run: () => {
            for (const _ of projection.projectInSteps(patterns, count, out)) used = Math.max(used, pool.usedBytes);
            return undefined;
          },
        },
        peers: [],
        notes: () => notes(name, count, used + 8 * count * (pixels - measured)),
      };
      projection.release();
      pool.release(patterns);
      pool.release(out.real);
      pool.release(out.imaginary);
    }
    medium.release();
  }
}
