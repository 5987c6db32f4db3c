import type { Clock, OpuError, Ticks } from '@opu/core';
import type { ByteSink } from './byte-sink.js';

/** The same sink, and how long the disk took at most: where a recording had to wait, this says why. */
export class TimedSink implements ByteSink {
  longestWrite: Ticks = 0;
  longestSync: Ticks = 0;
  readonly #sink: ByteSink;
  readonly #clock: Clock;

  constructor(sink: ByteSink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  write(pieces: readonly Uint8Array[]): void {
    const start = this.#clock.now();
    this.#sink.write(pieces);
    this.longestWrite = Math.max(this.longestWrite, this.#clock.now() - start);
  }

  sync(done: (error?: OpuError) => void): void {
    const start = this.#clock.now();
    this.#sink.sync((error) => {
      this.longestSync = Math.max(this.longestSync, this.#clock.now() - start);
      done(error);
    });
  }

  close(): void {
    this.#sink.close();
  }
}
