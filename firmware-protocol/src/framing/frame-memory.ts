/** Shorter frames are made anew: that costs less than to keep them. */
const LEAST_BYTES = 16 * 1024;
/** One that is being sent, and one that is being made. */
const MOST_KEPT = 2;
const MOST_KEPT_BYTES = 4 * 2 ** 20;

/** Memory of frames that are on their way, for the next ones: fresh memory costs as much as what is written into it. */
export class FrameMemory {
  #kept: Uint8Array[] = [];

  /** At least `length` bytes, with anything in them. */
  take(length: number): Uint8Array {
    const kept = length < LEAST_BYTES ? undefined : this.#kept.pop();
    return kept !== undefined && kept.length >= length ? kept : new Uint8Array(length);
  }

  /** The memory of a frame that nobody looks at any more. */
  give(frame: Uint8Array): void {
    const { byteLength } = frame.buffer;
    if (byteLength < LEAST_BYTES || byteLength > MOST_KEPT_BYTES || this.#kept.length >= MOST_KEPT) return;
    this.#kept.push(new Uint8Array(frame.buffer));
  }
}
