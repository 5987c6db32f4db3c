/** Buffers of less than this are not worth keeping, or handing over. */
export const WORTH_KEEPING = 4096;
const MOST_SIZES = 4;

/** Memory that came back: large buffers are used again, because fresh ones cost more than what is written into them. */
export class BufferPool {
  readonly #spare = new Map<number, ArrayBuffer[]>();

  /** Memory of exactly so many bytes, with anything in it. */
  take(length: number): Uint8Array {
    const buffer = this.#spare.get(length)?.pop();
    return buffer === undefined ? new Uint8Array(length) : new Uint8Array(buffer);
  }

  giveBack(buffers: readonly ArrayBuffer[]): void {
    for (const buffer of buffers) {
      const spare = this.#spare.get(buffer.byteLength);
      if (spare !== undefined) spare.push(buffer);
      else {
        // Sizes change with the region of interest: those of before are of no use.
        if (this.#spare.size >= MOST_SIZES) this.#spare.clear();
        this.#spare.set(buffer.byteLength, [buffer]);
      }
    }
  }
}

/** The buffers of records that can change hands as a whole. */
export function wholeBuffers(records: Iterable<{ readonly data: Uint8Array }>): ArrayBuffer[] {
  const buffers: ArrayBuffer[] = [];
  for (const { data } of records) {
    if (data.length >= WORTH_KEEPING && data.length === data.buffer.byteLength)
      buffers.push(data.buffer as ArrayBuffer);
  }
  return buffers;
}
