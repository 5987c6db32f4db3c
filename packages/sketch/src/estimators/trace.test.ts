import { SeededRandom } from '@opu/compute';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { DigitalSketch } from '../sketch/digital-sketch.js';
import { failure, normal, timesTransposed, withLight } from '../testing/light.js';
import { estimateTrace, exactTrace, type TraceOptions } from './trace.js';

const N = 100;
const uniform = (seed: number) =>
  ndarray(new SeededRandom(seed, 'uniform').fillUniform(new Float32Array(N * N)), [N, N]);

describe('trace', () => {
  const methods: [string, TraceOptions][] = [
    ['hutchinson', { method: 'hutchinson' }],
    ['hutch++', {}],
    ['hutch++ with a third of the rows for the range', { rangeRows: 14 }],
  ];
  for (const [name, options] of methods) {
    it(`${name}: 60 errors in units of their standard error have a root mean square of 1 within 0.35 (4 sigma, fixed seeds)`, async () => {
      let squares = 0;
      for (let seed = 0; seed < 60; seed++) {
        const a = uniform(seed);
        const found = await estimateTrace(a, new DigitalSketch({ inputs: N, outputs: 40, seed }), options);
        squares += ((found.estimate - exactTrace(a)) / found.standardError) ** 2;
      }
      expect(Math.sqrt(squares / 60)).to.be.closeTo(1, 0.35);
    });
  }

  it('hutch++ is exact within 1e-4 where the rows for the range exceed the rank', async () => {
    const factor = normal(N, 3, 1);
    const a = timesTransposed(factor, factor);
    const { estimate } = await estimateTrace(a, new DigitalSketch({ inputs: N, outputs: 60, seed: 1 }));
    expect(estimate / exactTrace(a)).to.be.closeTo(1, 1e-4);
  });

  it('by light, camera noise on: within 4 standard errors (false alarm 6e-5, fixed seed), with frames and device time', async () => {
    const a = uniform(1);
    await withLight({ inputs: N, outputs: 60 }, async (sketch) => {
      const already = sketch.spent.frames;
      const { estimate, standardError, course, spent, notes } = await estimateTrace(a, sketch);
      expect(Math.abs(estimate - exactTrace(a))).to.be.below(4 * standardError);
      expect(standardError / exactTrace(a)).to.be.below(0.15);
      expect(spent.frames).to.equal(sketch.spent.frames - already);
      expect(spent.frames).to.be.above(N);
      expect(spent.deviceTicks).to.be.above(0);
      expect(notes).to.deep.equal([]);
      expect(course.at(-1)).to.be.closeTo(estimate, 1e-6 * Math.abs(estimate));
    });
  });

  it('takes a sparse matrix, one of one number, and one of zeros', async () => {
    const indptr = Int32Array.from({ length: N + 1 }, (_, i) => i);
    const identity = {
      rows: N,
      columns: N,
      indptr,
      indices: indptr.slice(0, N),
      data: new Float32Array(N).fill(2),
    };
    const sketch = new DigitalSketch({ inputs: N, outputs: 30, seed: 1 });
    const { estimate, standardError } = await estimateTrace(identity, sketch);
    expect(Math.abs(estimate - 2 * N)).to.be.below(4 * standardError);
    const one = await estimateTrace(
      ndarray(Float32Array.of(7), [1, 1]),
      new DigitalSketch({ inputs: 1, outputs: 3, seed: 1 }),
    );
    expect(one.estimate).to.be.closeTo(7, 1e-5);
    const zero = await estimateTrace(ndarray(new Float32Array(N * N), [N, N]), sketch);
    expect([zero.estimate, zero.standardError]).to.deep.equal([0, 0]);
  });

  it('refuses a matrix that is not square, that does not fit, and a range that leaves no rows', async () => {
    const sketch = new DigitalSketch({ inputs: N, outputs: 10, seed: 1 });
    expect((await failure(estimateTrace(normal(4, 5, 1), sketch))).message).to.match(/4 rows and 5 columns/);
    expect((await failure(estimateTrace(normal(5, 5, 1), sketch))).message).to.match(/rows of 100 numbers/);
    expect((await failure(estimateTrace(uniform(1), sketch, { rangeRows: 9 }))).message).to.match(/rangeRows is 9/);
    expect((await failure(estimateTrace(uniform(1), sketch, { rangeRows: 0 }))).message).to.match(/rangeRows is 0/);
  });
});
