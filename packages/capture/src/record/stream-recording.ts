import type { Readout } from '@opu/driver';
import { imageBytes } from '../format/image.js';
import type { Recorder } from './recorder.js';

/**
 * One stream of a recording: pairs the patterns that go out with the readouts that come back. Readouts name their
 * pattern by id; ids of a stream are consecutive, so only the id of its first pattern has to be found.
 */
export class StreamRecording {
  readonly #recorder: Recorder;
  readonly #stream: number;
  readonly #configurationHash: string;
  readonly #expectedFirstId: number | undefined;
  /** Patterns on their way, from `#firstPending` on. */
  #pending: Uint8Array[] = [];
  #pendingStart = 0;
  #firstPending = 0;
  #handedOver = 0;
  #firstId: number | undefined;

  constructor(recorder: Recorder, stream: number, configurationHash: string, expectedFirstId: number | undefined) {
    this.#recorder = recorder;
    this.#stream = stream;
    this.#configurationHash = configurationHash;
    this.#expectedFirstId = expectedFirstId;
  }

  /** Id that the first pattern of the next stream has, if the device goes on counting; undefined when unknown. */
  get nextPatternId(): number | undefined {
    return this.#firstId === undefined ? undefined : this.#firstId + this.#handedOver;
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
    this.#firstId ??= this.#findFirstId(readout);
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

  #findFirstId({ patternId, droppedBefore }: Readout): number {
    const isOurs = (first: number | undefined): first is number =>
      first !== undefined && first >= 0 && first <= patternId && patternId < first + this.#handedOver;
    if (isOurs(this.#expectedFirstId)) return this.#expectedFirstId;
    const behindDropped = patternId - droppedBefore;
    return isOurs(behindDropped) ? behindDropped : patternId;
  }
}
