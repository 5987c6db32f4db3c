import { expect } from 'chai';
import { ComputePool } from '../pool/compute-pool.js';
import { axpy } from '../training/vectors.js';
import { DenseMedium } from './dense-medium.js';
import { type FieldProjection, fieldSums, nominalStepSeconds } from './field-projection.js';
import { SignsMedium } from './signs-medium.js';
import { StructuredMedium } from './structured-medium.js';

const pool = new ComputePool();
after(() => pool.close());

/** Few mirrors on, so that work whose sizes are large is done soon. */
const sparse = (mirrors: number, count: number): Uint8Array => {
  const patterns = new Uint8Array((count * mirrors) / 8);
  for (let i = 0; i < 20 * count; i++) patterns[(i * 6007 + 11) % patterns.length] = 1 << (i % 8);
  return patterns;
};

function stepsOf(projection: FieldProjection, patterns: Uint8Array, count: number): { steps: number; same: boolean } {
  const [whole, parts] = [0, 1].map(() => fieldSums(pool, count, projection.pixels));
  const [ones, counts] = [pool.float32(100_003).fill(1), pool.float32(100_003)];
  let steps = 1;
  for (const _ of projection.projectInSteps(patterns, count, parts!)) {
    // whatever else the pool is used for in between
    pool.bytesAt(pool.workspace(2 ** 20), 2 ** 20).fill(steps);
    axpy(pool, 1, ones, counts);
    steps++;
  }
  expect(counts.every((taken) => taken === steps - 1)).to.equal(true);
  projection.project(patterns, count, whole!);
  const same = (['real', 'imaginary'] as const).every((part) =>
    Buffer.from(parts![part].slice().buffer).equals(Buffer.from(whole![part].slice().buffer)),
  );
  for (const array of [ones, counts]) pool.release(array);
  for (const sums of [whole, parts]) for (const part of [sums!.real, sums!.imaginary]) pool.release(part);
  return { steps, same };
}

const sizes = [
  ['dense', DenseMedium, 2 ** 16, 150_000, 3e8],
  ['signs', SignsMedium, 2 ** 20, 100_000, 2 ** 27],
] as const;

describe('projection in steps', () => {
  for (const [name, Medium, mirrors, pixels, cacheBytes] of sizes) {
    it(`through the ${name} medium gives the same bytes, in two steps and more, part of it in memory`, () => {
      const medium = new Medium(pool, { seed: 3, mirrors });
      const projection = medium.project([{ first: 5, count: pixels }], { cacheBytes });
      expect(projection.cachedStrips).to.be.within(1, projection.strips - 1);
      const nominal = projection.nominalSeconds(1) / nominalStepSeconds;
      const { steps, same } = stepsOf(projection, sparse(mirrors, 1), 1);
      expect(same).to.equal(true);
      expect(steps).to.be.at.least(Math.max(2, Math.floor(nominal)));
      projection.release();
      medium.release();
    });
  }

  it('through macro-pixels gives the same bytes while the matrix is being made, and makes what fits once', () => {
    const medium = new DenseMedium(pool, { seed: 3, mirrors: 2 ** 16 });
    const offsets = Uint32Array.from({ length: 65 }, (_, i) => i * 1024);
    const macros = { mirrors: Uint32Array.from({ length: 2 ** 16 }, (_, i) => i), offsets };
    const projection = medium.projectMacro(macros, [{ first: 0, count: 70_000 }], { cacheBytes: 2 ** 25 });
    expect(projection.cachedStrips).to.equal(2048);
    const patterns = Uint8Array.from({ length: 16 }, (_, i) => 31 * i + 5);
    const given = fieldSums(pool, 2, projection.pixels);
    // given up after the first step, and begun anew
    const begun = projection.projectInSteps(patterns, 2, given);
    begun.next();
    begun.return();
    expect(stepsOf(projection, patterns, 2).same).to.equal(true);
    projection.release();
    medium.release();
  });

  it('through the structured medium gives the same bytes', () => {
    const mirrors = 2 ** 20;
    const medium = new StructuredMedium(pool, { seed: 3, mirrors });
    const projection = medium.project([{ first: 0, count: 50_000 }]);
    const { steps, same } = stepsOf(projection, sparse(mirrors, 27), 27);
    expect(same).to.equal(true);
    expect(steps).to.be.within(1, 27);
    projection.release();
    medium.release();
  });
});
