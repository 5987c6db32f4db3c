import type { Ticks } from '@opu/core';

/** Every edge of one frame. `Sequencer.describeFrame` fills a record that the caller owns and may use again. */
export interface FrameRecord {
  /** Counts the frames since the device was switched on. */
  frame: number;
  /** Counts the frames of the run. */
  k: number;
  patternId: number;
  loadStart: Ticks;
  loadEnd: Ticks;
  reset: Ticks;
  settled: Ticks;
  trigger: Ticks;
  exposureStart: Ticks;
  exposureEnd: Ticks;
  readoutStart: Ticks;
  readoutEnd: Ticks;
  /** NaN when the image was discarded (`drop`), like `txEnd`. */
  txStart: Ticks;
  txEnd: Ticks;
  /** Frames discarded between the last read-out that is sent and this one; 0 for a frame that is itself discarded. */
  droppedBefore: number;
}

export function emptyFrameRecord(): FrameRecord {
  return {
    frame: 0,
    k: 0,
    patternId: 0,
    loadStart: 0,
    loadEnd: 0,
    reset: 0,
    settled: 0,
    trigger: 0,
    exposureStart: 0,
    exposureEnd: 0,
    readoutStart: 0,
    readoutEnd: 0,
    txStart: 0,
    txEnd: 0,
    droppedBefore: 0,
  };
}
