import type { Ticks } from '@opu/core';
import type { Configuration } from '../source/configuration.js';
import type { DeviceFacts } from '../source/device-facts.js';
import type { FrameTicks } from '../source/exposure.js';
import { roundUpTo } from '../source/minimum-period.js';
import { stagesOfFacts } from '../source/stages.js';
import type { StoredPattern } from '../source/stored-pattern.js';

/** When a frame is exposed, and when its image has left the camera. */
export interface PlannedFrame extends FrameTicks {
  readonly sentTick: Ticks;
}

/** A pattern that is not shown yet: for a stored sequence another object each time that one of its patterns comes. */
export interface DuePattern extends StoredPattern {
  /** It comes from a stored sequence that is played. */
  readonly isPlayed: boolean;
}

/** Why a pattern that is due is not shown. */
export type NoFrame =
  /** The device made a frame of it and discarded that: no readout, and the next one says so. */
  | { readonly why: 'discarded' }
  /** There is no frame for it: the run waits until somebody ends it. The text is told in an event. */
  | { readonly why: 'none'; readonly text: string };

/** On which ticks the frames of patterns are: what a `PlannedSequencer` asks. Every method may be asked again with the same pattern. */
export interface FramePlanner<C extends Configuration = Configuration> {
  /**
   * When a pattern is shown if nothing triggers it.
   * @param earliest since then it is in pattern RAM, and its run under way
   * @param lastReset of the frame before; nothing for the first one
   * @param isFirst it is the first one of its run
   * @returns a tick that is not before `earliest` and after `lastReset`
   */
  resetTick(pattern: DuePattern, earliest: Ticks, lastReset: Ticks | undefined, isFirst: boolean): Ticks | NoFrame;
  /** The frame that the pattern becomes when it is shown on `resetTick`; `frame` is its number. */
  frame(pattern: DuePattern, resetTick: Ticks, frame: number): PlannedFrame;
  configure(configuration: C): void;
  /** The device discarded the frame of the pattern, as `resetTick` said. */
  discarded?(pattern: DuePattern): void;
  /** A pattern of a stored sequence that `resetTick` was asked about is not shown after all. */
  release?(pattern: DuePattern): void;
  /** Triggers of the trigger input are in the ticks already: frames do not wait for edges there. */
  readonly knowsExternalTriggers?: boolean;
}

/** Frames on a grid of one period that begins with each run (SPEC.md, OPU-RUN-9), with the stages that a device says of itself. */
export class PeriodPlanner implements FramePlanner {
  readonly #facts: DeviceFacts;
  #configuration: Configuration['reply'];

  constructor(facts: DeviceFacts, { reply }: Configuration) {
    this.#facts = facts;
    this.#configuration = reply;
  }

  configure({ reply }: Configuration): void {
    this.#configuration = reply;
  }

  resetTick(_pattern: DuePattern, earliest: Ticks, lastReset: Ticks | undefined, isFirst: boolean): Ticks {
    const { loadTicks, settleTicks, refreshTicks } = this.#facts;
    const { periodTicks, minimumPeriodTicks } = this.#configuration;
    if (lastReset === undefined) return roundUpTo(refreshTicks, earliest + loadTicks);
    const loaded = Math.max(earliest, lastReset + settleTicks) + loadTicks;
    if (isFirst) return roundUpTo(refreshTicks, Math.max(loaded, lastReset + minimumPeriodTicks));
    return lastReset + Math.max(1, Math.ceil((loaded - lastReset) / periodTicks)) * periodTicks;
  }

  frame(_pattern: DuePattern, resetTick: Ticks): PlannedFrame {
    const { S, W, D, E, T, Q } = stagesOfFacts(this.#facts, this.#configuration);
    const exposureStartTick = resetTick + S + W + D;
    return { resetTick, exposureStartTick, exposureTicks: E, sentTick: exposureStartTick + E + T + Q };
  }
}
