import type { OpuError } from '@opu/core';
import type { Readouts, RunEnded } from '@opu/protocol';
import type { ImageShape } from '../readout/readout-gate.js';

/** Whoever shows patterns: one at a time. */
export interface Run {
  /** What the images of its readouts look like. */
  readonly shape: ImageShape;
  /** True while it has nothing to do until the device says something. */
  readonly isStarving: boolean;
  /** @param borrowed the message holds only until this returns */
  readouts(message: Readouts, skipBelow: number, borrowed: boolean): void;
  /** There may be room to offer more patterns. */
  progress(): void;
  ended(message: RunEnded): void;
  /** STOP or ABORT is about to be asked for: nothing more is to be offered or started. */
  stopping(by: 'STOP' | 'ABORT'): void;
  /** Somebody stopped or aborted it, and all that it has shown has come. */
  stopped(by: 'STOP' | 'ABORT'): void;
  failed(error: OpuError): void;
}
