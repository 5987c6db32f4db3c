import type { TrainingMode } from '../feedback/feedback.js';
import type { ModeSummary } from '../results/summary.js';
import type { EpochEvent, StepEvent } from '../train/events.js';

/** What a run tells while it works; with `--json` each is a line. */
export type RunEvent =
  | {
      readonly kind: 'run';
      readonly folder: string;
      readonly data: string;
      readonly train: number;
      readonly test: number;
      /** What is counted: images, nodes. */
      readonly unit: string;
    }
  | {
      readonly kind: 'mode';
      readonly mode: TrainingMode;
      readonly totalSteps: number;
      readonly epochs: number;
      /** More than 0 when a run goes on from a checkpoint. */
      readonly stepsDone: number;
      readonly batch: number;
      readonly device?: string;
      /** Frames that the run has made so far. */
      readonly frames: number;
    }
  | (StepEvent & { readonly mode: TrainingMode })
  | (EpochEvent & { readonly mode: TrainingMode })
  | { readonly kind: 'checkpoint'; readonly mode: TrainingMode; readonly stepsDone: number; readonly file: string }
  | { readonly kind: 'warning'; readonly mode: TrainingMode; readonly text: string }
  | { readonly kind: 'summary'; readonly summary: ModeSummary };
