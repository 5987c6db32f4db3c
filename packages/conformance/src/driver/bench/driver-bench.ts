import { type Clock, errorBlame, TICKS_PER_SECOND, type Ticks } from '@opu/core';
import {
  type AppliedConfiguration,
  type ConfigurationRequest,
  isOpuError,
  type OperationOptions,
  type OpuDevice,
  OpuError,
  type PatternBatch,
  type PatternSource,
  type Readout,
} from '@opu/driver';
import ndarray from 'ndarray';
import { check, fail, informational, notSupported } from '../../runner/case.js';
import type { DriverWire } from './driver-wire.js';
import { openPatiently } from './open-patiently.js';

export interface DriverBenchOptions {
  /**
   * Opens the driver under test. A driver that takes schemes gets `wire.schemes(schemes)`; one that does not is judged by
   * what can be seen from its face alone.
   */
  readonly open: (wire: DriverWire) => Promise<OpuDevice>;
  readonly clock: Clock;
  /** How long one step may take; 5 s by default. */
  readonly stepTicks?: Ticks | undefined;
  /** How long the driver may look for a link that was lost; 15 s by default. */
  readonly patienceTicks?: Ticks | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type DriverError = OpuError & { details: Readonly<Record<string, unknown>> };

/** What a case of the driver suite has: an open device, the way to it, and its patterns. */
export class DriverBench {
  readonly device: OpuDevice;
  readonly wire: DriverWire;
  readonly patienceTicks: Ticks;
  /** The case changed the configuration, or had somebody else change it. */
  touched = false;
  readonly #options: DriverBenchOptions;
  readonly #stepTicks: Ticks;
  readonly #devices: OpuDevice[];

  constructor(device: OpuDevice, wire: DriverWire, options: DriverBenchOptions) {
    this.device = device;
    this.wire = wire;
    this.#options = options;
    this.#stepTicks = options.stepTicks ?? 5 * TICKS_PER_SECOND;
    this.patienceTicks = options.patienceTicks ?? 15 * TICKS_PER_SECOND;
    this.#devices = [device];
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** Every device that the case opened. */
  get devices(): readonly OpuDevice[] {
    return this.#devices;
  }

  /** Opens another driver on the same way. */
  async open(): Promise<OpuDevice> {
    const device = await this.within('open', this.#options.open(this.wire));
    this.#devices.push(device);
    return device;
  }

  /** Closes the driver and opens it again. */
  async reopen(): Promise<OpuDevice> {
    await this.within('close', this.device.close());
    await this.wire.rest();
    const open = (): Promise<OpuDevice> => this.#options.open(this.wire);
    const device = await openPatiently(open, this.clock, this.#stepTicks);
    this.#devices.push(device);
    return device;
  }

  /** Ends the case where the driver's transports are its own. */
  needWire(): void {
    if (!this.wire.isWatched) informational('The driver does not take its transports from the suite (wire.schemes).');
  }

  /** Ends the case on a carrier that takes one connection at a time. */
  needSecondConnection(): void {
    this.needWire();
    if (!this.wire.isShared) informational('This link is one connection, so nobody can look past the driver.');
  }

  /** Ends the case when the device does not claim a feature. */
  need(feature: string): void {
    if (!this.device.limits.features.has(feature)) notSupported(`The device does not claim the feature ${feature}.`);
  }

  /** Ends the case when the device says that it can only do what was recorded. */
  needFreedom(): void {
    if (!this.device.limits.features.has('recording')) return;
    notSupported('The device says that it is a recording, so it has no patterns and configurations but recorded ones.');
  }

  async configure(request: ConfigurationRequest, device = this.device): Promise<AppliedConfiguration> {
    this.needFreedom();
    this.touched = true;
    return await this.within('configure', device.configure(request));
  }

  /** Bit-packed patterns with about half of their mirrors on; equal numbers give equal patterns. */
  pattern(number: number): Uint8Array {
    let state = Math.imul(number + 1, 2654435761) >>> 0 || 1;
    const { macroPixels } = this.device.configuration;
    const { width, height } = this.device.limits.modulator;
    const values = macroPixels.columns === 0 ? width * height : macroPixels.columns * macroPixels.rows;
    const pattern = this.dark();
    for (let i = 0; i < values; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      if (state >>> 31) pattern[i >> 3]! |= 0x80 >> (i & 7);
    }
    return pattern;
  }

  patterns(count: number): Uint8Array[] {
    return Array.from({ length: count }, (_, k) => this.pattern(k));
  }

  /** A pattern with every mirror off. */
  dark(): Uint8Array {
    this.needFreedom();
    return new Uint8Array(this.device.configuration.patternBytes);
  }

  /** Dark patterns for 0, bright ones for 1. */
  marked(marks: readonly number[]): Uint8Array[] {
    return marks.map((mark) => (mark ? this.pattern(0) : this.dark()));
  }

  /** More patterns than any device and driver take while nothing is read, and how many they are. */
  get plenty(): { readonly count: number; readonly source: Iterable<Uint8Array> } {
    const count = 2 * (4096 + this.device.limits.patternSlots);
    const pattern = this.pattern(0);
    const source = function* (): Generator<Uint8Array> {
      for (let i = 0; i < count; i++) yield pattern;
    };
    return { count, source: source() };
  }

  async collect(patterns: PatternSource, options: OperationOptions = {}): Promise<Readout[]> {
    const read = async (): Promise<Readout[]> => {
      const readouts: Readout[] = [];
      for await (const readout of this.device.stream(patterns, options)) readouts.push(readout);
      return readouts;
    };
    return await this.within('the stream', read());
  }

  /** The device shows patterns of its own and gives their readouts, each once: it is usable. */
  async stillWorks(device = this.device): Promise<void> {
    const { readouts } = await this.within('project', device.project(batchOf(this.patterns(3))));
    check(readouts.length === 3, `A batch of 3 patterns gave ${readouts.length} readouts afterwards.`);
  }

  /** What a promise gives, unless it takes too long or the suite is interrupted. */
  async within<T>(what: string, promise: Promise<T>, ticks = this.#stepTicks): Promise<T> {
    const { clock, signal } = this.#options;
    let cancel = (): void => {};
    const late = new Promise<never>((_resolve, reject) => {
      const alarm = clock.at(clock.now() + ticks, () => {
        try {
          fail(`Waited ${ticks / 100_000} ms for ${what}; it did not come.`);
        } catch (error) {
          reject(error);
        }
      });
      const interrupted = (): void => reject(new OpuError('ABORTED', 'The suite was interrupted.'));
      signal?.addEventListener('abort', interrupted);
      cancel = () => {
        alarm.cancel();
        signal?.removeEventListener('abort', interrupted);
      };
      if (signal?.aborted) interrupted();
    });
    promise.catch(() => {});
    try {
      return await Promise.race([promise, late]);
    } finally {
      cancel();
    }
  }

  /** How a promise ends, as something that does not reject. */
  outcome<T>(promise: Promise<T>): Promise<{ readonly value?: T; readonly error?: unknown }> {
    return promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
  }

  /** The `OpuError` that a promise rejects with; fails the case when it resolves, or rejects with something else. */
  async rejection(what: string, promise: Promise<unknown>, ticks = this.#stepTicks): Promise<DriverError> {
    const { error } = await this.within(what, this.outcome(promise), ticks);
    if (!isOpuError(error)) fail(`${what} did not reject with an OpuError: ${String(error)}.`);
    check(Object.hasOwn(errorBlame, error.code), `${what} rejects with the code ${error.code}, which there is not.`);
    check(
      error.blame === errorBlame[error.code],
      `${what} rejects with ${error.code} and blames the ${error.blame}; that code's blame is the ${errorBlame[error.code]}.`,
    );
    return error as DriverError;
  }

  /** Some of the host's time. */
  async pause(ticks: Ticks): Promise<void> {
    const { clock } = this.#options;
    await this.within('time', new Promise<void>((resolve) => void clock.at(clock.now() + ticks, resolve)), ticks * 100);
  }
}

/** Patterns as a batch, row after row. */
export function batchOf(patterns: readonly Uint8Array[]): PatternBatch {
  const width = patterns[0]?.length ?? 0;
  const data = new Uint8Array(patterns.length * width);
  patterns.forEach((pattern, i) => void data.set(pattern, i * width));
  return ndarray(data, [patterns.length, width]);
}

/** Which of some images are bright: 1 above the middle of the lowest and the highest mean, 0 below. */
export function brightOnes(images: readonly ArrayLike<number>[]): number[] {
  const means = images.map((data) => {
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i]!;
    return sum / data.length;
  });
  const [low, high] = [Math.min(...means), Math.max(...means)];
  check(high > 1.5 * low, `All images are alike: means ${means.join(', ')}.`);
  return means.map((mean) => (mean > (low + high) / 2 ? 1 : 0));
}
