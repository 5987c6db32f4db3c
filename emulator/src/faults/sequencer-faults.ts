import type { Ticks } from '@opu/core';
import type { IgnoredTriggerReason, RunEnd } from '@opu/device';
import type { Edge, SequencerListener } from '../sequencer/edge.js';
import type { FrameFaultSchedule } from './schedule.js';

/** Tells the firmware of frames that the camera loses, and of resets on the wrong tick. The sequencer itself is right. */
export class FaultySequencerListener implements SequencerListener {
  readonly #inner: SequencerListener;
  readonly #lost: readonly FrameFaultSchedule[];
  readonly #misdated: readonly FrameFaultSchedule[];
  readonly #lostFrames = new Set<number>();

  constructor(inner: SequencerListener, schedules: readonly FrameFaultSchedule[]) {
    this.#inner = inner;
    this.#lost = schedules.filter(({ spec }) => spec.name === 'drop-frame');
    this.#misdated = schedules.filter(({ spec }) => spec.name === 'wrong-timestamp');
  }

  edge(edge: Edge, tick: Ticks, frame: number, patternId: number): void {
    if (edge === 'reset') {
      const errors = this.#misdated.map((fault) => (fault.strikes(frame, tick) ? fault.spec.value : 0));
      const error = errors.reduce((sum, value) => sum + value, 0);
      this.#inner.edge(edge, tick + error, frame, patternId);
      if (this.#lost.filter((fault) => fault.strikes(frame, tick)).length === 0) return;
      this.#lostFrames.add(frame);
      this.#inner.edge('overrun', tick, frame, patternId);
      return;
    }
    if (this.#lostFrames.has(frame)) {
      // The sequencer discards it too: once is enough.
      if (edge === 'txStart') return;
      if (edge === 'overrun' || edge === 'txEnd') {
        this.#lostFrames.delete(frame);
        return;
      }
    }
    this.#inner.edge(edge, tick, frame, patternId);
  }

  slotsPassed(why: 'underrun' | 'stall', tick: Ticks, count: number, frame: number): void {
    this.#inner.slotsPassed?.(why, tick, count, frame);
  }

  triggerIgnored(tick: Ticks, reason: IgnoredTriggerReason): void {
    this.#inner.triggerIgnored?.(tick, reason);
  }

  runEnded(end: RunEnd): void {
    this.#inner.runEnded?.(end);
  }
}
