import type { Sketch, Spent } from '../sketch/sketch.js';

/** What an estimator answers with. */
export interface Estimate {
  readonly estimate: number;
  /** Standard error of `estimate` over the draw of the sketch, from the scatter of its rows. */
  readonly standardError: number;
  /** The estimate as it would be with the first 1, 2 ... of the rows: how it settles. */
  readonly course: Float64Array;
  /** Frames and device time that this estimate took. */
  readonly spent: Spent;
  /** In words, where the input is not what the estimator needs, or its error is not what it seems. */
  readonly notes: readonly string[];
}

/** Measures what is spent from here on. */
export function meter(sketch: Sketch): () => Spent {
  const before = sketch.spent;
  return () => ({
    frames: sketch.spent.frames - before.frames,
    deviceTicks: sketch.spent.deviceTicks - before.deviceTicks,
  });
}

export const weightedRowsNote =
  "the sketch's rows carry the anchor's amplitude: its errors are those of fewer rows than it has; rows: 'gaussian' removes that";
