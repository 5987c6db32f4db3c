import type { Parameter } from '../blocks/block.js';
import type { Feedback, TrainingMode } from '../feedback/feedback.js';
import type { Network } from '../network/network.js';

/**
 * Fills the gradients that the error alone decides: all of them in bp, those of the output in the other modes.
 * @param errorGradient gradient of the loss at the logits, shape [rows, classes]: overwritten
 * @returns the parameters whose gradients are filled
 */
export function fillErrorGradients(
  network: Network,
  mode: TrainingMode,
  errorGradient: Float32Array,
): readonly Parameter[] {
  const { blocks, output } = network;
  if (mode !== 'bp') {
    output.backward(errorGradient, false);
    return output.parameters;
  }
  let gradient: Float32Array | undefined = errorGradient;
  for (let i = blocks.length - 1; i >= 0; i--) gradient = blocks[i]!.backward(gradient!, i > 0);
  return network.parameters;
}

/**
 * Fills the gradients of the hidden blocks.
 * @param signals for each hidden block what comes back to it: overwritten
 */
export function fillHiddenGradients(network: Network, signals: readonly Float32Array[]): void {
  for (const [i, block] of network.hidden.entries()) {
    block.fromFeedback?.(signals[i]!);
    block.backward(signals[i]!, false);
  }
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
