import type { Alarm, AlarmOptions, Clock, Ticks } from '@opu/core';

/** A clock that shows another time: `origin` when the other one shows 0. */
export class OffsetClock implements Clock {
  readonly #clock: Clock;
  readonly #origin: Ticks;

  constructor(clock: Clock, origin: Ticks) {
    this.#clock = clock;
    this.#origin = origin;
  }

  now(): Ticks {
    return this.#clock.now() + this.#origin;
  }

  at(tick: Ticks, action: () => void, options?: AlarmOptions): Alarm {
    const alarm = this.#clock.at(tick - this.#origin, action, options);
    return { tick, cancel: () => alarm.cancel() };
  }
}
