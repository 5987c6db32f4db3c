import { expect } from 'chai';
import ndarray from 'ndarray';
import { DigitalSketch } from '../sketch/digital-sketch.js';
import { failure, farness, farthestFromIdentity, normal, timesTransposed, withLight } from '../testing/light.js';
import { type NystromApproximation, nystrom } from './nystrom.js';

/** 80 x 80, positive semi-definite, eigenvalues about 1, 1/4, 1/16 ... of 10 terms. */
function kernel() {
  const root = normal(80, 10, 1);
  for (let i = 0; i < root.data.length; i++) root.data[i]! *= 0.5 ** (i % 10);
  return timesTransposed(root, root);
}

function product({ u, eigenvalues }: NystromApproximation): Float32Array {
  const scaled = ndarray(u.data.slice(), u.shape);
  for (let i = 0; i < scaled.data.length; i++) scaled.data[i]! *= eigenvalues[i % eigenvalues.length]!;
  return timesTransposed(scaled, u).data;
}

describe('Nystroem approximation', () => {
  it('is exact within 1e-3 where the sketch has more rows than the matrix has rank', async () => {
    const k = kernel();
    const found = await nystrom(k, new DigitalSketch({ inputs: 80, outputs: 14, seed: 1 }));
    expect(farness(k.data, product(found))).to.be.below(1e-3);
    const gram = timesTransposed(found.u.transpose(1, 0), found.u.transpose(1, 0));
    const rank = found.eigenvalues.length;
    expect(farthestFromIdentity(gram.data, rank)).to.be.below(1e-2);
    expect(found.notes).to.deep.equal([]);
  });

  it('by light, camera noise on: rank 4 of 10 rows within 2 % of what numbers give', async () => {
    const k = kernel();
    const digital = await nystrom(k, new DigitalSketch({ inputs: 80, outputs: 10, seed: 1 }), { rank: 4 });
    const optical = await withLight({ inputs: 80, outputs: 10 }, (sketch) => nystrom(k, sketch, { rank: 4 }));
    const [control, error] = [digital, optical].map((found) => farness(k.data, product(found)));
    expect(optical.eigenvalues.length).to.equal(4);
    expect(error! / control!).to.be.below(1.02);
  });

  it('says that it has negative eigenvalues, and refuses one that has no others, is not symmetric or is zero', async () => {
    const sketch = new DigitalSketch({ inputs: 3, outputs: 3, seed: 1 });
    const of = (...values: number[]) => ndarray(Float32Array.from(values), [3, 3]);
    expect((await nystrom(of(2, 0, 0, 0, 1, 0, 0, 0, -1), sketch)).notes[0]).to.match(/negative eigenvalues/);
    expect((await failure(nystrom(of(-2, 0, 0, 0, -1, 0, 0, 0, -1), sketch))).message).to.match(/no positive/);
    expect((await failure(nystrom(of(0, 0, 0, 0, 0, 0, 0, 0, 0), sketch))).message).to.match(/no positive/);
    expect((await failure(nystrom(of(1, 2, 0, 0, 1, 0, 0, 0, 1), sketch))).message).to.match(/must be symmetric/);
    expect((await failure(nystrom(of(1, 0, 0, 0, 1, 0, 0, 0, 1), sketch, { rank: 4 }))).message).to.match(/rank is 4/);
  });
});
