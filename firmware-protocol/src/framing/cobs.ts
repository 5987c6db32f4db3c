import type { FrameMemory } from './frame-memory.js';
import { ZeroFinder } from './zero-finder.js';

/**
 * Consistent overhead byte stuffing (Cheshire and Baker, IEEE/ACM Transactions on Networking 7(2), 1999): the encoded
 * bytes hold no zero, so that a zero can delimit frames. The overhead is one byte in 254.
 */

/** Most bytes that `length` bytes become, without delimiters. */
export function cobsBound(length: number): number {
  return length + Math.ceil((length + 1) / 254);
}

/** Bytes other than zero that the longest block holds; no zero follows it. */
const FULL_BLOCK = 254;
/** Bytes whose zeros are looked for together. */
const WINDOW_BYTES = 4096;

const zeros = new Int32Array(WINDOW_BYTES);

/** Encodes `source` into `target` at `at`; returns where it ends. */
export function cobsEncode(source: Uint8Array, target: Uint8Array, at: number): number {
  const finder = new ZeroFinder(source);
  const { length } = source;
  /** Where the open block begins. Its code stands in front of it: where the zero goes that ended the block before, if one did. */
  let block = 0;
  /** A byte of the source goes by so much further; a full block, which no zero ended, needs a place for the next code. */
  let shift = at + 1;
  for (let from = 0; from < length; ) {
    const end = Math.min(length, from + WINDOW_BYTES);
    const count = finder.all(from, end, zeros);
    let coded = 0;
    let start = block;
    for (let found = 0; found <= count; found++) {
      const stop = found < count ? zeros[found]! : end;
      for (let full = start + FULL_BLOCK; full <= stop; full += FULL_BLOCK) {
        target.set(source.subarray(from, full), from + shift);
        for (; coded < found; coded++) {
          const zero = zeros[coded]!;
          target[block - 1 + shift] = zero - block + 1;
          block = zero + 1;
        }
        target[block - 1 + shift] = 0xff;
        shift++;
        from = block = start = full;
      }
      start = stop + 1;
    }
    target.set(source.subarray(from, end), from + shift);
    for (; coded < count; coded++) {
      const zero = zeros[coded]!;
      target[block - 1 + shift] = zero - block + 1;
      block = zero + 1;
    }
    from = end;
  }
  target[block - 1 + shift] = length - block + 1;
  return length + shift;
}

/** A message framed for the carrier `stream`: a zero on each side, so that garbage in front does not swallow it. */
export function cobsFrame(message: Uint8Array, memory?: FrameMemory): Uint8Array {
  const length = cobsBound(message.length) + 2;
  const frame = memory === undefined ? new Uint8Array(length) : memory.take(length);
  const end = cobsEncode(message, frame, 1);
  frame[0] = frame[end] = 0;
  return frame.subarray(0, end + 1);
}
