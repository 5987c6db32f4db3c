import { expect } from 'chai';
import { ComputePool } from '../pool/compute-pool.js';
import { SeededRandom } from '../random/random.js';
import { denseEntry } from './dense-entry.js';
import { DenseMedium } from './dense-medium.js';
import { type FieldProjection, fieldSums } from './field-projection.js';
import { MediumReference } from './media.reference.js';
import type { PixelRange } from './pixel-strips.js';
import { signsEntry } from './signs-entry.js';
import { SignsMedium } from './signs-medium.js';

const seed = 2 ** 40 + 11;
const mirrors = 333;
const pixels: PixelRange[] = [
  { first: 5, count: 40 },
  { first: 100, count: 3 },
  { first: 128, count: 64 },
];

function randomPatterns(count: number, inputs: number): { bytes: Uint8Array; active: number[][] } {
  const bytes = new Uint8Array(count * Math.ceil(inputs / 8));
  const random = new SeededRandom(1, 'patterns');
  bytes.forEach((_, i) => {
    bytes[i] = random.bits(i);
  });
  const active = Array.from({ length: count }, (_, p) =>
    Array.from({ length: inputs }, (_, n) => n).filter(
      (n) => ((bytes[p * Math.ceil(inputs / 8) + (n >> 3)]! >> (7 - (n & 7))) & 1) === 1,
    ),
  );
  return { bytes, active };
}

const media = [
  {
    name: 'dense',
    Medium: DenseMedium,
    entry: denseEntry,
    columnBytes: 64,
    reference: new MediumReference(denseEntry, seed, mirrors, pixels),
  },
  {
    name: 'signs',
    Medium: SignsMedium,
    entry: signsEntry,
    columnBytes: 16,
    reference: new MediumReference(signsEntry, seed, mirrors, pixels),
  },
];

function expectSums(
  pool: ComputePool,
  reference: MediumReference,
  projection: FieldProjection,
  bytes: Uint8Array,
  active: number[][],
): void {
  const out = fieldSums(pool, active.length, projection.pixels);
  projection.project(bytes, active.length, out);
  active.forEach((list, p) => {
    const expected = reference.sums(list);
    const line = [p * projection.pixels, (p + 1) * projection.pixels] as const;
    expect(Array.from(out.real.subarray(...line))).to.deep.equal(expected.real);
    expect(Array.from(out.imaginary.subarray(...line))).to.deep.equal(expected.imaginary);
  });
  pool.release(out.real);
  pool.release(out.imaginary);
}

const pools = [1, 4].map((threads) => new ComputePool({ threads }));
after(() => {
  for (const pool of pools) pool.close();
});

for (const { name: model, Medium, entry, columnBytes, reference } of media) {
  describe(`${model} medium`, () => {
    for (const [name, cacheBytes] of [
      ['in memory', 2 ** 24],
      ['partly in memory', columnBytes * (2 * mirrors + 64)],
      ['generated', 0],
    ] as const) {
      for (const count of [1, 7, 30, 110]) {
        it(`projects ${count} patterns exactly as the reference, matrix ${name}, with 1 and 4 threads`, () => {
          const { bytes, active } = randomPatterns(count, mirrors);
          for (const pool of pools) {
            const medium = new Medium(pool, { seed, mirrors });
            const projection = medium.project(pixels, { cacheBytes });
            expectSums(pool, reference, projection, bytes, active);
            projection.release();
            medium.release();
          }
        });
      }
    }

    it('splits more patterns than a pass takes and gives the same sums', () => {
      const pool = pools[1]!;
      const { bytes } = randomPatterns(300, mirrors);
      const projection = new Medium(pool, { seed, mirrors }).project(pixels);
      const [together, single] = [fieldSums(pool, 300, projection.pixels), fieldSums(pool, 1, projection.pixels)];
      projection.project(bytes, 300, together);
      for (const p of [0, 255, 256, 299]) {
        projection.project(bytes.subarray(p * 42, (p + 1) * 42), 1, single);
        const start = p * projection.pixels;
        expect(together.real.slice(start, start + projection.pixels)).to.deep.equal(single.real.slice());
        expect(together.imaginary.slice(start, start + projection.pixels)).to.deep.equal(single.imaginary.slice());
      }
    });

    it('gives mirrors the columns of their epochs, exactly as the reference', () => {
      const medium = new Medium(pools[1]!, { seed, mirrors: 3 });
      const projection = medium.project([{ first: 40, count: 9 }], { cacheBytes: 0 });
      const out = fieldSums(pools[1]!, 1, 9);
      for (const epochs of [
        [0, 0, 0],
        [5, 0, 4_294_967_295],
      ]) {
        medium.setEpochs(Uint32Array.from(epochs));
        projection.project(Uint8Array.of(0b1110_0000), 1, out);
        for (let m = 0; m < 9; m++) {
          const sum = epochs.reduce((total, epoch, n) => total + entry(seed, n, 40 + m, epoch)[0], 0);
          expect(out.real[m]).to.equal(sum);
        }
      }
      expect(() => medium.setEpochs(new Uint32Array(2))).to.throw('epochs');
    });

    it('gives the same sums whether the columns of many strips lie in memory, some of them, or none', () => {
      const pool = pools[1]!;
      const medium = new Medium(pool, { seed, mirrors });
      const wide = [{ first: 77, count: 3000 }];
      for (const count of [1, 120]) {
        const { bytes } = randomPatterns(count, mirrors);
        const results = [2 ** 26, 40 * columnBytes * mirrors, 0].map((cacheBytes) => {
          const projection = medium.project(wide, { cacheBytes });
          const out = fieldSums(pool, count, projection.pixels);
          projection.project(bytes, count, out);
          return { cached: projection.cachedStrips, real: out.real.slice(), imaginary: out.imaginary.slice() };
        });
        const [all, some, none] = results as [(typeof results)[0], (typeof results)[0], (typeof results)[0]];
        expect(none.cached).to.equal(0);
        expect(some.cached).to.be.within(1, all.cached - 1);
        for (const part of ['real', 'imaginary'] as const) {
          expect(all[part]).to.deep.equal(none[part]);
          expect(some[part]).to.deep.equal(none[part]);
        }
      }
    });

    it('adds thousands of mirrors in parts exactly as the reference, with 1 and 4 threads', () => {
      const [count, range] = [5001, [{ first: 60, count: 7 }]];
      const parts = new MediumReference(entry, seed, count, range);
      for (const patterns of [2, 130]) {
        const { bytes, active } = randomPatterns(patterns, count);
        for (const pool of pools) {
          const medium = new Medium(pool, { seed, mirrors: count });
          for (const cacheBytes of [2 ** 24, 0]) {
            const projection = medium.project(range, { cacheBytes });
            expectSums(pool, parts, projection, bytes, active);
            projection.release();
          }
          medium.release();
        }
      }
    });

    it('ignores bits past the last mirror', () => {
      const pool = pools[0]!;
      const projection = new Medium(pool, { seed, mirrors: 13 }).project(pixels);
      for (const count of [1, 8]) {
        const bytes = new Uint8Array(2 * count).fill(255);
        const lists = Array.from({ length: count }, () => Array.from({ length: 13 }, (_, n) => n));
        expectSums(pool, reference, projection, bytes, lists);
      }
    });

    for (const macros of [1, 11, 40]) {
      for (const cacheBytes of [2 ** 24, 256 * macros * 2, 0]) {
        it(`projects ${macros} macro-pixels exactly as the mirrors that they switch (cache ${cacheBytes} bytes)`, () => {
          const { bytes, active } = randomPatterns(9, macros);
          const mirrorsOf = Array.from({ length: macros }, (_, i) =>
            Array.from({ length: mirrors }, (_, n) => n).filter((n) => (n * 7) % (macros + 1) === i),
          );
          const layout = {
            mirrors: Uint32Array.from(mirrorsOf.flat()),
            offsets: Uint32Array.from([0, ...mirrorsOf.map((_, i) => mirrorsOf.slice(0, i + 1).flat().length)]),
          };
          for (const pool of pools) {
            const projection = new Medium(pool, { seed, mirrors }).projectMacro(layout, pixels, { cacheBytes });
            expectSums(
              pool,
              reference,
              projection,
              bytes,
              active.map((list) => list.flatMap((i) => mirrorsOf[i]!)),
            );
          }
        });
      }
    }

    it('refuses macro-pixels with mirrors that do not exist and patterns that are too short', () => {
      const medium = new Medium(pools[0]!, { seed, mirrors });
      const offsets = Uint32Array.of(0, 1);
      expect(() => medium.projectMacro({ mirrors: Uint32Array.of(333), offsets }, pixels)).to.throw(
        /mirror 333.*0 to 332/,
      );
      expect(() => medium.projectMacro({ mirrors: Uint32Array.of(1, 2), offsets }, pixels)).to.throw(/rise from 0/);
      const out = fieldSums(pools[0]!, 1, 107);
      expect(() => medium.project(pixels).project(new Uint8Array(41), 1, out)).to.throw(/need 42 bytes/);
      expect(() => medium.project([])).to.throw(/at least one range/);
    });
  });
}

describe('dense medium', () => {
  it('keeps 16-bit sums from overflowing when every mirror is on and every entry has one sign', () => {
    const pool = pools[1]!;
    const count = 3000;
    const medium = new DenseMedium(pool, { seed, mirrors: count });
    const projection = medium.project([{ first: 0, count: 32 }]);
    const positive = Array.from({ length: count }, (_, n) => n).filter((n) => denseEntry(seed, n, 0)[0] > 0);
    const bytes = new Uint8Array(8 * 375);
    for (let p = 0; p < 8; p++) for (const n of positive) bytes[p * 375 + (n >> 3)]! |= 128 >> (n & 7);
    const out = fieldSums(pool, 8, 32);
    projection.project(bytes, 8, out);
    const expected = new MediumReference(denseEntry, seed, count, [{ first: 0, count: 32 }]).sums(positive);
    expect(expected.real[0]).to.be.above(32767);
    for (let p = 0; p < 8; p++) {
      expect(Array.from(out.real.subarray(32 * p, 32 * p + 32))).to.deep.equal(expected.real);
    }
  });

  it('keeps 16-bit sums from overflowing when hundreds of the largest entries are added', () => {
    const pool = pools[1]!;
    const count = 80_000;
    const largest = Array.from({ length: count }, (_, n) => n).filter((n) => denseEntry(seed, n, 0)[0] >= 83);
    const sum = largest.reduce((total, n) => total + denseEntry(seed, n, 0)[0], 0);
    const bytes = new Uint8Array(count / 8);
    for (const n of largest) bytes[n >> 3]! |= 128 >> (n & 7);
    const out = fieldSums(pool, 1, 1);
    const medium = new DenseMedium(pool, { seed, mirrors: count });
    for (const cacheBytes of [2 ** 24, 0]) {
      const projection = medium.project([{ first: 0, count: 1 }], { cacheBytes });
      projection.project(bytes, 1, out);
      expect(out.real[0]).to.equal(sum).and.to.be.above(32767);
      projection.release();
    }
    medium.release();
  });
});
