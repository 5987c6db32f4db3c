import type { TrainingMode } from '../feedback/feedback.js';

/** One line of metrics.jsonl. */
export interface MetricsLine {
  readonly mode: TrainingMode;
  readonly stepsDone: number;
  readonly [key: string]: unknown;
}
