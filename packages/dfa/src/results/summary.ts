import type { TrainingMode } from '../feedback/feedback.js';
import type { Phase } from '../train/stopwatch.js';
import type { ProjectionSpan } from './projection-span.js';

export interface DeviceSummary {
  readonly address: string;
  readonly model: string;
  readonly profile: string;
  readonly framesPerVector: number;
  readonly periodTicks: number;
  /** Frames that the trainer asked for and got. */
  readonly frames: number;
  /** Frames that the device's own counter rose by. */
  readonly framesCounted: number;
  readonly framesAgree: boolean;
  readonly elapsedTicks: number;
  readonly projectingTicks: number;
  readonly hostTicks: number;
  /** The device's other counters that rose, by name: underrun, stall, ... */
  readonly incidents: Readonly<Record<string, number>>;
  /** The first calls for frames, for the time line. */
  readonly timeline: readonly ProjectionSpan[];
}

/** Outcome of one mode. */
export interface ModeSummary {
  readonly mode: TrainingMode;
  readonly epochs: number;
  readonly steps: number;
  readonly samples: number;
  /** The epoch (from 0) whose test counts: the last one, or the best on the validation set. */
  readonly bestEpoch: number;
  readonly testAccuracy: number;
  readonly testLoss: number;
  /** By hidden block, at the end. */
  readonly alignment: Readonly<Record<string, number>>;
  readonly wallSeconds: number;
  readonly hostMilliseconds: Readonly<Record<Phase, number>>;
  /** SHA-256 of weights.safetensors: two runs with the same seed have the same. */
  readonly weightsHash: string;
  readonly device?: DeviceSummary;
}
