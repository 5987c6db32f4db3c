import type { Clock } from '@opu/core';
import { compressChunk } from '../write/compression.js';

/** With more records than this waiting, a chunk is written as it is: packing it takes longer than writing it. */
const NO_TIME_TO_PACK = 8;
/** Where more than this wait after a chunk was packed, packing took too long. */
const PACKED_TOO_LONG = 24;
const SHORTEST_PAUSE = 4;
const LONGEST_PAUSE = 256;
/** Chunks smaller than this are packed in no time. */
const SMALL = 256 << 10;
/** So much of a larger one is packed to see what it would give. */
const SAMPLE = 128 << 10;
/** Packing pays when it takes away this share at least ... */
const LEAST_GAIN = 0.05;
/** ... in this share of the time that the records took to come, at most. */
const MOST_TIME = 0.5;

/**
 * Decides chunk by chunk whether packing pays: by what it gives and how long it takes, measured on a sample, and by
 * whether it keeps records waiting. Where it does not, it is left alone for a number of chunks that doubles each time.
 */
export class Packing {
  readonly #clock: Clock;
  readonly #waiting: () => number;
  #pause = 0;
  #unpackedToCome = 0;
  #lastChunk: number;

  /** @param waiting records that are on their way and not in a chunk yet */
  constructor(clock: Clock, waiting: () => number) {
    this.#clock = clock;
    this.#waiting = waiting;
    this.#lastChunk = clock.now();
  }

  /** @param sample one of the chunk's larger records */
  pays(chunkBytes: number, sample: Uint8Array | undefined): boolean {
    const now = this.#clock.now();
    const taken = now - this.#lastChunk;
    this.#lastChunk = now;
    if (this.#unpackedToCome > 0) {
      this.#unpackedToCome -= 1;
      return false;
    }
    if (this.#waiting() > NO_TIME_TO_PACK) return false;
    if (chunkBytes < SMALL || sample === undefined) return true;
    const part = sample.subarray(0, SAMPLE);
    const gain = 1 - compressChunk(part).length / part.length;
    const packing = ((this.#clock.now() - now) * chunkBytes) / part.length;
    if (gain >= LEAST_GAIN && packing <= MOST_TIME * taken) return true;
    this.#leaveAlone();
    return false;
  }

  /** A chunk was packed: has it kept others waiting? */
  packed(): void {
    if (this.#waiting() > PACKED_TOO_LONG) this.#leaveAlone();
    else this.#pause >>= 1;
  }

  #leaveAlone(): void {
    this.#pause = Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, this.#pause * 2));
    this.#unpackedToCome = this.#pause;
  }
}
