import type { Phase } from './stopwatch.js';

/** What a device did in a run. Ticks are of 10 ns, on the device's own clock. */
export interface DeviceUse {
  readonly frames: number;
  /** Device time since the run (or its resumption) began. */
  readonly elapsedTicks: number;
  /** Of it: projections were under way. */
  readonly projectingTicks: number;
  /** Of it: host work was booked; 0 where host time is not counted. */
  readonly hostTicks: number;
}

export interface StepEvent {
  readonly kind: 'step';
  /** From 0. */
  readonly epoch: number;
  /** Within the epoch, from 0. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Steps done since the run's first start. */
  readonly stepsDone: number;
  /** Mean loss and accuracy of the epoch's training batches so far. */
  readonly loss: number;
  readonly accuracy: number;
  /** Mean loss of this batch. */
  readonly batchLoss: number;
  readonly device?: DeviceUse;
}

export interface EpochEvent {
  readonly kind: 'epoch';
  readonly epoch: number;
  readonly stepsDone: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly testLoss: number;
  readonly testAccuracy: number;
  /** Where the task has a validation set. */
  readonly validationAccuracy?: number;
  /** By hidden block: mean cosine between what came back and the true back-propagated signal; none for bp and shallow. */
  readonly alignment: Readonly<Record<string, number>>;
  readonly device?: DeviceUse;
  /** Host milliseconds by phase since the run (or its resumption) began. */
  readonly hostMilliseconds: Readonly<Record<Phase, number>>;
}

export type TrainingEvent = StepEvent | EpochEvent;
