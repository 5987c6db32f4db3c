import type { VirtualClock } from '@opu/core';
import type {
  AppliedConfiguration,
  ConfigurationRequest,
  OpuDevice,
  PatternBatch,
  PatternSource,
  Readout,
  ReadoutBatch,
  ReadoutStream,
} from '@opu/driver';
import ndarray from 'ndarray';
import { EMPTY, from } from 'rxjs';
import { collectBatch, rowsOf } from '../record/batch.js';
import { sampleConfiguration, sampleIdentity, sampleLimits } from './sample.js';

/** A device for tests of what is around a device: a frame every period, pixels made of the pattern's bytes. */
export class BenchDevice implements OpuDevice {
  readonly address = 'bench:';
  readonly identity = sampleIdentity;
  readonly limits = sampleLimits;
  configuration: AppliedConfiguration = sampleConfiguration;
  /** Patterns whose readout the camera discards. */
  readonly dropped = new Set<number>();
  closed = 0;
  readonly #clock: VirtualClock;
  readonly #width: number;
  #frame = 0;
  #droppedBefore = 0;

  constructor(clock: VirtualClock, options: { readonly width?: number } = {}) {
    this.#clock = clock;
    this.#width = options.width ?? 4;
  }

  async configure(request: ConfigurationRequest): Promise<AppliedConfiguration> {
    this.configuration = { ...this.configuration, ...request, hash: `b${request.exposureTicks ?? 0}` };
    return this.configuration;
  }

  stream(patterns: PatternSource): ReadoutStream {
    const readouts = this.#readouts(patterns);
    return { [Symbol.asyncIterator]: () => readouts, readouts$: EMPTY };
  }

  async project(patterns: PatternBatch): Promise<ReadoutBatch> {
    return await collectBatch(this.stream(rowsOf(patterns)));
  }

  async counters(): Promise<ReadonlyMap<string, number>> {
    return new Map([['frames', this.#frame]]);
  }

  async stop(): Promise<{ framesDone: number }> {
    return { framesDone: this.#frame };
  }

  abort = this.stop;

  async now(): Promise<number> {
    return this.#clock.now();
  }

  async close(): Promise<void> {
    this.closed += 1;
  }

  async *#readouts(patterns: PatternSource): AsyncGenerator<Readout> {
    const source = Symbol.asyncIterator in patterns ? patterns : Symbol.iterator in patterns ? patterns : from([]);
    for await (const pattern of source as AsyncIterable<Uint8Array>) {
      const patternId = this.#frame++;
      this.#clock.runUntil(this.#clock.now() + this.configuration.periodTicks);
      if (this.dropped.has(patternId)) {
        this.#droppedBefore += 1;
        continue;
      }
      yield this.#readout(patternId, pattern);
    }
  }

  #readout(frame: number, pattern: Uint8Array): Readout {
    const droppedBefore = this.#droppedBefore;
    this.#droppedBefore = 0;
    const tick = this.#clock.now();
    const data = Uint8Array.from({ length: this.#width * 3 }, (_, i) => pattern[i % pattern.length]! ^ i);
    return {
      frame,
      patternId: frame,
      resetTick: tick,
      exposureStartTick: tick + 1_750,
      exposureTicks: this.configuration.exposureTicks,
      referencePhaseRadians: 0,
      droppedBefore,
      saturatedShare: 0,
      ghostRisk: false,
      image: ndarray(data, [3, this.#width]),
    };
  }
}

/** `count` patterns of 8 bytes that all differ. */
export function* benchPatterns(count: number, from = 0): Generator<Uint8Array> {
  for (let n = from; n < from + count; n++) {
    yield Uint8Array.from({ length: 8 }, (_, i) => (n >> (8 * (i % 4))) & 0xff);
  }
}
