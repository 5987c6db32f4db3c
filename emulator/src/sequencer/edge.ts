import type { Ticks } from '@opu/core';
import type { IgnoredTriggerReason, RunEnd } from '@opu/device';

/** What can happen to a frame on a tick, under the names of the timing model. */
export type Edge =
  | 'loadStart'
  | 'loadEnd'
  /** A stop or an abort cut a load off; the pattern was not shown. */
  | 'loadCancelled'
  | 'reset'
  | 'settled'
  | 'trigger'
  | 'exposureStart'
  | 'exposureEnd'
  | 'readoutStart'
  | 'readoutEnd'
  | 'txStart'
  | 'txEnd'
  /** The slot fired without a free buffer (`drop`): this frame's image is discarded. On the tick of its reset. */
  | 'overrun';

/**
 * Hears everything that the sequencer does, in the order in which it happens; within one tick in the order that the
 * timing model gives. The calls are made from inside `advance` and from inside the commands (which first let everything
 * happen that comes before them). The tick of an edge is its own: it may lie before the tick that was advanced to, if
 * the caller advanced over several events at once.
 *
 * A listener may read the sequencer (`describeFrame`, counters) but must not command it from inside a call: it notes
 * what it wants to do and does it after.
 */
export interface SequencerListener {
  /**
   * One edge of one frame.
   * @param frame counts every frame since the device was switched on; `loadStart`, `loadEnd` and `loadCancelled` carry
   *   the number that the frame will have when its mirrors are reset
   * @param patternId the pattern that the frame shows
   */
  edge(edge: Edge, tick: Ticks, frame: number, patternId: number): void;
  /**
   * Grid slots that passed without a reset: `count` of them, one period apart, the first one on `tick`. `underrun`: the
   * pattern was not loaded; `stall`: no camera buffer was free.
   */
  slotsPassed?(why: 'underrun' | 'stall', tick: Ticks, count: number, frame: number): void;
  triggerIgnored?(tick: Ticks, reason: IgnoredTriggerReason): void;
  /** After the last frame's `txEnd` (or `readoutEnd` if it was discarded), on the same tick. */
  runEnded?(end: RunEnd): void;
}
