import type { Ticks } from '@opu/core';
import type { IgnoredTriggerReason, RunEnd } from '@opu/device';
import type { Edge, SequencerListener } from '../sequencer/edge.js';

/**
 * Hands on what the sequencer tells with ticks counted from its first edge: so runs that were started at different times,
 * or on different clocks, can be compared. (A refresh-locked modulator sees absolute time; its runs compare only when they
 * start on the same phase.)
 */
export class RelativeTrace implements SequencerListener {
  readonly #inner: SequencerListener;
  #origin: Ticks | undefined;

  constructor(inner: SequencerListener) {
    this.#inner = inner;
  }

  edge(edge: Edge, tick: Ticks, frame: number, patternId: number): void {
    this.#inner.edge(edge, this.#from(tick), frame, patternId);
  }

  slotsPassed(why: 'underrun' | 'stall', tick: Ticks, count: number, frame: number): void {
    this.#inner.slotsPassed?.(why, this.#from(tick), count, frame);
  }

  triggerIgnored(tick: Ticks, reason: IgnoredTriggerReason): void {
    this.#inner.triggerIgnored?.(this.#from(tick), reason);
  }

  runEnded(end: RunEnd): void {
    this.#inner.runEnded?.({ ...end, tick: this.#from(end.tick) });
  }

  #from(tick: Ticks): Ticks {
    this.#origin ??= tick;
    return tick - this.#origin;
  }
}
