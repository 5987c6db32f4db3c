import { OpuError } from '@opu/core';
import { combineCrc32c } from '../crc/combine.js';
import { crc32c } from '../crc/crc32c.js';
import type { PixelFormat } from '../generated/enums.js';
import { messageCodecs, type Readouts, sizeReadouts, writeReadouts } from '../generated/messages.js';
import { ReadoutRecordList } from '../generated/records.js';
import { EMPTY_BYTES, putU32, readU32 } from '../primitives/bytes.js';
import { HEADER_BYTES, type HeaderFields, TRAILER_BYTES, writeMessageHeader } from './header.js';

/** What is the same for all images of a message. */
export interface ReadoutShape {
  readonly regionX: number;
  readonly regionY: number;
  readonly regionWidth: number;
  readonly regionHeight: number;
  readonly pixelFormat: PixelFormat;
  readonly imageBytes: number;
}

/**
 * READOUTS whose images are written where they stand in the message, and whose CRC is put together from those of the images:
 * an image is copied once and summed up once. Fill `data` and `frames`, and call `sumUp` for every image; after that the bytes
 * belong to whoever encodes the message, and must not be changed.
 */
export class BuiltReadouts implements Readouts {
  readonly type = 'READOUTS';
  readonly regionX: number;
  readonly regionY: number;
  readonly regionWidth: number;
  readonly regionHeight: number;
  readonly pixelFormat: PixelFormat;
  readonly imageBytes: number;
  readonly frames: ReadoutRecordList;
  readonly data: Uint8Array;
  readonly #bytes: Uint8Array;
  readonly #crcs: Uint32Array;
  /** Whose the bytes are: `own` until they are first encoded. */
  #bytesAre: 'own' | 'lent' | 'given' = 'own';

  /**
   * @param count images in the message
   * @param memory what `recycle` gave of an earlier message; used if it has the right length
   */
  constructor(count: number, shape: ReadoutShape, memory?: Uint8Array) {
    this.regionX = shape.regionX;
    this.regionY = shape.regionY;
    this.regionWidth = shape.regionWidth;
    this.regionHeight = shape.regionHeight;
    this.pixelFormat = shape.pixelFormat;
    this.imageBytes = shape.imageBytes;
    this.frames = ReadoutRecordList.allocate(count);
    this.data = EMPTY_BYTES;
    this.#crcs = new Uint32Array(count);
    const start = HEADER_BYTES + sizeReadouts(this);
    const end = start + count * shape.imageBytes;
    const length = end + TRAILER_BYTES;
    this.#bytes = memory?.length === length ? memory : new Uint8Array(length);
    this.data = this.#bytes.subarray(start, end);
  }

  /** Image `index` stands in `data`: its CRC is computed, and kept in its record as well. */
  sumUp(index: number): void {
    const at = index * this.imageBytes;
    const crc = crc32c(this.data, at, at + this.imageBytes);
    this.#crcs[index] = crc;
    this.frames.setImageCrc(index, crc);
  }

  /**
   * The bytes of the whole message, without a copy: the first time only, because another header makes other bytes. `undefined`
   * for every later encoding, and for what only looks like a built message.
   * @param lends whether the bytes come back when the readouts are acknowledged; otherwise they are given away
   */
  static takeBytes(message: Readouts, fields: HeaderFields, lends: boolean): Uint8Array | undefined {
    if (!(#bytes in message) || message.#bytesAre !== 'own') return undefined;
    message.#bytesAre = lends ? 'lent' : 'given';
    const bytes = message.#bytes;
    const end = bytes.length - TRAILER_BYTES;
    const { data } = message;
    const dataStart = end - data.length;
    const written = writeReadouts(bytes, HEADER_BYTES, withoutData(message));
    if (written !== dataStart)
      throw new OpuError('BUG', `READOUTS ends its head at ${written} instead of ${dataStart}.`);
    // What stands in front of bytes is their number.
    putU32(bytes, dataStart - 4, data.length);
    writeMessageHeader(bytes, 0, messageCodecs.READOUTS.id, end - HEADER_BYTES, fields);
    let crc = crc32c(bytes, HEADER_BYTES, dataStart, readU32(bytes, HEADER_BYTES - 4));
    for (const image of message.#crcs) crc = combineCrc32c(crc, image, message.imageBytes);
    putU32(bytes, end, crc);
    return bytes;
  }

  /** The memory of readouts that nobody needs any more, if it was not given away. The message must not be used afterwards. */
  static recycle(message: Readouts): Uint8Array | undefined {
    if (!(#bytes in message) || message.#bytesAre === 'given') return undefined;
    message.#bytesAre = 'given';
    return message.#bytes;
  }
}

function withoutData(message: Readouts): Readouts {
  const { type, regionX, regionY, regionWidth, regionHeight, pixelFormat, imageBytes, frames } = message;
  return { type, regionX, regionY, regionWidth, regionHeight, pixelFormat, imageBytes, frames, data: EMPTY_BYTES };
}
