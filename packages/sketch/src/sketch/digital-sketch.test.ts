import { SeededRandom } from '@opu/compute';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { DigitalSketch } from './digital-sketch.js';

const vectors = (count: number, inputs: number, seed = 1) =>
  ndarray(new SeededRandom(seed, 'vectors').fillNormal(new Float32Array(count * inputs)), [count, inputs]);

describe('a digital sketch', () => {
  it('keeps squared lengths on average: within 4 standard errors of 1 (false alarm 6e-5, fixed seed)', async () => {
    const sketch = new DigitalSketch({ inputs: 300, outputs: 40, seed: 3 });
    const x = vectors(400, 300);
    const y = await sketch.apply(x);
    let sum = 0;
    for (let i = 0; i < 400; i++) {
      const lengthOf = (data: Float32Array, width: number) =>
        data.subarray(i * width, (i + 1) * width).reduce((total, v) => total + v * v, 0);
      sum += lengthOf(y.data, 40) / lengthOf(x.data, 300);
    }
    // All vectors share the matrix: its own scatter is that of |S|_F^2, sqrt(2 / (300 x 40)), beside that of 400 vectors.
    const error = Math.sqrt(2 / (300 * 40) + 2 / (40 * 400));
    expect(sum / 400).to.be.closeTo(1, 4 * error);
  });

  it('gives the same matrix for the same seed, and another one for another', async () => {
    const x = vectors(1, 20);
    const of = async (seed: number) =>
      Array.from((await new DigitalSketch({ inputs: 20, outputs: 5, seed }).apply(x)).data);
    expect(await of(1)).to.deep.equal(await of(1));
    expect(await of(1)).to.not.deep.equal(await of(2));
  });

  it('has a transpose: <S x, y> = <x, S^T y> within 1e-5', async () => {
    const sketch = new DigitalSketch({ inputs: 30, outputs: 7, seed: 1 });
    const [x, y] = [vectors(1, 30), vectors(1, 7, 2)];
    const [sx, sty] = [await sketch.apply(x), await sketch.applyTranspose(y)];
    const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    expect(dot(sx.data, y.data)).to.be.closeTo(dot(x.data, sty.data), 1e-5);
  });

  it('has blocks with the scale of their own, blocks of blocks too, within 1e-6', async () => {
    const sketch = new DigitalSketch({ inputs: 30, outputs: 12, seed: 1 });
    const x = vectors(3, 30);
    const whole = await sketch.apply(x);
    for (const block of [sketch.block(5, 3), sketch.block(2, 8).block(3, 3)]) {
      const part = await block.apply(x);
      expect([block.outputs, block.inputs, ...part.shape]).to.deep.equal([3, 30, 3, 3]);
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j < 3; j++) expect(part.get(i, j)).to.be.closeTo(2 * whole.get(i, 5 + j), 1e-6);
      }
    }
  });

  it('has no block outside of itself, nor one outside of the block that is asked', () => {
    const sketch = new DigitalSketch({ inputs: 3, outputs: 12 });
    for (const [first, count] of [
      [0, 13],
      [-1, 2],
      [12, 1],
      [0, 0],
      [0.5, 1],
      [Number.NaN, 1],
    ] as const) {
      expect(() => sketch.block(first, count)).to.throw(/in a sketch of 12 rows/);
    }
    expect(() => sketch.block(5, 4).block(-1, 2)).to.throw(/in a sketch of 4 rows/);
    expect(() => sketch.block(5, 4).block(3, 2)).to.throw(/no 2 rows from row 3 on in a sketch of 4 rows/);
  });

  it('takes sparse rows, and rows beyond one batch, as it takes dense ones', async () => {
    const inputs = 1 << 16;
    const sketch = new DigitalSketch({ inputs, outputs: 2, seed: 1 });
    const rows = 130;
    const indptr = Int32Array.from({ length: rows + 1 }, (_, i) => i);
    const indices = Int32Array.from({ length: rows }, (_, i) => (i * 977) % inputs);
    const data = Float32Array.from({ length: rows }, (_, i) => i - 60);
    const sparse = await sketch.apply({ rows, columns: inputs, indptr, indices, data });
    const full = new Float32Array(rows * inputs);
    indices.forEach((column, row) => {
      full[row * inputs + column] = data[row]!;
    });
    expect(sparse.data).to.deep.equal((await sketch.apply(ndarray(full, [rows, inputs]))).data);
    expect(sparse.get(60, 0)).to.equal(0);
    expect(sparse.get(129, 0)).to.not.equal(0);
  });

  it('ends when it is asked to', async () => {
    const sketch = new DigitalSketch({ inputs: 4, outputs: 2 });
    const error = await sketch.apply(vectors(2, 4), { signal: AbortSignal.abort() }).catch((e: Error) => e);
    expect(error).to.have.property('code', 'ABORTED');
  });

  it('refuses other widths, numbers that are not finite, and sizes that are none', async () => {
    const sketch = new DigitalSketch({ inputs: 4, outputs: 2 });
    const failure = (x: Parameters<DigitalSketch['apply']>[0]) =>
      sketch.apply(x).then(
        () => '',
        (error: Error) => error.message,
      );
    expect(await failure(vectors(2, 5))).to.match(/shape \[2,5\]; this sketch takes rows of 4 numbers/);
    expect(await failure(ndarray(Float32Array.of(1, 2, Number.POSITIVE_INFINITY, 3), [1, 4]))).to.match(
      /Infinity in row 0, column 2/,
    );
    expect(() => new DigitalSketch({ inputs: 0, outputs: 2 })).to.throw(/inputs is 0/);
    expect(() => new DigitalSketch({ inputs: 2, outputs: 1.5 })).to.throw(/outputs is 1.5/);
  });
});
