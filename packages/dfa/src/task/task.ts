/** One batch of a task, on the pool's memory. */
export interface Batch {
  /** Shape [rows, inputs of the network]. */
  readonly input: Float32Array;
  /** Class of each row; -1 leaves a row out of loss, error and accuracy. */
  readonly labels: Int32Array;
  readonly rows: number;
}

/** What is learned: where batches come from, and what the network is tested with. */
export interface Task {
  readonly name: string;
  readonly inputs: number;
  readonly classes: number;
  readonly stepsPerEpoch: number;
  /** Batch `step` (0 to stepsPerEpoch - 1) of epoch `epoch` (from 0): fixed by these numbers and the task's seed. */
  batch(epoch: number, step: number): Batch;
  /** The batches of the test set, in order; each is valid until the next is asked for. */
  testBatches(): Iterable<Batch>;
  /** The batches of a validation set, where there is one: the epoch that does best on it gives the run's accuracy. */
  validationBatches?(): Iterable<Batch>;
}
