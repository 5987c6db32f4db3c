import type { Ticks } from '@opu/core';
import type { PlayedSequence } from '@opu/protocol';
import type { Configuration } from './configuration.js';
import type { FrameTicks } from './exposure.js';
import type { StoredPattern } from './stored-pattern.js';

/** Why a trigger edge fired nothing. */
export type IgnoredTriggerReason =
  /** No run is under way. */
  | 'not-running'
  /** The configuration takes its triggers from somewhere else. */
  | 'other-trigger-mode'
  /** No pattern is loaded. */
  | 'not-loaded'
  /** Every camera buffer is taken. */
  | 'no-buffer'
  /** Less than the minimum period has passed since the last reset. */
  | 'too-early';

/** Why a run ended: its last pattern was shown, or somebody ended it. */
export type RunEndReason = 'last-pattern' | 'stop' | 'abort';

export interface RunEnd {
  /** The last frame's read-out has left the device (or was discarded) on this tick. */
  readonly tick: Ticks;
  /** Frames of the run. */
  readonly frames: number;
  readonly reason: RunEndReason;
}

/** Since the device was switched on. */
export interface SequencerCounters {
  frames: number;
  underrun: number;
  stall: number;
  overrun: number;
  ignoredTrigger: number;
}

/**
 * What the firmware hears of frames, in the order in which it happens. It is called from inside `advance` and from inside the
 * commands; it asks the sequencer things and never commands it from inside a call.
 */
export interface FrameListener {
  /**
   * The modulator shows the next pattern: a frame begins.
   * @param frame counts every frame since the device was switched on
   * @param pattern the pattern's id; of a stored sequence that is played its place in `PlayedSequence.patterns`
   * @param exposureStartTick with `exposureTicks`: when the camera will look
   */
  began(tick: Ticks, frame: number, pattern: number, exposureStartTick: Ticks, exposureTicks: Ticks): void;
  /** The frame that began last has no camera buffer: its image is discarded. */
  discarded(tick: Ticks, frame: number): void;
  /** The oldest frame that began and was not discarded has left the camera: its image can be asked for. */
  sent(tick: Ticks, frame: number): void;
  /**
   * Time for a frame passed, and none began.
   * @param text says more than that the pattern was not loaded (`underrun`) or no camera buffer was free (`stall`)
   */
  slotsPassed(why: 'underrun' | 'stall', tick: Ticks, text?: string): void;
  triggerIgnored(tick: Ticks, reason: IgnoredTriggerReason): void;
  /** After the last frame's `sent`. */
  runEnded(end: RunEnd): void;
}

/** What became of a trigger: it got `lost` on its way when nobody in the device knows of it. */
export type TriggerOutcome = 'fired' | 'lost' | IgnoredTriggerReason;

/**
 * On which ticks patterns become frames. It has no clock: the firmware says up to which tick things have happened, and puts one
 * alarm for `nextWakeTick` on its clock after every call. Each command first lets everything happen that comes before it.
 */
export interface FrameSequencer<C extends Configuration = Configuration> {
  /** A run is under way, as of the tick that was last advanced to. */
  readonly running: boolean;
  /** No run is under way and no frame is in the camera: it can be configured. */
  readonly configurable: boolean;
  /** Frames wait for trigger edges. */
  readonly isTriggered: boolean;
  readonly counters: SequencerCounters;
  /** Only while `configurable`. */
  configure(tick: Ticks, configuration: C): void;
  /** A pattern is whole in pattern RAM. Patterns are shown in this order. */
  patternArrived(tick: Ticks, pattern: StoredPattern): void;
  /** Starts a run with the patterns that arrived, or will; or one that plays a stored sequence. Only while not `running`. */
  start(tick: Ticks, played?: PlayedSequence): void;
  /** Ends the run; patterns not yet shown stay, frames under way go on. Returns the frames of the run. */
  stop(tick: Ticks): number;
  /** Like `stop`, but the patterns that wait are thrown away. */
  abort(tick: Ticks): number;
  trigger(tick: Ticks, origin: 'software' | 'external'): TriggerOutcome;
  /**
   * There is room for readouts below frame `limit` (and for the one after those that were discarded just below it): once such a
   * frame was made, none begins that is not discarded, until the limit is raised. There is none at first.
   */
  limitReadouts(tick: Ticks, limit: number): void;
  /** Lets everything happen up to and including `tick`. */
  advance(tick: Ticks): void;
  /** Tick of the next thing that the firmware hears of by itself; nothing while it waits for a command or a pattern. */
  nextWakeTick(): Ticks | undefined;
  /** About how long it takes until frames under way are done: what a host is told that waits for it. */
  remainingTicks(now: Ticks): Ticks;
  /** When the frame after the last one would be exposed, and those after it, if nothing gets in the way: a guess. */
  guess?(ahead: number): FrameTicks;
}
