import type { Ticks } from '@opu/core';
import type { SequencerSettings } from '../settings.js';

/** The edges of one frame as the rules of the timing model give them; `txStart` is NaN for a discarded image. */
export interface ReferenceFrame {
  loadStart: Ticks;
  loadEnd: Ticks;
  reset: Ticks;
  settled: Ticks;
  exposureStart: Ticks;
  exposureEnd: Ticks;
  readoutStart: Ticks;
  readoutEnd: Ticks;
  txStart: Ticks;
  txEnd: Ticks;
  droppedBefore: number;
}

export interface ReferenceRun {
  readonly frames: ReferenceFrame[];
  readonly underrun: number;
  readonly stall: number;
  readonly overrun: number;
}

/**
 * One run with an internal trigger, written down from the rules frame by frame and slot by slot: no events, no state
 * beyond the frames before, quadratic, and so obvious that it can be checked by reading.
 */
export function referenceRun(settings: SequencerSettings, arrivals: readonly Ticks[], start: Ticks): ReferenceRun {
  const { L, S, W, D, E, T, Q, P, V, X, nbuf, overrun: mode } = settings;
  const frames: ReferenceFrame[] = [];
  let underrun = 0;
  let stall = 0;
  let overrun = 0;
  let droppedBefore = 0;
  for (const [k, arrival] of arrivals.entries()) {
    const previous = frames[k - 1];
    // Rules 1 and 2.
    const loadStart =
      previous === undefined ? Math.max(start, arrival) : Math.max(arrival, previous.loadEnd, previous.reset + S);
    const loadEnd = loadStart + L;
    // Rules 3 and 4.
    let slot = previous === undefined ? Math.ceil(loadEnd / V) * V : previous.reset + P;
    let keep = true;
    for (;;) {
      if (slot < loadEnd) {
        underrun++;
      } else {
        const at = slot;
        const taken = frames.filter((frame) => frame.reset <= at && frame.txEnd > at).length;
        keep = taken < nbuf;
        if (keep || mode === 'drop') break;
        stall++;
      }
      slot += P;
    }
    // Rule 6.
    const settled = slot + S + W;
    const exposureStart = settled + D;
    const exposureEnd = exposureStart + E;
    const readoutStart = exposureEnd + T;
    const readoutEnd = readoutStart + Q;
    // Rules 5 and 7.
    const sentBefore = frames.filter((frame) => !Number.isNaN(frame.txEnd)).at(-1);
    const txStart = keep ? Math.max(readoutEnd, sentBefore?.txEnd ?? readoutEnd) : Number.NaN;
    frames.push({
      loadStart,
      loadEnd,
      reset: slot,
      settled,
      exposureStart,
      exposureEnd,
      readoutStart,
      readoutEnd,
      txStart,
      txEnd: txStart + X,
      droppedBefore: keep ? droppedBefore : 0,
    });
    if (keep) {
      droppedBefore = 0;
    } else {
      droppedBefore++;
      overrun++;
    }
  }
  return { frames, underrun, stall, overrun };
}
