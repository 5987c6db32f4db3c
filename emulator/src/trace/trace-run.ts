import type { Ticks } from '@opu/core';
import type { SequencerListener } from '../sequencer/edge.js';
import { Sequencer, type SequencerCounters } from '../sequencer/sequencer.js';
import type { SequencerSettings } from '../sequencer/settings.js';

const NEVER = Number.POSITIVE_INFINITY;
/** Dummy patterns that are kept ready: the load of a pattern depends on those before it, never on those behind it. */
const QUEUED = 64;

export interface TraceInput {
  readonly settings: SequencerSettings;
  /** Patterns of the run, 1 or more. */
  readonly frames: number;
  /** `A[k]`, at least `frames` of them; without them every pattern is preloaded. */
  readonly arrivals?: ArrayLike<Ticks> | undefined;
  /** START takes effect on this tick. */
  readonly start?: Ticks;
  /** Ticks of trigger edges in ascending order, for a trigger that is not internal. */
  readonly triggers?: ArrayLike<Ticks> | undefined;
}

/** Runs the sequencer on dummy patterns: pattern `k` has the id `k`. */
export class TraceRun {
  readonly sequencer: Sequencer;
  readonly #frames: number;
  readonly #arrivals: ArrayLike<Ticks> | undefined;
  readonly #start: Ticks;
  readonly #triggers: ArrayLike<Ticks>;
  #now: Ticks = 0;
  #arrived = 0;
  #triggered = 0;
  #started = false;

  constructor(input: TraceInput, listener: SequencerListener) {
    this.sequencer = new Sequencer(input.settings, listener);
    this.#frames = input.frames;
    this.#arrivals = input.arrivals;
    this.#start = input.start ?? 0;
    this.#triggers = input.triggers ?? [];
  }

  get counters(): SequencerCounters {
    return this.sequencer.counters;
  }

  /** Lets at most `steps` instants pass on which something happens. False when nothing is left to happen. */
  step(steps: number): boolean {
    for (let i = 0; i < steps; i++) {
      const tick = this.#next();
      if (tick === NEVER) return false;
      this.#now = tick;
      this.#arrive(tick);
      if (!this.#started && this.#start <= tick) {
        this.#started = true;
        this.sequencer.start(tick);
      }
      while ((this.#triggers[this.#triggered] ?? NEVER) <= tick) {
        if (this.sequencer.settings.trigger === 'software') this.sequencer.softwareTrigger(tick);
        else this.sequencer.externalTrigger(tick);
        this.#triggered++;
      }
      this.sequencer.advance(tick);
    }
    return true;
  }

  #next(): Ticks {
    let tick = this.sequencer.nextWakeTick() ?? NEVER;
    if (!this.#started) tick = Math.min(tick, this.#start);
    if (this.#triggered < this.#triggers.length) tick = Math.min(tick, this.#triggers[this.#triggered]!);
    if (this.#takesPattern()) tick = Math.min(tick, this.#arrivalOf(this.#arrived));
    return tick === NEVER ? NEVER : Math.max(tick, this.#now);
  }

  #takesPattern(): boolean {
    return this.#arrived < this.#frames && this.sequencer.patternsWaiting < QUEUED;
  }

  #arrive(tick: Ticks): void {
    while (this.#takesPattern() && this.#arrivalOf(this.#arrived) <= tick) {
      const k = this.#arrived++;
      this.sequencer.patternArrived(tick, k, k === this.#frames - 1);
    }
  }

  /** A pattern that is whole before an earlier one waits for it: only the order of the run counts. */
  #arrivalOf(k: number): Ticks {
    return this.#arrivals === undefined ? 0 : this.#arrivals[k]!;
  }
}
