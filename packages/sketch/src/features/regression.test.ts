import { expect } from 'chai';
import ndarray, { type NdArray } from 'ndarray';
import { toNdarray } from '../algebra/dense.js';
import { farness, normal } from '../testing/light.js';
import { accuracy, type LinearModel, logistic, minimumNorm, oneHot, ridge } from './regression.js';

type Matrix = NdArray<Float32Array>;

/** Gradient of |F W + c - T|^2 + alpha |W|^2 by W and by c, relative to |F^T T|. */
function gradient(f: Matrix, t: Matrix, { predict, weights }: LinearModel, alpha: number): number {
  const [n, m] = f.shape as [number, number];
  const k = t.shape[1]!;
  const off = predict(f);
  let [largest, size] = [0, 0];
  for (let c = 0; c < k; c++) {
    let offset = 0;
    for (let i = 0; i < n; i++) offset += off.get(i, c) - t.get(i, c);
    largest = Math.max(largest, Math.abs(offset));
    for (let j = 0; j < m; j++) {
      let [slope, product] = [alpha * weights.get(j, c), 0];
      for (let i = 0; i < n; i++) {
        slope += f.get(i, j) * (off.get(i, c) - t.get(i, c));
        product += f.get(i, j) * t.get(i, c);
      }
      largest = Math.max(largest, Math.abs(slope));
      size = Math.max(size, Math.abs(product));
    }
  }
  return largest / size;
}

const squares = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);

describe('ridge regression', () => {
  for (const [name, n, m] of [
    ['more samples than features', 50, 12],
    ['more features than samples', 12, 50],
    ['one feature', 20, 1],
  ] as const) {
    it(`${name}: the gradient is zero within 1e-4, the offset's too`, () => {
      const [f, t] = [normal(n, m, 1), normal(n, 2, 2)];
      for (let i = 0; i < f.data.length; i++) f.data[i]! += 3;
      for (const alpha of [0.1, 10]) expect(gradient(f, t, ridge(f, t, alpha), alpha)).to.be.below(1e-4);
    });
  }

  it('refuses alpha 0, other numbers of rows and numbers that are not finite', () => {
    expect(() => ridge(normal(3, 2, 1), normal(3, 1, 1), 0)).to.throw(/alpha is 0/);
    expect(() => ridge(normal(3, 2, 1), normal(4, 1, 1), 1)).to.throw(/3 rows of features and 4 of targets/);
    expect(() => ridge(ndarray(Float32Array.of(Number.NaN), [1, 1]), normal(1, 1, 1), 1)).to.throw(/NaN/);
  });
});

describe('least squares of the smallest norm', () => {
  it('passes through the samples within 1e-3 where there are more features, with the weights of ridge as alpha goes to 0', () => {
    const [f, t] = [normal(15, 60, 1), normal(15, 2, 2)];
    const model = minimumNorm(f, t);
    expect(farness(t.data, model.predict(f).data)).to.be.below(1e-3);
    expect(farness(ridge(f, t, 1e-4).weights.data, model.weights.data)).to.be.below(1e-3);
  });

  it('is the least-squares solution where there are fewer', () => {
    const [f, t] = [normal(60, 15, 1), normal(60, 2, 2)];
    expect(gradient(f, t, minimumNorm(f, t), 0)).to.be.below(1e-4);
  });

  it('errs most on new samples where features = samples, by 3 times and more of 4 times fewer or more features', () => {
    const truth = normal(200, 1, 9);
    const [train, fresh] = [normal(40, 200, 1), normal(200, 200, 2)];
    const target = (x: Matrix) => {
      const out = new Float32Array(x.shape[0]!);
      for (let i = 0; i < out.length; i++) for (let j = 0; j < 200; j++) out[i]! += x.get(i, j) * truth.data[j]!;
      return ndarray(out, [out.length, 1]);
    };
    const errorWith = (features: number): number => {
      const model = minimumNorm(train.hi(40, features), target(train));
      const wanted = target(fresh);
      return squares(model.predict(fresh.hi(200, features)).data.map((value, i) => value - wanted.data[i]!));
    };
    // The offset takes one degree of freedom.
    const peak = errorWith(39);
    expect(peak).to.be.above(3 * errorWith(10));
    expect(peak).to.be.above(3 * errorWith(160));
  });
});

describe('logistic regression', () => {
  const centres = [
    [3, 0],
    [-3, 0],
    [0, 4],
  ] as const;
  const labels = Array.from({ length: 90 }, (_, i) => i % 3);
  const features = normal(90, 2, 1);
  for (const [i, label] of labels.entries()) {
    for (const axis of [0, 1]) features.set(i, axis, features.get(i, axis) + centres[label]![axis]!);
  }

  it('tells three clouds apart: 95 % of its samples', () => {
    expect(accuracy(logistic(features, labels, 3).predict(features), labels)).to.be.above(0.95);
  });

  it('ends where the gradient of the loss is zero within 1e-3', () => {
    const penalty = 0.01;
    const model = logistic(features, labels, 3, { penalty, steps: 2000 });
    const logits = model.predict(features);
    for (let c = 0; c < 3; c++) {
      for (let j = 0; j < 2; j++) {
        let slope = penalty * model.weights.get(j, c);
        for (let i = 0; i < 90; i++) {
          const exps = [0, 1, 2].map((k) => Math.exp(logits.get(i, k)));
          const share = exps[c]! / exps.reduce((sum, e) => sum + e, 0);
          slope += (features.get(i, j) * (share - (labels[i] === c ? 1 : 0))) / 90;
        }
        expect(slope).to.be.closeTo(0, 1e-3);
      }
    }
  });

  it('refuses a label that is no class, and takes features of zeros', () => {
    expect(() => oneHot([0, 3], 3)).to.throw(/Label 1 is 3; there are 3 classes, 0 to 2/);
    expect(() => oneHot([0.5], 3)).to.throw(/Label 0 is 0.5/);
    const none = logistic(ndarray(new Float32Array(6), [3, 2]), [0, 0, 1], 2);
    expect(accuracy(none.predict(ndarray(new Float32Array(6), [3, 2])), [0, 0, 1])).to.be.closeTo(2 / 3, 1e-9);
  });

  it('one-hot rows have the values that are asked for', () => {
    expect(Array.from(toNdarray(oneHot([1, 0], 2, 1, -1)).data)).to.deep.equal([-1, 1, 1, -1]);
  });
});
