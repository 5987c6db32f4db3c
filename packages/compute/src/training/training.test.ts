import { expect } from 'chai';
import { ComputePool } from '../pool/compute-pool.js';
import { SeededRandom } from '../random/random.js';
import { type Activation, activationBackward, biasActivation } from './activation.js';
import { adam, sgdMomentum } from './optimisers.js';
import { softmaxCrossEntropy } from './softmax.js';
import * as reference from './training.reference.js';
import { axpy, columnSums, scale, ternarise } from './vectors.js';

const pools = [1, 4].map((threads) => new ComputePool({ threads }));
const rows = 131;
const columns = 203;

function normals(pool: ComputePool, length: number, stream: number): Float32Array {
  return new SeededRandom(4, stream).fillNormal(pool.float32(length), 0, 2);
}

function onEveryPool(
  test: (pool: ComputePool, x: Float32Array) => [Float32Array | Int8Array, Float32Array | Int8Array][],
) {
  for (const pool of pools) {
    for (const [ours, expected] of test(pool, normals(pool, rows * columns, 1))) {
      expect(Buffer.compare(bytes(ours), bytes(expected))).to.equal(0);
    }
  }
}

const bytes = (x: Float32Array | Int8Array) => Buffer.from(x.buffer, x.byteOffset, x.byteLength);

describe('training kernels', () => {
  after(() => {
    for (const pool of pools) pool.close();
  });

  for (const kind of ['identity', 'tanh', 'relu'] satisfies Activation[]) {
    it(`${kind} forward and backward are bit-equal to the reference with 1 and 4 threads`, () => {
      onEveryPool((pool, x) => {
        const bias = normals(pool, columns, 2);
        const delta = normals(pool, x.length, 3);
        const [expected, expectedDelta] = [x.slice(), delta.slice()];
        reference.biasActivationReference(expected, bias, kind);
        reference.activationBackwardReference(expectedDelta, expected, kind);
        biasActivation(pool, x, bias, kind);
        activationBackward(pool, delta, x, kind);
        return [
          [x, expected],
          [delta, expectedDelta],
        ];
      });
    });
  }

  it('softmax cross-entropy is bit-equal to the reference and leaves out rows without a label', () => {
    onEveryPool((pool, logits) => {
      const labels = pool.int32(rows).map((_, i) => (i % 7 === 0 ? -1 : (i * 37) % columns));
      const [error, loss] = [pool.float32(logits.length), pool.float32(rows)];
      const expected = { error: error.slice(), loss: loss.slice() };
      const onPool = pool.int32(rows);
      onPool.set(labels);
      reference.softmaxCrossEntropyReference({ logits, labels, ...expected, scale: 1 / rows });
      softmaxCrossEntropy(pool, { logits, labels: onPool, error, loss, scale: 1 / rows });
      expect(loss[7]).to.equal(0);
      return [
        [error, expected.error],
        [loss, expected.loss],
      ];
    });
  });

  it('softmax cross-entropy: loss within 1e-6 and error within 1e-7 of double precision', () => {
    const pool = pools[0]!;
    const logits = pool.float32(5);
    logits.set([1, -2, 30, 28.5, 3]);
    const labels = pool.int32(1).fill(3);
    const [error, loss] = [pool.float32(5), pool.float32(1)];
    softmaxCrossEntropy(pool, { logits, labels, error, loss, scale: 1 });
    const powers = Array.from(logits, (x) => Math.exp(x));
    const sum = powers.reduce((a, b) => a + b);
    expect(Math.abs(loss[0]! - Math.log(sum / powers[3]!))).to.be.below(1e-6);
    powers.forEach((p, j) => {
      expect(Math.abs(error[j]! - (p / sum - (j === 3 ? 1 : 0)))).to.be.below(1e-7);
    });
  });

  it('column sums, axpy, scale and ternarise are bit-equal to the reference', () => {
    onEveryPool((pool, x) => {
      const [sums, y, signs] = [pool.float32(columns), normals(pool, x.length, 5), pool.int8(x.length)];
      const [expectedSums, expectedY, expectedSigns] = [sums.slice(), y.slice(), signs.slice()];
      reference.columnSumsReference(x, expectedSums, 0.1);
      reference.axpyReference(0.3, x, expectedY);
      reference.scaleReference(1.7, expectedY);
      reference.ternariseReference(x, 0.1, expectedSigns);
      columnSums(pool, x, sums, 0.1);
      axpy(pool, 0.3, x, y);
      scale(pool, 1.7, y);
      ternarise(pool, x, 0.1, signs);
      return [
        [sums, expectedSums],
        [y, expectedY],
        [signs, expectedSigns],
      ];
    });
  });

  it('SGD with momentum and Adam are bit-equal to the reference over 3 steps', () => {
    onEveryPool((pool, weights) => {
      const gradient = normals(pool, weights.length, 6);
      const state = [pool.float32(weights.length), pool.float32(weights.length), pool.float32(weights.length)] as const;
      const twin = { weights: weights.slice(), state: state.map((x) => x.slice()) };
      const sgd = { gradient, learningRate: 0.01, momentum: 0.9, weightDecay: 1e-4 };
      for (let step = 1; step <= 3; step++) {
        sgdMomentum(pool, { weights, velocity: state[0], ...sgd });
        reference.sgdMomentumReference({ weights: twin.weights, velocity: twin.state[0]!, ...sgd });
        const rule = { gradient, learningRate: 1e-3, step, weightDecay: 5e-4 };
        adam(pool, { weights, first: state[1], second: state[2], ...rule });
        reference.adamReference({ weights: twin.weights, first: twin.state[1]!, second: twin.state[2]!, ...rule });
      }
      return [
        [weights, twin.weights],
        [state[0], twin.state[0]!],
        [state[1], twin.state[1]!],
        [state[2], twin.state[2]!],
      ];
    });
  });

  it('Adam moves a weight by the learning rate at its first step, within 1e-6', () => {
    const pool = pools[0]!;
    const [weights, gradient] = [pool.float32(2), pool.float32(2)];
    gradient.set([5, -0.01]);
    adam(pool, { weights, gradient, first: pool.float32(2), second: pool.float32(2), step: 1, learningRate: 0.1 });
    expect(Math.abs(weights[0]! + 0.1)).to.be.below(1e-6);
    expect(Math.abs(weights[1]! - 0.1)).to.be.below(1e-6);
  });

  it('refuses lengths that do not match', () => {
    const pool = pools[0]!;
    expect(() => axpy(pool, 1, pool.float32(3), pool.float32(4))).to.throw(/y has 4 numbers; it must have 3/);
    expect(() => columnSums(pool, pool.float32(7), pool.float32(3))).to.throw(/multiple/);
  });
});
