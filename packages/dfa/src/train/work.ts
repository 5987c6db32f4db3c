import type { TrainingMode } from '../feedback/feedback.js';
import type { Network } from '../network/network.js';

/** Floating-point operations of a training step on the host, matrix products alone: what grows with the network. */
export interface StepWork {
  readonly forward: number;
  /** Gradients of weights and, for bp, of what goes back between blocks. */
  readonly backward: number;
}

/** Work by weights: a matrix of n weights costs 2 n operations a row in each of its products. */
export function stepWork(weightsByBlock: readonly number[], rows: number, mode: TrainingMode): StepWork {
  const product = (weights: number): number => 2 * rows * weights;
  const sum = (weights: readonly number[]): number => weights.reduce((total, count) => total + product(count), 0);
  const forward = sum(weightsByBlock);
  if (mode === 'shallow') return { forward, backward: sum(weightsByBlock.slice(-1)) };
  return { forward, backward: mode === 'bp' ? forward + sum(weightsByBlock.slice(1)) : forward };
}

/** Weights (not biases) of each block. */
export function weightsOf(network: Network): number[] {
  return network.blocks.map((block) =>
    block.parameters.reduce((sum, { decays, value }) => sum + (decays ? value.length : 0), 0),
  );
}
