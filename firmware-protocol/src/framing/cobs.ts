/**
 * Consistent overhead byte stuffing (Cheshire and Baker, IEEE/ACM Transactions on Networking 7(2), 1999): the encoded
 * bytes hold no zero, so that a zero can delimit frames. The overhead is one byte in 254.
 */

/** Most bytes that `length` bytes become, without delimiters. */
export function cobsBound(length: number): number {
  return length + Math.ceil((length + 1) / 254);
}

/** Encodes `source` into `target` at `at`; returns where it ends. */
export function cobsEncode(source: Uint8Array, target: Uint8Array, at: number): number {
  let codeAt = at;
  let write = at + 1;
  let code = 1;
  for (let i = 0; i < source.length; i++) {
    const byte = source[i]!;
    if (byte !== 0) {
      target[write++] = byte;
      code++;
    }
    if (byte === 0 || code === 0xff) {
      target[codeAt] = code;
      codeAt = write++;
      code = 1;
    }
  }
  target[codeAt] = code;
  return write;
}

/** A message framed for the carrier `stream`: a zero on each side, so that garbage in front does not swallow it. */
export function cobsFrame(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(cobsBound(message.length) + 2);
  const end = cobsEncode(message, frame, 1);
  return frame.subarray(0, end + 1);
}
