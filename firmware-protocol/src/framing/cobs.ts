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
/** Bytes that are copied together, before the codes are written over the zeros among them. */
const WINDOW_BYTES = 4096;

/** Encodes `source` into `target` at `at`; returns where it ends. */
export function cobsEncode(source: Uint8Array, target: Uint8Array, at: number): number {
  const zeros = new ZeroFinder(source);
  const { length } = source;
  let codeAt = at;
  /** Where a byte of the source goes: by so much further. A code stands where its zero goes, but for a full block it is one more. */
  let shift = at + 1;
  let block = 0;
  let i = 0;
  let window = WINDOW_BYTES;
  while (i < length) {
    const end = Math.min(length, i + window);
    target.set(source.subarray(i, end), i + shift);
    window = WINDOW_BYTES;
    while (i < end) {
      i = zeros.next(i, Math.min(end, block + FULL_BLOCK));
      if (i === block + FULL_BLOCK) {
        target[codeAt] = 0xff;
        codeAt = i + shift++;
        block = i;
        // What follows is copied again, one byte further: often another full block, and no more than that is lost.
        window = FULL_BLOCK;
        break;
      }
      while (i < end && source[i] === 0) {
        target[codeAt] = i - block + 1;
        codeAt = i + shift;
        block = ++i;
      }
    }
  }
  target[codeAt] = i - block + 1;
  return i + shift;
}

/** A message framed for the carrier `stream`: a zero on each side, so that garbage in front does not swallow it. */
export function cobsFrame(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(cobsBound(message.length) + 2);
  const end = cobsEncode(message, frame, 1);
  return frame.subarray(0, end + 1);
}
