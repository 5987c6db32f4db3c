import type { OpuDevice } from '@opu/driver';
import { type Clock, TICKS_PER_SECOND, type Ticks } from '@opu/protocol';
import { fail } from '../runner/case.js';

export interface DriverBenchOptions {
  /** Opens the driver under test; called once a case, after the device of the one before was closed. */
  readonly open: () => Promise<OpuDevice>;
  readonly clock: Clock;
  /** How long one step may take; 5 s by default. */
  readonly stepTicks?: Ticks | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a case of the driver suite has: an open device. */
export class DriverBench {
  readonly device: OpuDevice;
  readonly #options: DriverBenchOptions;

  constructor(device: OpuDevice, options: DriverBenchOptions) {
    this.device = device;
    this.#options = options;
  }

  /** Bit-packed patterns with about half of their mirrors on; equal numbers give equal patterns. */
  pattern(number: number): Uint8Array {
    let state = Math.imul(number + 1, 2654435761) >>> 0 || 1;
    const { macroPixels, patternBytes } = this.device.configuration;
    const { width, height } = this.device.limits.modulator;
    const values = macroPixels.columns === 0 ? width * height : macroPixels.columns * macroPixels.rows;
    const pattern = new Uint8Array(patternBytes);
    for (let i = 0; i < values; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      if (state >>> 31) pattern[i >> 3]! |= 0x80 >> (i & 7);
    }
    return pattern;
  }

  /** What a promise gives, unless it takes too long. */
  async within<T>(what: string, promise: Promise<T>): Promise<T> {
    const { clock, stepTicks = 5 * TICKS_PER_SECOND } = this.#options;
    let cancel = (): void => {};
    const late = new Promise<never>((_resolve, reject) => {
      const alarm = clock.at(clock.now() + stepTicks, () => {
        try {
          fail(`Waited ${stepTicks / 100_000} ms for ${what}; it did not come.`);
        } catch (error) {
          reject(error);
        }
      });
      cancel = () => alarm.cancel();
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      cancel();
    }
  }
}
