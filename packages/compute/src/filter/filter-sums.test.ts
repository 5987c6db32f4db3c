import { expect } from 'chai';
import { ComputePool } from '../pool/compute-pool.js';
import { SeededRandom } from '../random/random.js';
import { filterSums } from './filter-sums.js';
import { filterSumsReference } from './filter-sums.reference.js';

describe('filterSums', () => {
  const pools = [1, 3].map((threads) => new ComputePool({ threads }));
  after(() => {
    for (const pool of pools) pool.close();
  });

  for (const [width, height, side] of [
    [1, 1, 1],
    [16, 3, 5],
    [37, 9, 7],
  ] as const) {
    it(`${width} x ${height} numbers with ${side} x ${side} taps: the same bits as the reference, with 1 and 3 threads`, () => {
      const shape = { width, height, side, scale: 0.0123 };
      const random = new SeededRandom(width, 'filter');
      for (const pool of pools) {
        const sums = pool.int32((width + side - 1) * (height + side - 1));
        sums.forEach((_, i) => {
          sums[i] = random.integer(i, 2 ** 21) - 2 ** 20;
        });
        const taps = random.fillNormal(pool.float32(side * side));
        if (side > 1) taps[1] = 0;
        const out = pool.float32(width * height);
        filterSums(pool, sums, taps, shape, out);
        expect(Array.from(out)).to.deep.equal(Array.from(filterSumsReference(sums, taps, shape)));
        for (const array of [sums, taps, out]) pool.release(array);
      }
    });
  }

  it('refuses arrays that are too short', () => {
    const pool = pools[0]!;
    const shape = { width: 4, height: 4, side: 3, scale: 1 };
    expect(() => filterSums(pool, pool.int32(35), pool.float32(9), shape, pool.float32(16))).to.throw('36, 9, 16');
  });
});
