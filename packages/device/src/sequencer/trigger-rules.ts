import type { Ticks } from '@opu/core';
import type { IgnoredTriggerReason } from '../source/frame-sequencer.js';

export interface TriggerState {
  /** Since when the next pattern is in pattern RAM and the run under way; undefined when there is no pattern. */
  readonly readyTick: Ticks | undefined;
  /** Of the frame before; undefined when there was none. */
  readonly lastReset: Ticks | undefined;
  readonly stages: { readonly loadTicks: Ticks; readonly settleTicks: Ticks };
  readonly minimumPeriodTicks: Ticks;
  readonly freeBuffers: number;
}

/**
 * Why an edge on tick `now` of a run fires nothing; undefined when it fires (SPEC.md, OPU-RUN-6 and OPU-RUN-9). A pattern is
 * loaded in L once it is in RAM and the one before was reset at least S ago.
 */
export function whyTriggerIgnored(now: Ticks, state: TriggerState): IgnoredTriggerReason | undefined {
  const { readyTick, lastReset, stages, minimumPeriodTicks, freeBuffers } = state;
  if (readyTick === undefined) return 'not-loaded';
  const settled = lastReset === undefined ? 0 : lastReset + stages.settleTicks;
  if (now < Math.max(readyTick, settled) + stages.loadTicks) return 'not-loaded';
  if (freeBuffers < 1) return 'no-buffer';
  const isTooEarly = lastReset !== undefined && now < lastReset + minimumPeriodTicks;
  return isTooEarly ? 'too-early' : undefined;
}
