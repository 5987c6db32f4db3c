import { TICKS_PER_MILLISECOND, type Ticks } from '../units/ticks.js';
import { AlarmQueue } from './alarm-queue.js';
import type { Alarm, AlarmOptions, Clock } from './clock.js';
import { type Lateness, LatenessStatistics } from './lateness.js';

const DEFAULT_RANK = 100;
/** Alarms that are late follow each other for so long before other work of the process gets its turn. */
const LONGEST_TURN_MILLISECONDS = 8;
/** Longer waits overflow the host's timer and would fire at once. */
const LONGEST_WAIT_MILLISECONDS = 2 ** 31 - 1;

declare function setTimeout(action: () => void, milliseconds: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare function setImmediate(action: () => void): unknown;
declare const performance: { now(): number };

export interface RealTimeClockOptions {
  /**
   * Milliseconds before an alarm in which the clock looks at the time again and again instead of sleeping. The host's timer
   * is a millisecond coarse: 0, the default, costs no processor time and is late by about that much; 1 or 2 are late by
   * some ten microseconds and keep a core busy for that long before every alarm.
   */
  readonly spinMilliseconds?: number;
}

/**
 * The host's own time, in ticks since the clock was made. Alarms are late by what the host is late, never early, and the
 * clock keeps account of it. A background alarm alone does not keep a process alive.
 */
export class RealTimeClock implements Clock {
  readonly #origin = performance.now();
  readonly #queue = new AlarmQueue();
  #timer: unknown;
  #timerTick = Number.POSITIVE_INFINITY;
  readonly #lateness = new LatenessStatistics();
  readonly #spin: number;
  #looking = false;

  constructor({ spinMilliseconds = 0 }: RealTimeClockOptions = {}) {
    this.#spin = spinMilliseconds;
  }

  /** How late the alarms were so far; one that was set for the past was late before it was set. */
  get lateness(): Lateness {
    return this.#lateness.summary;
  }

  resetLateness(): void {
    this.#lateness.reset();
  }

  now(): Ticks {
    return Math.floor((performance.now() - this.#origin) * TICKS_PER_MILLISECOND);
  }

  at(tick: Ticks, action: () => void, options: AlarmOptions = {}): Alarm {
    const alarm = this.#queue.add(tick, options.rank ?? DEFAULT_RANK, options.background ?? false, action);
    this.#arm();
    return {
      tick,
      cancel: () => {
        alarm.cancel();
        this.#arm();
      },
    };
  }

  /** A timer that fires too early is harmless, so that setting and cancelling alarms mostly costs no timer. */
  #arm(): void {
    const next = this.#queue.peek();
    if (next === undefined) {
      if (this.#timerTick === Number.NEGATIVE_INFINITY) return;
      if (this.#timer !== undefined) clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#timerTick = Number.POSITIVE_INFINITY;
      return;
    }
    if (next.tick < this.#timerTick) {
      if (this.#timer !== undefined) clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#timerTick = next.tick;
      const left = Math.max(0, next.tick - this.now()) / TICKS_PER_MILLISECOND;
      if (this.#spin > 0 && left < this.#spin + 1) {
        // A timer would sleep for a millisecond at least.
        this.#lookAgain();
      } else {
        const wait = this.#spin > 0 ? Math.floor(left - this.#spin) : Math.ceil(left);
        this.#timer = setTimeout(() => this.#wake(), Math.min(wait, LONGEST_WAIT_MILLISECONDS));
      }
    }
    const timer = this.#timer as { ref?(): void; unref?(): void } | undefined;
    if (this.#queue.foregroundCount > 0) timer?.ref?.();
    else timer?.unref?.();
  }

  /** The timer went off, or an alarm is about to be due: looks at the time until it is. */
  #wake(): void {
    const next = this.#queue.peek();
    const left = next === undefined ? 0 : next.tick - this.now();
    if (left > 0 && left < (this.#spin + 1) * TICKS_PER_MILLISECOND && this.#spin > 0) this.#lookAgain();
    else this.#fire();
  }

  #lookAgain(): void {
    if (this.#looking) return;
    this.#looking = true;
    setImmediate(() => {
      this.#looking = false;
      this.#wake();
    });
  }

  #fire(): void {
    this.#timer = undefined;
    // What the actions set needs no timer yet: one of a millisecond would fire before any input is looked at.
    this.#timerTick = Number.NEGATIVE_INFINITY;
    let isLate = false;
    try {
      let now = this.now();
      const turnEnds = now + LONGEST_TURN_MILLISECONDS * TICKS_PER_MILLISECOND;
      for (let next = this.#queue.peek(); next !== undefined && next.tick <= now; next = this.#queue.peek()) {
        now = this.now();
        // Who is late for good would never let timers and input of the process come to their turn.
        isLate = now > turnEnds;
        if (isLate) break;
        this.#queue.remove(next);
        this.#lateness.add(now - next.tick);
        next.action();
      }
    } finally {
      if (isLate) this.#lookAgain();
      else {
        this.#timerTick = Number.POSITIVE_INFINITY;
        this.#arm();
      }
    }
  }
}
