import { expect } from 'chai';
import ndarray from 'ndarray';
import { DigitalSketch } from '../sketch/digital-sketch.js';
import { failure, farness, normal, timesTransposed, withLight } from '../testing/light.js';
import { compressedProduct } from './compressed-product.js';

const [a, b] = [normal(200, 12, 1), normal(200, 9, 2)];
const exact = timesTransposed(a.transpose(1, 0), b.transpose(1, 0));
const norm = (values: ArrayLike<number>) => Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0));
const size = norm(a.data) * norm(b.data);

describe('products of sketches', () => {
  it('err as they say, root mean square of 40 seeds within 10 %', async () => {
    let [squares, said] = [0, 0];
    for (let seed = 0; seed < 40; seed++) {
      const found = await compressedProduct(a, b, new DigitalSketch({ inputs: 200, outputs: 50, seed }));
      expect(found.product.shape).to.deep.equal([12, 9]);
      squares += ((farness(exact.data, found.product.data) * norm(exact.data)) / size) ** 2;
      said += found.relativeError;
    }
    expect(Math.sqrt(squares / 40) / (said / 40)).to.be.closeTo(1, 0.1);
  });

  it('by light, camera noise on, err as those of numbers within 20 %', async () => {
    const found = await withLight({ inputs: 200, outputs: 100 }, (sketch) => compressedProduct(a, b, sketch));
    const error = (farness(exact.data, found.product.data) * norm(exact.data)) / size;
    expect(error / found.relativeError).to.be.closeTo(1, 0.2);
    expect(found.spent.frames).to.be.above(21);
  });

  it('take one column and columns of zeros, and refuse another number of rows', async () => {
    const sketch = new DigitalSketch({ inputs: 3, outputs: 4, seed: 1 });
    const column = (...values: number[]) => ndarray(Float32Array.from(values), [3, 1]);
    const zero = await compressedProduct(column(0, 0, 0), column(1, 2, 3), sketch);
    expect([zero.product.get(0, 0), zero.relativeError]).to.deep.equal([0, 0.5]);
    const message = (await failure(compressedProduct(normal(4, 2, 1), column(1, 2, 3), sketch))).message;
    expect(message).to.match(/A has shape \[4, 2\]; it must have the 3 rows/);
  });
});
