import type { Readout } from '@opu/driver';
import { imageBytes } from '../format/image.js';
import type { Recorder } from './recorder.js';

/**
 * One stream of a recording: pairs the patterns that go out with the readouts that come back. Readouts name their
 * pattern by id, ids of a stream are consecutive, and the stream tells the first.
 */
export class StreamRecording {
  readonly #recorder: Recorder;
  readonly #stream: number;
  readonly #configurationHash: string;
  /** Patterns on their way, from `#firstPending` on. */
  #pending: Uint8Array[] = [];
  #pendingStart = 0;
  #firstPending = 0;
  #handedOver = 0;
  #firstId: number | undefined;

  constructor(recorder: Recorder, stream: number, configurationHash: string) {
    this.#recorder = recorder;
    this.#stream = stream;
    this.#configurationHash = configurationHash;
  }

  /** The stream told the id of its first pattern. A device that tells none counts from the readout that comes first. */
  begins(firstId: number | undefined): void {
    this.#firstId ??= firstId;
  }

  /** Whether it is this stream's pattern that has the id, as far as that is known. */
  has(patternId: number): boolean {
    return this.#firstId !== undefined && patternId >= this.#firstId && patternId < this.#firstId + this.#handedOver;
  }

  /** True while some of its patterns have no readout yet. */
  get isWaiting(): boolean {
    return this.#pendingStart < this.#pending.length;
  }

  /** A pattern was handed to the device. `keep`: its bytes stay as they are until its readout came. */
  sent(pattern: Uint8Array, keep: boolean): void {
    this.#pending.push(keep ? pattern : new Uint8Array(pattern));
    this.#handedOver += 1;
  }

  /** Records a readout and the pattern that it answers; the caller has asked for room. */
  record(readout: Readout): void {
    this.#takePatterns(readout, true);
    const { image, ...facts } = readout;
    this.#recorder.write({
      kind: 'readout',
      ...facts,
      stream: this.#stream,
      configurationHash: this.#configurationHash,
      ...imageBytes(image),
    });
  }

  /** Leaves a readout out of the recording. */
  skip(readout: Readout): void {
    this.#takePatterns(readout, false);
    this.#recorder.skip(readout.exposureStartTick);
  }

  /** The stream came to its end: patterns still on their way were shown, and their readouts discarded by the device. */
  finish(tick: number): void {
    if (this.#firstId !== undefined) this.#takeUpTo(this.#handedOver - 1, tick, true);
  }

  /** Takes the patterns up to the readout's own from those on their way; those before it were shown and not read. */
  #takePatterns(readout: Readout, write: boolean): void {
    this.#firstId ??= readout.patternId - Math.min(readout.droppedBefore, Math.max(0, this.#handedOver - 1));
    this.#takeUpTo(readout.patternId - this.#firstId, readout.resetTick, write);
  }

  #takeUpTo(last: number, tick: number, write: boolean): void {
    while (this.#firstPending <= last && this.#pendingStart < this.#pending.length) {
      const data = this.#pending[this.#pendingStart++]!;
      const index = this.#firstPending++;
      if (!write) continue;
      this.#recorder.write({
        kind: 'pattern',
        tick,
        patternId: this.#firstId! + index,
        stream: this.#stream,
        index,
        configurationHash: this.#configurationHash,
        data,
      });
    }
    if (this.#pendingStart > 256 && this.#pendingStart * 2 > this.#pending.length) {
      this.#pending = this.#pending.slice(this.#pendingStart);
      this.#pendingStart = 0;
    }
  }
}
