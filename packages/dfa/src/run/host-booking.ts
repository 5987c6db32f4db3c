import { OpuError, TICKS_PER_SECOND, type Ticks } from '@opu/driver';
import type { HostTime } from '../config/host-time.js';
import type { Milliseconds } from '../train/stopwatch.js';
import type { StepWork } from '../train/work.js';

/** A device on whose virtual time host work can be booked. */
export interface Spender {
  spend(duration: Ticks): Promise<Ticks>;
}

export interface HostBookingOptions {
  readonly hostTime: Exclude<HostTime, 'zero'>;
  readonly work: StepWork;
  readonly now: Milliseconds;
}

/**
 * Books the host's work on the device's clock. Host and device work side by side: a projection begins when the host has
 * prepared it and the device has ended the one before, and the host goes on from `waited` no sooner than the device has ended.
 */
export class HostBooking {
  readonly #device: Spender;
  readonly #options: HostBookingOptions;
  /** Seconds of work that are not in `#hostAt` yet: less than a tick, or done since the last projection was prepared. */
  #pending = 0;
  /** When the host has done what it was asked to, on the device's clock. */
  #hostAt: Ticks = 0;
  #since: number;
  #ticks: Ticks = 0;

  constructor(device: Spender, options: HostBookingOptions) {
    this.#device = device;
    this.#options = options;
    this.#since = options.now();
  }

  /** Ticks of host work so far. */
  get ticks(): Ticks {
    return this.#ticks;
  }

  /** Host work begins here, where it is measured. */
  begins(): void {
    this.#since = this.#options.now();
  }

  /** A share of a step's pass is done. */
  worked(pass: 'forward' | 'backward', share: number): void {
    const { hostTime, work, now } = this.#options;
    if (hostTime === 'measured') {
      const until = now();
      this.#pending += (until - this.#since) / 1000;
      this.#since = until;
      return;
    }
    const constant = pass === 'forward' ? hostTime.microsecondsPerStep * 1e-6 : 0;
    this.#pending += share * (work[pass] / (hostTime.gigaflops * 1e9) + constant);
  }

  /** A projection is prepared: what is returned resolves when the device's clock says so, too. */
  readonly gate = (): (() => Promise<void>) => {
    const ticks = Math.ceil(this.#pending * TICKS_PER_SECOND);
    this.#pending = 0;
    this.#ticks += ticks;
    this.#hostAt += ticks;
    const ready = this.#hostAt;
    return async () => {
      const ahead = ready - (await this.#device.spend(0));
      if (ahead > 0) await this.#device.spend(ahead);
    };
  };

  /** The host has waited for the device. */
  async waited(): Promise<void> {
    this.#hostAt = Math.max(this.#hostAt, await this.#device.spend(0));
    this.begins();
  }
}

/** @throws OpuError NOT_SUPPORTED when the device's time is not virtual */
export function requireSpender(device: object, features: ReadonlySet<string>): Spender {
  if ('spend' in device && typeof device.spend === 'function' && features.has('virtual-clock')) {
    return device as unknown as Spender;
  }
  throw new OpuError(
    'NOT_SUPPORTED',
    'Host work can be booked on virtual time alone, and this device runs in real time, where host work takes its own. ' +
      "Use an emulated device with clock=virtual, or leave hostTime at 'zero'.",
  );
}
