import type { OpuDevice } from '@opu/driver';
import type { TrainingConfiguration } from '../config/configuration.js';
import type { Problem } from '../problem/problem.js';
import type { Milliseconds } from '../train/stopwatch.js';
import type { RunEvent } from './events.js';
import type { RunFolder } from './run-folder.js';

/** What the modes of a run share. */
export interface RunContext {
  readonly configuration: TrainingConfiguration;
  readonly configurationHash: string;
  readonly problem: Problem;
  readonly folder: RunFolder;
  /** Where modes go on: `previous` is the checkpoint before the last one. */
  readonly resume: false | 'last' | 'previous';
  readonly openDevice: (address: string) => Promise<OpuDevice>;
  readonly signal: AbortSignal | undefined;
  readonly now: Milliseconds;
  readonly emit: (event: RunEvent) => void;
}
