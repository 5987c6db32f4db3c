import type { Activation, ComputePool } from '@opu/compute';
import { Dense } from '../blocks/dense.js';
import { Network } from './network.js';

export interface MlpOptions {
  readonly pool: ComputePool;
  readonly seed: number;
  readonly inputs: number;
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly classes: number;
  readonly activation: Activation;
  /** Share of each hidden layer's values that a training step leaves out; 0 by default. */
  readonly dropout?: number;
}

/** A multilayer perceptron: hidden layers with an activation, then linear logits. */
export function mlp(options: MlpOptions): Network {
  const { pool, seed, inputs, hidden, classes, activation, dropout = 0 } = options;
  const sizes = [inputs, ...hidden];
  const blocks = hidden.map(
    (outputs, i) => new Dense({ pool, seed, name: `hidden${i + 1}`, inputs: sizes[i]!, outputs, activation, dropout }),
  );
  const last = new Dense({
    pool,
    seed,
    name: 'output',
    inputs: sizes.at(-1)!,
    outputs: classes,
    activation: 'identity',
  });
  return new Network([...blocks, last]);
}
