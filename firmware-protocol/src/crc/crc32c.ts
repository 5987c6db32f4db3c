import { nativeCrc32c } from '#native-crc32c';
import { tableCrc32c } from './table-crc32c.js';

/** Below this the call into machine code costs more than it saves. */
const NATIVE_FROM = 512;

/** CRC-32C of `bytes` from `start` to `end`, going on from the CRC `previous` of what stood before. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length, previous = 0): number {
  if (nativeCrc32c === undefined || end - start < NATIVE_FROM) return tableCrc32c(bytes, start, end, previous);
  const part = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
  return nativeCrc32c(part, previous);
}
