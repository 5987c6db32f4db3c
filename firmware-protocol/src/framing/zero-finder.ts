import { nativeFindZero } from '#find-zero';

/** Below this a look at each byte costs less than a view on words. */
const WORDS_FROM_BYTES = 64;
/** Below this the call into machine code costs more than it saves. */
const NATIVE_FROM_BYTES = 512;
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
    if (nativeFindZero !== undefined && end - from >= NATIVE_FROM_BYTES) {
      const found = nativeFindZero(this.#bytes, from);
      return found < 0 ? end : Math.min(found, end);
    }
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

  /** Writes where the zeros from `from` to `end` are, and returns how many. */
  all(from: number, end: number, places: Int32Array): number {
    const bytes = this.#bytes;
    const words = this.#words;
    const first = this.#first;
    let count = 0;
    let i = from;
    const start = Math.min(end, from + ((first - from) & 3));
    for (; i < start; i++) if (bytes[i] === 0) places[count++] = i;
    const lastWord = Math.min(words.length, (end - first) >> 2);
    let word = (i - first) >> 2;
    for (; word < lastWord; word++) {
      const four = words[word]!;
      if (((four - 0x01010101) & ~four & 0x80808080) === 0) continue;
      i = (word << 2) + first;
      if (four === 0) {
        places[count] = i;
        places[count + 1] = i + 1;
        places[count + 2] = i + 2;
        places[count + 3] = i + 3;
        count += 4;
        continue;
      }
      if (bytes[i] === 0) places[count++] = i;
      if (bytes[i + 1] === 0) places[count++] = i + 1;
      if (bytes[i + 2] === 0) places[count++] = i + 2;
      if (bytes[i + 3] === 0) places[count++] = i + 3;
    }
    i = Math.max(start, (word << 2) + first);
    for (; i < end; i++) if (bytes[i] === 0) places[count++] = i;
    return count;
  }
}
