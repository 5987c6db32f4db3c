import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { FourierTransform2d } from '../fourier/fft2d.js';
import { ComputePool } from '../pool/compute-pool.js';
import { hash32 } from '../random/hash.js';
import { SeededRandom } from '../random/random.js';
import { fieldSums } from './field-projection.js';
import { StructuredMedium, structuredGrid, structuredTurns } from './structured-medium.js';

type Complex = [number, number];

/** The transform by its definition, in f64. */
function dft2(x: Complex[], rows: number, columns: number): Complex[] {
  const wave = (turns: number): Complex => [Math.cos(2 * Math.PI * turns), -Math.sin(2 * Math.PI * turns)];
  const bright = x.flatMap(([re, im], at) => (re === 0 && im === 0 ? [] : [{ re, im, at }]));
  return x.map((_, place) => {
    const [k, l] = [Math.floor(place / columns), place % columns];
    const sum: Complex = [0, 0];
    for (const { re, im, at } of bright) {
      const [c, s] = wave((k * Math.floor(at / columns)) / rows + (l * (at % columns)) / columns);
      sum[0] += re * c - im * s;
      sum[1] += re * s + im * c;
    }
    return sum;
  });
}

function turned(x: Complex[], keys: { key0: number; key1: number }): Complex[] {
  return x.map(([re, im], place) => {
    const bits = hash32(place, keys.key0, keys.key1);
    const [a, b] = ((bits >>> 30) & 1) === 1 ? [-im, re] : [re, im];
    return bits >>> 31 === 1 ? [-a, -b] : [a, b];
  });
}

/** The structured medium's fields by its definition: [pixel] of one block. */
function fieldsReference(seed: number, mirrors: number, active: readonly number[], block: number): Complex[] {
  const { rows, columns } = structuredGrid(mirrors);
  let grid: Complex[] = Array.from({ length: rows * columns }, (_, n) => [active.includes(n) ? 1 : 0, 0]);
  for (const keys of structuredTurns(seed, block)) grid = dft2(turned(grid, keys), rows, columns);
  const scale = 1 / (rows * columns * Math.sqrt(mirrors));
  return grid.map(([re, im]) => [re * scale, im * scale]);
}

const pools = [1, 4].map((threads) => new ComputePool({ threads }));
after(() => {
  for (const pool of pools) pool.close();
});

describe('FourierTransform2d', () => {
  for (const [rows, columns] of [
    [16, 16],
    [32, 16],
    [16, 64],
  ] as const) {
    it(`of ${rows} x ${columns} points is the definition's within 1e-6 of the largest value, with 1 and 4 threads`, () => {
      const random = new SeededRandom(6);
      const x = Array.from(
        { length: rows * columns },
        (_, i): Complex => [random.normal(2 * i), random.normal(2 * i + 1)],
      );
      const expected = dft2(x, rows, columns);
      const largest = Math.max(...expected.map(([re, im]) => Math.hypot(re, im)));
      for (const pool of pools) {
        const grid = { real: pool.float32(x.length), imaginary: pool.float32(x.length) };
        grid.real.set(x.map(([re]) => re));
        grid.imaginary.set(x.map(([, im]) => im));
        new FourierTransform2d(pool, rows, columns).transform(grid);
        expected.forEach(([re, im], i) => {
          expect(Math.hypot(grid.real[i]! - re, grid.imaginary[i]! - im)).to.be.below(1e-6 * largest);
        });
      }
    });
  }

  for (const [rows, columns] of [
    [128, 16],
    [16, 256],
    [2048, 16],
    [32, 4096],
  ] as const) {
    it(`of ${rows} x ${columns} points with three that are not 0 is the definition's within 1e-6 of their sum`, () => {
      const x = Array.from({ length: rows * columns }, (): Complex => [0, 0]);
      x[0] = [1, 0.5];
      x[columns * 7 + 3] = [-0.25, 1];
      x[x.length - 2] = [0.75, -0.5];
      const expected = dft2(x, rows, columns);
      const pool = pools[1]!;
      const grid = { real: pool.float32(x.length), imaginary: pool.float32(x.length) };
      grid.real.set(x.map(([re]) => re));
      grid.imaginary.set(x.map(([, im]) => im));
      new FourierTransform2d(pool, rows, columns).transform(grid);
      const largest = expected.reduce(
        (most, [re, im], i) => Math.max(most, Math.hypot(grid.real[i]! - re, grid.imaginary[i]! - im)),
        0,
      );
      expect(largest).to.be.below(1e-6 * x.reduce((sum, [re, im]) => sum + Math.hypot(re, im), 0));
    });
  }

  it('refuses sides that are no powers of two', () => {
    expect(() => new FourierTransform2d(pools[0]!, 48, 64)).to.throw(/48 points/);
  });
});

describe('structured medium', () => {
  it('gives the fields of its definition within 5e-6, across blocks of the sensor, with 1 and 4 threads', () => {
    const active = [0, 3, 17, 100, 199];
    const pattern = new Uint8Array(25);
    for (const n of active) pattern[n >> 3]! |= 0x80 >> (n & 7);
    const expected = [0, 1].flatMap((block) => fieldsReference(3, 200, active, block));
    const bits: number[][] = [];
    for (const pool of pools) {
      const medium = new StructuredMedium(pool, { seed: 3, mirrors: 200 });
      const projection = medium.project([
        { first: 7, count: 20 },
        { first: 200, count: 100 },
      ]);
      const out = fieldSums(pool, 1, 120);
      projection.project(pattern, 1, out);
      for (let i = 0; i < 120; i++) {
        const [re, im] = expected[i < 20 ? 7 + i : 180 + i]!;
        expect(Math.abs(out.real[i]! * medium.fieldScale - re)).to.be.below(5e-6);
        expect(Math.abs(out.imaginary[i]! * medium.fieldScale - im)).to.be.below(5e-6);
      }
      bits.push([...out.real, ...out.imaginary]);
    }
    expect(bits[1]).to.deep.equal(bits[0]);
  });

  it('has the bytes of its seed, wherever it is computed (digest of 42 000 fields of two patterns)', () => {
    const mirrors = 60_000;
    const medium = new StructuredMedium(pools[1]!, { seed: 5, mirrors });
    const projection = medium.project([
      { first: 100, count: 40_000 },
      { first: 65_000, count: 2000 },
    ]);
    const random = new SeededRandom(5);
    const patterns = Uint8Array.from({ length: mirrors / 4 }, (_, i) => Math.floor(256 * random.uniform(i)));
    const sums = fieldSums(pools[1]!, 2, projection.pixels);
    projection.project(patterns, 2, sums);
    const digest = createHash('sha256').update(sums.real).update(sums.imaginary).digest('hex');
    expect(digest.slice(0, 16)).to.equal('4cc24f30d555221d');
  });

  it('gives macro-pixels the bytes of the pattern that they spread to', () => {
    const pool = pools[1]!;
    const medium = new StructuredMedium(pool, { seed: 3, mirrors: 300 });
    const macros = { mirrors: Uint32Array.of(1, 2, 3, 250, 17, 299), offsets: Uint32Array.of(0, 3, 4, 6) };
    const pixels = [{ first: 100, count: 50 }];
    const [macro, raw] = [fieldSums(pool, 2, 50), fieldSums(pool, 2, 50)];
    medium.projectMacro(macros, pixels).project(Uint8Array.of(0b1010_0000, 0b0100_0000), 2, macro);
    const patterns = new Uint8Array(2 * 38);
    for (const n of [1, 2, 3, 17, 299]) patterns[n >> 3]! |= 0x80 >> (n & 7);
    patterns[38 + (250 >> 3)]! |= 0x80 >> (250 & 7);
    medium.project(pixels).project(patterns, 2, raw);
    expect(macro.real.slice()).to.deep.equal(raw.real.slice());
    expect(macro.imaginary.slice()).to.deep.equal(raw.imaginary.slice());
  });

  it('has speckle of mean 1 and contrast 1, and patterns with nothing in common are uncorrelated (4 standard errors, false alarm 6e-5 a figure)', () => {
    const pool = pools[1]!;
    const mirrors = 60_000;
    const count = 65_536;
    const medium = new StructuredMedium(pool, { seed: 9, mirrors });
    const projection = medium.project([{ first: 0, count }]);
    const patterns = new Uint8Array(3 * 7500);
    patterns.fill(255, 0, 7500);
    patterns.fill(0xaa, 7500, 15_000);
    patterns.fill(0x55, 15_000);
    const out = fieldSums(pool, 3, count);
    projection.project(patterns, 3, out);
    const field = (p: number, m: number): Complex => [
      out.real[p * count + m]! * medium.fieldScale,
      out.imaginary[p * count + m]! * medium.fieldScale,
    ];
    let [sum, square, crossRe, crossIm, neighbour] = [0, 0, 0, 0, 0];
    for (let m = 0; m < count; m++) {
      const [a, b] = field(0, m);
      const intensity = a * a + b * b;
      sum += intensity;
      square += intensity * intensity;
      const [c, d] = field(1, m);
      const [e, f] = field(2, m);
      crossRe += 2 * (c * e + d * f);
      crossIm += 2 * (d * e - c * f);
      if (m > 0) {
        const [g, h] = field(0, m - 1);
        neighbour += a * g + b * h;
      }
    }
    expect(Math.abs(sum / count - 1)).to.be.below(4 / Math.sqrt(count));
    expect(Math.abs(square / count / (sum / count) ** 2 - 2)).to.be.below(4 * Math.sqrt(20 / count));
    for (const cross of [crossRe, crossIm, neighbour])
      expect(Math.abs(cross / count)).to.be.below(4 / Math.sqrt(2 * count));
  });

  it('says that it cannot renew mirrors', () => {
    const medium = new StructuredMedium(pools[0]!, { seed: 1, mirrors: 10 });
    expect(() => medium.setEpochs(new Uint32Array(10))).to.throw(/cannot renew/);
  });
});
