import { ComputePool } from '@opu/compute';
import { expect } from 'chai';
import { transformer } from '../network/transformer.js';
import { gradientErrors, normalInput } from '../testing/gradient-check.js';
import type { Block } from './block.js';
import { CausalAttention } from './causal-attention.js';
import { Dense } from './dense.js';
import { Embedding } from './embedding.js';
import { LayerNorm } from './layer-norm.js';
import { NormalisedBorder } from './normalised-border.js';
import { Residual } from './residual.js';
import { Sequential } from './sequential.js';

describe('blocks of a transformer', () => {
  const pool = new ComputePool({ threads: 1, memoryBytes: 2 ** 27 });
  after(() => pool.close());
  const dense = (name: string, inputs: number, outputs: number) =>
    new Dense({ pool, seed: 2, name, inputs, outputs, activation: 'tanh' });

  function expectGradients(
    block: Block,
    rows: number,
    bound: number,
    inputToo = true,
    input?: Float32Array,
    step = 1e-2,
  ): void {
    const values = input ?? normalInput(pool, rows * block.inputs);
    for (const [name, error] of Object.entries(gradientErrors(pool, block, values, rows, { inputToo, step }))) {
      expect(error, name).to.be.below(bound);
    }
  }

  it('LayerNorm: rows of mean 0 and variance 1 within 1e-4, gradients within 2e-3 of central differences', () => {
    const block = new LayerNorm(pool, 'norm', 8);
    const output = block.forward(normalInput(pool, 24), { rows: 3, training: false, step: 0 });
    for (let row = 0; row < 3; row++) {
      const values = [...output.subarray(8 * row, 8 * row + 8)];
      expect(values.reduce((a, b) => a + b, 0)).to.be.closeTo(0, 1e-4);
      expect(values.reduce((a, b) => a + b * b, 0) / 8).to.be.closeTo(1, 1e-3);
    }
    block.parameters[0]!.value.set([1, 2, -1, 0.5, 1, 1, 3, 1]);
    expectGradients(block, 3, 2e-3);
  });

  it('CausalAttention: gradients within 2e-3 of central differences', () => {
    expectGradients(new CausalAttention({ pool, name: 'mix', width: 6, heads: 2, context: 4 }), 8, 2e-3);
  });

  it('CausalAttention: a position sees nothing of those after it, and nothing of other sequences', () => {
    const block = new CausalAttention({ pool, name: 'mix', width: 6, heads: 2, context: 4 });
    const input = normalInput(pool, 8 * 18);
    const pass = { rows: 8, training: false, step: 0 };
    const before = block.forward(input, pass).slice();
    for (let i = 0; i < 18; i++) input[2 * 18 + i] = 5;
    const after = block.forward(input, pass);
    const changed = Array.from({ length: 8 }, (_, row) => after[row * 6] !== before[row * 6]);
    expect(changed).to.deep.equal([false, false, true, true, false, false, false, false]);
  });

  it('Embedding: gradients within 1e-3 of central differences', () => {
    const block = new Embedding({ pool, seed: 1, name: 'e', tokens: 5, context: 3, width: 4 });
    const tokens = pool.float32(6);
    tokens.set([0, 3, 3, 4, 1, 0]);
    expectGradients(block, 6, 1e-3, false, tokens);
  });

  it('Residual and Sequential: gradients within 1e-3 of central differences', () => {
    const inner = new Sequential('s', [dense('a', 5, 7), dense('b', 7, 5)]);
    expectGradients(new Residual(pool, inner), 4, 1e-3);
  });

  it('a whole layer of attention and feed-forward: gradients within 1e-3 of central differences of step 3e-3', () => {
    // A seed at which no unit of the feed-forward part bends within the step.
    const network = transformer({ pool, seed: 8, tokens: 5, context: 4, width: 8, heads: 2, layers: 2 });
    expectGradients(network.blocks[1]!, 8, 1e-3, true, undefined, 3e-3);
  });

  it('the first layer with its embedding: gradients within 1e-3 of central differences of step 3e-3', () => {
    const network = transformer({ pool, seed: 6, tokens: 5, context: 4, width: 8, heads: 2, layers: 1 });
    const tokens = pool.float32(8);
    tokens.set([0, 3, 3, 4, 1, 0, 2, 2]);
    for (const { name, value } of network.parameters) {
      // Embeddings of the size of the stream: a step of 3e-3 is small beside them.
      if (name.startsWith('embedding.')) for (let i = 0; i < value.length; i++) value[i] = 10 * value[i]!;
    }
    expectGradients(network.blocks[0]!, 8, 1e-3, false, tokens, 3e-3);
  });

  it('NormalisedBorder: passes forward and backward on, and takes feedback through the norm of its output (1e-5)', () => {
    const inner = dense('inner', 5, 8);
    const block = new NormalisedBorder(inner);
    expectGradients(block, 4, 1e-3);
    const input = normalInput(pool, 20);
    const output = block.forward(input, { rows: 4, training: true, step: 0 });
    expect(output).to.deep.equal(inner.forward(input, { rows: 4, training: true, step: 0 }));
    const norm = new LayerNorm(pool, 'norm', 8);
    norm.forward(output, { rows: 4, training: true, step: 0 });
    const signal = normalInput(pool, 32, 9);
    const delta = pool.float32(32);
    delta.set(signal);
    const expected = norm.backward(delta, true);
    block.fromFeedback(signal);
    for (const [i, value] of signal.entries()) expect(value).to.be.closeTo(expected[i]!, 1e-5);
  });

  it('refuses heads that do not share the width', () => {
    const act = () => transformer({ pool, seed: 1, tokens: 5, context: 4, width: 8, heads: 3, layers: 1 });
    expect(act).to.throw('8 cannot be shared by 3 heads');
  });
});
