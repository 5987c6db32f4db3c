import type { Rows } from '../rows/rows.js';

/** A trained array of a block. */
export interface Parameter {
  /** Unique within the network: `hidden1.weight`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** On the pool's memory, row-major. */
  readonly value: Float32Array;
  /** Filled by the block's backward pass, the same shape. */
  readonly gradient: Float32Array;
  /** Weight decay applies to it (weights: yes; biases and gains: no). */
  readonly decays: boolean;
}

/** What a pass knows beside its input. */
export interface Pass {
  /** Rows of the batch: samples, graph nodes, or positions of all sequences. */
  readonly rows: number;
  /** Drop-out and whatever else happens in training alone. */
  readonly training: boolean;
  /** Number of the training step; fixes what a pass draws at random. */
  readonly step: number;
  /**
   * The rows to work on, where a batch goes forward in parts; all of them by default. The rest of what the block has kept of
   * the batch stays, so that `backward` sees the batch whole. Blocks without `rowsTogether` are never given parts.
   */
  readonly part?: Rows;
}

/**
 * A part of a network with a local backward pass. Between blocks, the training mode decides what comes back: the true
 * gradient of the next block's input (bp), a random projection of the output's error (dfa), or nothing (shallow).
 * Inside a block gradients are always true ones.
 */
export interface Block {
  readonly name: string;
  /** Numbers of a row at its input and at its output. */
  readonly inputs: number;
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  /** Rows that depend on each other come in groups of so many; undefined: every row may depend on every other. */
  readonly rowsTogether?: number;
  /**
   * @param input shape [pass.rows, inputs], on the pool; kept until `backward`
   * @returns shape [pass.rows, outputs], the block's own memory, valid until its next `forward`
   */
  forward(input: Float32Array, pass: Pass): Float32Array;
  /**
   * Backward pass of the last `forward`. Overwrites the gradient of every parameter.
   * @param outputGradient gradient of the loss at the output, shape [rows, outputs]; the block may overwrite it
   * @param wantInput whether the gradient at the input is needed
   * @returns shape [rows, inputs] if wanted, the block's own memory
   */
  backward(outputGradient: Float32Array, wantInput: boolean): Float32Array | undefined;
  /**
   * Turns, in place, what a random projection of the error brought back into a gradient at the output of the last
   * `forward`; where a block has none, it is one as it is. Called by the dfa modes alone, before `backward`.
   * @param signal shape [rows, outputs]
   */
  fromFeedback?(signal: Float32Array): void;
}
