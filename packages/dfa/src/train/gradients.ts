import type { Feedback, TrainingMode } from '../feedback/feedback.js';
import type { Parameter } from '../network/block.js';
import type { Network } from '../network/network.js';

/**
 * Fills the gradients of the parameters that `mode` trains.
 * @param errorGradient gradient of the loss at the logits, shape [rows, classes]: overwritten
 * @param signals for each hidden block what comes back to it; unused by bp and shallow
 * @returns the parameters whose gradients are filled
 */
export function fillGradients(
  network: Network,
  mode: TrainingMode,
  errorGradient: Float32Array,
  signals: readonly Float32Array[],
): readonly Parameter[] {
  const { blocks, hidden, output } = network;
  if (mode === 'bp') {
    let gradient: Float32Array | undefined = errorGradient;
    for (let i = blocks.length - 1; i >= 0; i--) gradient = blocks[i]!.backward(gradient!, i > 0);
    return network.parameters;
  }
  output.backward(errorGradient, false);
  if (mode === 'shallow') return output.parameters;
  for (const [i, block] of hidden.entries()) block.backward(signals[i]!, false);
  return network.parameters;
}

/** The true gradients at the output of each hidden block (copies); fills the gradients of all parameters by the way. */
export function trueSignals(network: Network, errorGradient: Float32Array): Float32Array[] {
  const signals: Float32Array[] = [];
  let gradient = errorGradient;
  for (let i = network.blocks.length - 1; i > 0; i--) {
    gradient = network.blocks[i]!.backward(gradient, true)!;
    signals.unshift(gradient.slice());
  }
  return signals;
}

export function needsFeedback(mode: TrainingMode, feedback: Feedback | undefined): feedback is Feedback {
  return mode !== 'bp' && mode !== 'shallow' && feedback !== undefined;
}
