import { expect } from 'chai';
import { DigitalSketch } from '../sketch/digital-sketch.js';
import { failure, farness, normal, withLight } from '../testing/light.js';
import { leastSquares } from './least-squares.js';

const [N, D] = [200, 10];

/** Columns whose lengths span four decades, so that plain conjugate gradients would crawl. */
function problem() {
  const a = normal(N, D, 1);
  for (let i = 0; i < a.data.length; i++) a.data[i]! *= 10 ** (-(i % D) * 0.44);
  const truth = Float64Array.from({ length: D }, (_, k) => (k - 4) * 10 ** (k * 0.44));
  const right = Float64Array.from({ length: N }, (_, i) => truth.reduce((sum, x, k) => sum + x * a.get(i, k), 0));
  return { a, truth, right };
}

describe('least squares', () => {
  it('finds the solution within 1e-4 in 30 steps at a condition of 10^4', async () => {
    const { a, truth, right } = problem();
    const found = await leastSquares(a, right, new DigitalSketch({ inputs: N, outputs: 40, seed: 1 }));
    expect(found.converged).to.equal(true);
    expect(found.iterations).to.be.below(30);
    expect(farness(truth, found.solution)).to.be.below(1e-4);
    expect(found.residual).to.be.below(1e-5);
  });

  it('leaves a residual at right angles to every column, within 1e-4, where b is out of reach', async () => {
    const { a } = problem();
    const right = normal(1, N, 7).data;
    const { solution } = await leastSquares(a, right, new DigitalSketch({ inputs: N, outputs: 40, seed: 1 }));
    for (let k = 0; k < D; k++) {
      let [inner, length] = [0, 0];
      for (let i = 0; i < N; i++) {
        const rest = right[i]! - solution.reduce((sum, x, j) => sum + x * a.get(i, j), 0);
        inner += rest * a.get(i, k);
        length += a.get(i, k) ** 2;
      }
      expect(Math.abs(inner) / Math.sqrt(length * N)).to.be.below(1e-4);
    }
  });

  it('by light, camera noise on, finds the same within 1e-4: the sketch only preconditions', async () => {
    const { a, truth, right } = problem();
    const found = await withLight({ inputs: N, outputs: 40 }, (sketch) => leastSquares(a, right, sketch));
    expect(found.converged).to.equal(true);
    expect(found.iterations).to.be.below(60);
    expect(farness(truth, found.solution)).to.be.below(1e-4);
    expect(found.spent.frames).to.be.above(D);
  });

  it('takes b = 0, and refuses sizes that do not fit and numbers that are not finite', async () => {
    const { a, right } = problem();
    const sketch = new DigitalSketch({ inputs: N, outputs: 40, seed: 1 });
    const none = await leastSquares(a, new Float64Array(N), sketch);
    expect(Array.from(none.solution).every((x) => x === 0)).to.equal(true);
    expect(none).to.deep.include({ residual: 0, converged: true, iterations: 0 });
    expect((await failure(leastSquares(a, right.slice(1), sketch))).message).to.match(/b has 199 numbers/);
    const narrow = new DigitalSketch({ inputs: N, outputs: D, seed: 1 });
    expect((await failure(leastSquares(a, right, narrow))).message).to.match(/more than 10 rows/);
    right[3] = Number.NaN;
    expect((await failure(leastSquares(a, right, sketch))).message).to.match(/b is NaN at 3/);
  });
});
