import { OpuError, TICKS_PER_SECOND, type Ticks } from '@opu/driver';
import type { Milliseconds } from '../train/stopwatch.js';
import type { StepWork } from '../train/work.js';

/** What host work costs on the device's clock. */
export type HostTime =
  /** Nothing: the figures are the device's alone. */
  | 'zero'
  /** What it takes on this machine: not the same twice. */
  | 'measured'
  /** Operations / speed + a constant: the same every time. */
  | { readonly kind: 'model'; readonly gigaflops: number; readonly microsecondsPerStep: number };

/** A device on whose virtual time host work can be booked. */
export interface Spender {
  spend(duration: Ticks): Promise<Ticks>;
}

export interface HostBookingOptions {
  readonly hostTime: Exclude<HostTime, 'zero'>;
  readonly work: StepWork;
  readonly now: Milliseconds;
}

/** Books the host's work of each step on the device's clock, in one message before the step's projection. */
export class HostBooking {
  readonly #device: Spender;
  readonly #options: HostBookingOptions;
  /** Seconds of work that are not booked yet. */
  #pending = 0;
  #since: number;
  #ticks: Ticks = 0;

  constructor(device: Spender, options: HostBookingOptions) {
    this.#device = device;
    this.#options = options;
    this.#since = options.now();
  }

  /** Ticks booked so far. */
  get ticks(): Ticks {
    return this.#ticks;
  }

  /** The forward pass is done, the device comes next. */
  async beforeProjection(): Promise<void> {
    const { hostTime, work, now } = this.#options;
    if (hostTime === 'measured') this.#pending += (now() - this.#since) / 1000;
    else this.#pending += work.forward / (hostTime.gigaflops * 1e9) + hostTime.microsecondsPerStep * 1e-6;
    const ticks = Math.ceil(this.#pending * TICKS_PER_SECOND);
    this.#pending = 0;
    this.#ticks += ticks;
    if (ticks > 0) await this.#device.spend(ticks);
  }

  /** The device is done, the backward pass comes next. */
  afterProjection(): void {
    const { hostTime, work, now } = this.#options;
    if (hostTime === 'measured') this.#since = now();
    else this.#pending += work.backward / (hostTime.gigaflops * 1e9);
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
