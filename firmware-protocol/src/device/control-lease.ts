import type { Ticks } from '@opu/core';

/** Who may control the device, and until when. One holder at a time; every message of the holder renews it. */
export class ControlLease<Holder> {
  #holder: Holder | undefined;
  #intervalTicks = 0;
  #deadline: Ticks = Number.POSITIVE_INFINITY;

  get holder(): Holder | undefined {
    return this.#holder;
  }

  isHeldBy(who: Holder): boolean {
    return this.#holder === who;
  }

  /** False when somebody else holds it. An interval of 0 never runs out. */
  acquire(who: Holder, intervalTicks: Ticks, now: Ticks): boolean {
    if (this.#holder !== undefined && this.#holder !== who) return false;
    this.#holder = who;
    this.#intervalTicks = intervalTicks;
    this.renew(who, now);
    return true;
  }

  renew(who: Holder, now: Ticks): void {
    if (this.#holder !== who) return;
    this.#deadline = this.#intervalTicks === 0 ? Number.POSITIVE_INFINITY : now + this.#intervalTicks;
  }

  release(who: Holder): boolean {
    if (this.#holder !== who) return false;
    this.#holder = undefined;
    this.#deadline = Number.POSITIVE_INFINITY;
    return true;
  }

  /** Tick on which it runs out if nothing is heard of the holder. */
  get deadline(): Ticks | undefined {
    return Number.isFinite(this.#deadline) ? this.#deadline : undefined;
  }

  /** The holder that fell silent, whose lease is over now. */
  expire(now: Ticks): Holder | undefined {
    if (this.#holder === undefined || now < this.#deadline) return undefined;
    const silent = this.#holder;
    this.release(silent);
    return silent;
  }
}
