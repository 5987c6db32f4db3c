import type { Rows } from '../rows/rows.js';

/** Modes of training, one flag apart. */
export const trainingModes = ['bp', 'shallow', 'dfa', 'dfa-ternary', 'optical'] as const;
export type TrainingMode = (typeof trainingModes)[number];

/** Brings the output's error back to the hidden blocks through fixed random matrices. */
export interface Feedback {
  /**
   * @param error softmax less the true class, shape [rows, classes], not divided by the batch
   * @param scale factor on what comes back: 1 / rows for the gradient of a mean
   * @param step number of the training step; fixes what is drawn at random
   * @param part the rows to bring back, where a batch comes in parts, in order; all of them by default. What the error holds
   * then is read before the call returns, and the parts of a batch may be under way together.
   * @returns for each hidden block `scale B_i e`, shape [rows, block.outputs]; memory of the feedback, which a block may
   * overwrite, valid until the next batch
   */
  signals(
    error: Float32Array,
    rows: number,
    scale: number,
    step: number,
    part?: Rows,
  ): Promise<readonly Float32Array[]> | readonly Float32Array[];
}

/** Threshold of the ternary error: fixed, adapted to each batch, or a random one for each value (see `dither`). */
export type Threshold = number | 'adaptive' | 'dithered';
