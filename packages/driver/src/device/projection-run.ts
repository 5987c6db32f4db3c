import { OpuError } from '@opu/core';
import { ReadoutRecordList, type Readouts, type RunEnded } from '@opu/protocol';
import ndarray from 'ndarray';
import { fillZeros } from '#fill-zeros';
import type { AppliedConfiguration, ReadoutBatch } from '../api/opu-device.js';
import { MemoryAhead } from '../memory/memory-ahead.js';
import { allocatePixels, decodePixels, type PixelArray } from '../readout/pixel-decoding.js';
import { type ReadoutFacts, readoutFacts } from '../readout/readout-facts.js';
import type { ImageShape } from '../readout/readout-gate.js';
import type { Run } from '../session/run.js';
import type { RunPort } from '../session/run-port.js';

const RECORD_BYTES = ReadoutRecordList.recordBytes;

/**
 * Shows a batch of patterns and collects its readouts: pixels straight into one array, records into one buffer, no object
 * a frame.
 */
export class ProjectionRun implements Run {
  readonly done: Promise<void>;
  readonly shape: ImageShape;
  readonly #port: RunPort;
  readonly #count: number;
  readonly #mayDrop: boolean;
  readonly #pixelsPerFrame: number;
  readonly #pixels: PixelArray;
  readonly #records: Uint8Array;
  readonly #memory: MemoryAhead;
  readonly #resolve: () => void;
  readonly #reject: (error: OpuError) => void;
  #received = 0;
  #over = false;

  constructor(port: RunPort, configuration: AppliedConfiguration, count: number) {
    this.#port = port;
    this.shape = configuration;
    this.#count = count;
    this.#mayDrop = configuration.overrun === 'drop';
    const { width, height } = configuration.regionOfInterest;
    this.#pixelsPerFrame = width * height;
    this.#pixels = allocatePixels(configuration.bitDepth, count * this.#pixelsPerFrame);
    this.#records = new Uint8Array(count * RECORD_BYTES);
    // In lockstep the moment of a credit would be seen in the ticks; where frames may be dropped, a late one would cost some.
    this.#memory = new MemoryAhead(
      new Uint8Array(this.#pixels.buffer),
      this.#pixelsPerFrame * this.#pixels.BYTES_PER_ELEMENT,
      port.isLockstep || this.#mayDrop ? undefined : fillZeros,
      (frames) => port.grant(frames),
    );
    let resolve = (): void => {};
    let reject = (_error: OpuError): void => {};
    this.done = new Promise((yes, no) => {
      resolve = yes;
      reject = no;
    });
    this.done.catch(() => {});
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get isStarving(): boolean {
    return !this.#over;
  }

  /** True when the device may still be in a run of which nothing more is wanted. */
  get needsStop(): boolean {
    return this.#port.isRunning;
  }

  /** @param data patterns one after the other; borrowed until the run is done */
  begin(data: Uint8Array, patternBytes: number): void {
    this.#memory.begin();
    this.#port.offer({ count: this.#count, patternBytes, data, last: true });
    this.#port.start();
    this.#port.settled();
  }

  readouts(message: Readouts, skipBelow: number): void {
    if (this.#over) return;
    const { frames } = message;
    const pixels = this.#pixelsPerFrame;
    let from = 0;
    while (from < frames.count && frames.frame(from) < skipBelow) from++;
    const count = frames.count - from;
    if (count === 0) return;
    if (this.#received + count > this.#count) {
      this.failed(new OpuError('PROTOCOL_VIOLATION', `More than the ${this.#count} readouts of the batch came.`));
      return;
    }
    const data = message.data.subarray(from * message.imageBytes);
    decodePixels(message.pixelFormat, data, message.imageBytes, pixels, count, this.#pixels, this.#received * pixels);
    this.#keepRecords(frames, from, count);
    this.#received += count;
    this.#memory.used(count);
    // A run that was started again on a new connection has no end of its own.
    if (this.#received === this.#count && this.#port.wasRestarted) this.#finish();
  }

  progress(): void {}

  ended(message: RunEnded): void {
    if (!this.#mayDrop && this.#received < this.#count) {
      this.failed(
        new OpuError(
          'FRAMES_LOST',
          `The device says that its run is over after ${message.framesDone} frames, but only ${this.#received} of ` +
            `${this.#count} readouts came, although it drops none in this mode.`,
        ),
      );
      return;
    }
    this.#finish();
  }

  stopping(): void {}

  stopped(by: 'STOP' | 'ABORT'): void {
    if (this.#received === this.#count) {
      this.#finish();
      return;
    }
    this.failed(
      new OpuError('ABORTED', `The projection was ended by ${by} after ${this.#received} of ${this.#count} frames.`),
    );
  }

  failed(error: OpuError): void {
    if (this.#over) return;
    this.#over = true;
    this.#memory.end();
    this.#reject(error);
  }

  /** The batch, once `done` has resolved. Rows are in the order of the patterns; those of dropped frames are left out. */
  result(): ReadoutBatch {
    const count = this.#received;
    const pixels = this.#pixels.subarray(0, count * this.#pixelsPerFrame);
    const shape = [count, this.#pixelsPerFrame];
    const records = new ReadoutRecordList(this.#records, 0, count, RECORD_BYTES);
    const perFrame = this.#pixelsPerFrame;
    let facts: ReadoutFacts[] | undefined;
    return {
      pixels: ndarray(pixels as Uint8Array, shape) as ReadoutBatch['pixels'],
      get readouts() {
        facts ??= Array.from({ length: count }, (_, i) => readoutFacts(records, i, perFrame));
        return facts;
      },
      get largestSaturatedShare() {
        let most = 0;
        for (let i = 0; i < count; i++) most = Math.max(most, records.saturatedPixels(i));
        return perFrame === 0 ? 0 : most / perFrame;
      },
    };
  }

  #keepRecords(frames: ReadoutRecordList, from: number, count: number): void {
    let at = this.#received * RECORD_BYTES;
    if (frames.stride === RECORD_BYTES) {
      const start = frames.start + from * RECORD_BYTES;
      this.#records.set(frames.bytes.subarray(start, start + count * RECORD_BYTES), at);
      return;
    }
    for (let i = from; i < frames.count; i++, at += RECORD_BYTES) {
      const start = frames.start + i * frames.stride;
      this.#records.set(frames.bytes.subarray(start, start + RECORD_BYTES), at);
    }
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#memory.end();
    this.#resolve();
  }
}
