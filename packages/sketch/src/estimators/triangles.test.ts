import { SeededRandom } from '@opu/compute';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { DigitalSketch } from '../sketch/digital-sketch.js';
import { failure, withLight } from '../testing/light.js';
import { estimateTriangles, exactTriangles } from './triangles.js';

function graph(n: number, share: number, seed: number) {
  const random = new SeededRandom(seed, 'graph');
  const a = ndarray(new Uint8Array(n * n), [n, n]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const tie = random.uniform(i * n + j) < share ? 1 : 0;
      a.set(i, j, tie);
      a.set(j, i, tie);
    }
  }
  return a;
}

describe('triangles', () => {
  it('of a complete graph of 10 are 120', () => {
    expect(exactTriangles(graph(10, 2, 0))).to.equal(120);
  });

  it('60 errors in units of their standard error have a root mean square of 1 within 0.35 (4 sigma, fixed seeds)', async () => {
    let squares = 0;
    for (let seed = 0; seed < 60; seed++) {
      const a = graph(60, 0.3, seed);
      const { estimate, standardError } = await estimateTriangles(
        a,
        new DigitalSketch({ inputs: 60, outputs: 200, seed }),
      );
      squares += ((estimate - exactTriangles(a)) / standardError) ** 2;
    }
    expect(Math.sqrt(squares / 60)).to.be.closeTo(1, 0.35);
  });

  it('by light, camera noise on: within 4 standard errors (false alarm 6e-5, fixed seed)', async () => {
    const a = graph(100, 0.5, 1);
    const found = await withLight({ inputs: 100, outputs: 200 }, (sketch) => estimateTriangles(a, sketch));
    expect(Math.abs(found.estimate - exactTriangles(a))).to.be.below(4 * found.standardError);
    expect(found.standardError / exactTriangles(a)).to.be.below(0.3);
    expect(found.spent.frames).to.be.above(100);
  });

  it('refuses loops and ties of one direction, and says where', async () => {
    const sketch = new DigitalSketch({ inputs: 3, outputs: 5 });
    const of = (...values: number[]) => failure(estimateTriangles(ndarray(Float32Array.from(values), [3, 3]), sketch));
    expect((await of(0, 1, 0, 1, 0, 0, 0, 0, 1)).message).to.match(/loop at 2/);
    expect((await of(0, 1, 0, 0, 0, 0, 0, 0, 0)).message).to.match(/differs from its transpose at \(1, 0\)/);
    expect((await of(0, Number.NaN, 0, 0, 0, 0, 0, 0, 0)).message).to.match(/NaN in row 0, column 1/);
  });
});
