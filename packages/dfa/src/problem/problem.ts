import type { ComputePool } from '@opu/compute';
import type { TrainingConfiguration } from '../config/configuration.js';
import type { Network } from '../network/network.js';
import type { Task } from '../task/task.js';

/** What a run trains on: data, read once, from which each mode makes its task and its network. */
export interface Problem {
  readonly name: string;
  /** Numbers of a sample. */
  readonly inputs: number;
  readonly classes: number;
  /** How much there is to train and to test with, in `unit`. */
  readonly train: number;
  readonly test: number;
  readonly unit: string;
  /**
   * @param configuration with what is particular to the mode in place
   * The network's first weights depend on the seed alone, not on the mode.
   */
  create(pool: ComputePool, configuration: TrainingConfiguration): { readonly task: Task; readonly network: Network };
}
