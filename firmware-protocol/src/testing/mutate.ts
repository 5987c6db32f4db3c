import { crc32c } from '../crc/crc32c.js';
import type { Random } from './random.js';

/** Bytes that were damaged, and whether somebody made the CRCs right again: then they may be taken for a message. */
export interface Mutation {
  readonly bytes: Uint8Array;
  readonly forged: boolean;
}

function flip(bytes: Uint8Array, random: Random): Uint8Array {
  const copy = bytes.slice();
  for (let n = 1 + random.below(4); n > 0; n--) {
    const at = random.below(copy.length);
    copy[at] = copy[at]! ^ (1 << random.below(8));
  }
  return copy;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function putU32(bytes: Uint8Array, at: number, value: number): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = value >>> (8 * i);
}

/** Makes both CRCs of a whole message right. */
function forge(bytes: Uint8Array): Uint8Array {
  putU32(bytes, 28, crc32c(bytes, 0, 28));
  if (bytes.length >= 36) putU32(bytes, bytes.length - 4, crc32c(bytes, 32, bytes.length - 4, crc32c(bytes, 0, 28)));
  return bytes;
}

const HOSTILE = [0, 1, 3, 4, 255, 65_535, 65_536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 5, 2 ** 32 - 1];

/**
 * Damages a message in one of nine ways: bits flipped, cut at the end or at the start, a piece left out, garbage put in, two
 * messages spliced, a hostile length in the header or anywhere in the payload, other bytes in the payload.
 */
export function mutate(message: Uint8Array, other: Uint8Array, random: Random): Mutation {
  const at = random.below(message.length);
  switch (random.below(9)) {
    case 0:
      return { bytes: flip(message, random), forged: false };
    case 1:
      return { bytes: message.subarray(0, at), forged: false };
    case 2:
      return { bytes: message.subarray(1 + random.below(message.length - 1)), forged: false };
    case 3: {
      const end = Math.min(message.length, at + 1 + random.below(40));
      return { bytes: join(message.subarray(0, at), message.subarray(end)), forged: false };
    }
    case 4:
      return {
        bytes: join(message.subarray(0, at), random.bytes(1 + random.below(40)), message.subarray(at)),
        forged: false,
      };
    case 5:
      return { bytes: join(message.subarray(0, at), other.subarray(random.below(other.length))), forged: false };
    case 6: {
      const copy = message.slice();
      putU32(copy, 24, random.pick(HOSTILE));
      return { bytes: forge(copy), forged: true };
    }
    case 7: {
      const copy = message.slice();
      if (copy.length >= 40) putU32(copy, 32 + random.below(copy.length - 39), random.pick(HOSTILE));
      return { bytes: forge(copy), forged: true };
    }
    default: {
      const copy = message.slice();
      for (let n = 1 + random.below(3); n > 0; n--) copy[random.below(copy.length - 4)] = random.next();
      return { bytes: forge(copy), forged: true };
    }
  }
}
