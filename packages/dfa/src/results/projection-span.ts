import type { Ticks } from '@opu/core';

/** One call for frames, in device time. */
export interface ProjectionSpan {
  /** Reset of the first frame and end of exposure of the last one. */
  readonly startTick: Ticks;
  readonly endTick: Ticks;
  readonly frames: number;
}
