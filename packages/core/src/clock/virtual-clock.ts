import { OpuError } from '../errors/opu-error.js';
import type { Ticks } from '../units/ticks.js';
import { AlarmQueue } from './alarm-queue.js';
import type { Alarm, AlarmOptions, BookableClock } from './clock.js';

const DEFAULT_RANK = 100;

/**
 * Time as a quantity: it stands still until somebody lets it pass, and then jumps from event to event. Nothing here
 * reads the host's clock.
 */
export class VirtualClock implements BookableClock {
  #now: Ticks;
  readonly #queue = new AlarmQueue();
  #onScheduled: (() => void) | undefined;

  constructor(start: Ticks = 0) {
    this.#now = start;
  }

  now(): Ticks {
    return this.#now;
  }

  at(tick: Ticks, action: () => void, options: AlarmOptions = {}): Alarm {
    if (!Number.isSafeInteger(tick)) {
      throw new OpuError('BUG', `An alarm was set for tick ${tick}; a tick is an integer below 2^53.`);
    }
    const alarm = this.#queue.add(
      Math.max(tick, this.#now),
      options.rank ?? DEFAULT_RANK,
      options.background ?? false,
      action,
    );
    if (!alarm.background) this.#onScheduled?.();
    return alarm;
  }

  /** True while an alarm waits that time would jump to. */
  get hasWork(): boolean {
    return this.#queue.foregroundCount > 0;
  }

  /** Tells whoever paces the clock (see `freeRun`) that there is work again. */
  whenScheduled(listener: (() => void) | undefined): void {
    this.#onScheduled = listener;
  }

  /** Jumps to the next alarm and calls it. False, and no time passes, when only background alarms or none wait. */
  step(): boolean {
    if (this.#queue.foregroundCount === 0) return false;
    this.#fireNext();
    return true;
  }

  /** Calls every alarm up to and including `tick`, then stands on `tick`. */
  runUntil(tick: Ticks): void {
    for (let next = this.#queue.peek(); next !== undefined && next.tick <= tick; next = this.#queue.peek()) {
      this.#fireNext();
    }
    if (tick > this.#now) this.#now = tick;
  }

  spend(duration: Ticks): void {
    if (!Number.isSafeInteger(duration) || duration < 0) {
      throw new OpuError('INVALID_ARGUMENT', `Host work must be a whole number of ticks, 0 or more; got ${duration}.`);
    }
    this.runUntil(this.#now + duration);
  }

  #fireNext(): void {
    const alarm = this.#queue.peek()!;
    this.#queue.remove(alarm);
    this.#now = alarm.tick;
    alarm.action();
  }
}
