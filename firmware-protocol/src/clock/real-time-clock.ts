import type { Ticks } from '../units/ticks.js';
import { AlarmQueue } from './alarm-queue.js';
import type { Alarm, AlarmOptions, Clock } from './clock.js';

const DEFAULT_RANK = 100;
const TICKS_PER_MILLISECOND = 100_000;
/** Longer waits overflow the host's timer and would fire at once. */
const LONGEST_WAIT_MILLISECONDS = 2 ** 31 - 1;

declare function setTimeout(action: () => void, milliseconds: number): unknown;
declare function clearTimeout(timer: unknown): void;
declare const performance: { now(): number };

/**
 * The host's own time, in ticks since the clock was made. Alarms are late by what the host's timer is late, never early.
 * A background alarm alone does not keep a process alive.
 */
export class RealTimeClock implements Clock {
  readonly #origin = performance.now();
  readonly #queue = new AlarmQueue();
  #timer: unknown;
  #timerTick = Number.POSITIVE_INFINITY;

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
      if (this.#timer !== undefined) clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#timerTick = Number.POSITIVE_INFINITY;
      return;
    }
    if (next.tick < this.#timerTick) {
      if (this.#timer !== undefined) clearTimeout(this.#timer);
      const wait = Math.ceil(Math.max(0, next.tick - this.now()) / TICKS_PER_MILLISECOND);
      this.#timerTick = next.tick;
      this.#timer = setTimeout(() => this.#fire(), Math.min(wait, LONGEST_WAIT_MILLISECONDS));
    }
    const timer = this.#timer as { ref?(): void; unref?(): void };
    if (this.#queue.foregroundCount > 0) timer.ref?.();
    else timer.unref?.();
  }

  #fire(): void {
    this.#timer = undefined;
    this.#timerTick = Number.POSITIVE_INFINITY;
    try {
      const now = this.now();
      for (let next = this.#queue.peek(); next !== undefined && next.tick <= now; next = this.#queue.peek()) {
        this.#queue.remove(next);
        next.action();
      }
    } finally {
      this.#arm();
    }
  }
}
