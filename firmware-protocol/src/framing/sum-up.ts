import { isOpuError } from '@opu/core';
import { combineCrc32c } from '../crc/combine.js';
import { crc32c } from '../crc/crc32c.js';
import { createReadouts, decodeReadouts, messageCodecs } from '../generated/messages.js';

/**
 * From this length on the images of READOUTS are checked with the payload, in one pass over the bytes; in shorter ones a second pass
 * costs less than the bookkeeping. See `wrongImageOf`.
 */
export const SUMMED_UP_BYTES = 64 * 1024;

/** The same for every message, so that looking at one takes no memory. */
const seen = createReadouts();

/** The CRC of a payload, going on from that of its header, without a look inside. */
export function plainCrc(payload: Uint8Array, headerCrc: number): number {
  return crc32c(payload, 0, payload.length, headerCrc);
}

/** Not a part of the result, because a result of two parts would take memory for every message. */
let firstWrongImage = -1;

/** Index of the first image, of those that `readoutsCrc` looked at last, that is not the one of its record's CRC; -1 if all are. */
export function wrongImage(): number {
  return firstWrongImage;
}

/**
 * The CRC of large READOUTS, put together from those of their images, which their records tell as well: see `wrongImage`.
 * @returns nothing for a payload that is not READOUTS of that size, or whose fields do not fit each other
 */
export function readoutsCrc(type: number, payload: Uint8Array, headerCrc: number): number | undefined {
  if (type !== messageCodecs.READOUTS.id || payload.length < SUMMED_UP_BYTES || !isWhole(payload)) return undefined;
  const { frames, data, imageBytes } = seen;
  const start = data.byteOffset - payload.byteOffset;
  let crc = crc32c(payload, 0, start, headerCrc);
  firstWrongImage = -1;
  for (let i = 0, at = start; i < frames.count; i++, at += imageBytes) {
    const image = crc32c(payload, at, at + imageBytes);
    if (image !== frames.imageCrc(i) && firstWrongImage < 0) firstWrongImage = i;
    crc = combineCrc32c(crc, image, imageBytes);
  }
  return crc32c(payload, start + data.length, payload.length, crc);
}

function isWhole(payload: Uint8Array): boolean {
  try {
    const { data, frames, imageBytes } = decodeReadouts(payload, seen);
    return data.length > 0 && data.length === frames.count * imageBytes;
  } catch (error) {
    if (!isOpuError(error, 'PROTOCOL_VIOLATION')) throw error;
    return false;
  }
}
