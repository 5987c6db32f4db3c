/** Below this a look at each byte costs less than a view on words. */
const WORDS_FROM_BYTES = 64;
const NO_WORDS = new Int32Array(0);

/** Finds zeros among bytes, four at a time where there are many. */
export class ZeroFinder {
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  /** Bytes in front of the first word. */
  readonly #first: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#first = -bytes.byteOffset & 3;
    this.#words =
      bytes.length < WORDS_FROM_BYTES
        ? NO_WORDS
        : new Int32Array(bytes.buffer, bytes.byteOffset + this.#first, (bytes.length - this.#first) >> 2);
  }

  /** Where the first zero from `from` on is; `end` when there is none below it. */
  next(from: number, end: number): number {
    const bytes = this.#bytes;
    const words = this.#words;
    const first = this.#first;
    let word = (from - first + 3) >> 2;
    const lastWord = Math.min(words.length, (end - first) >> 2);
    let i = from;
    if (word < lastWord) {
      const start = (word << 2) + first;
      for (; i < start; i++) if (bytes[i] === 0) return i;
      for (; word < lastWord; word++) {
        const four = words[word]!;
        // The highest bit of a byte stays set only where the byte is zero, or one behind a zero.
        if (((four - 0x01010101) & ~four & 0x80808080) !== 0) break;
      }
      i = (word << 2) + first;
    }
    for (; i < end; i++) if (bytes[i] === 0) return i;
    return end;
  }
}
