import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { OpuError } from '@opu/core';
import type { ReadoutRecord } from '../format/records.js';
import type { ByteSource } from '../read/byte-source.js';
import { noCapture } from '../read/no-capture.js';
import { readRecords } from '../read/records.js';
import { fileError } from '../write/byte-sink.js';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** A grey image of 8 or 16 bits as PNG (ISO/IEC 15948), values as they are: 12-bit pixels stay below 4096. */
export function encodePng(image: Pick<ReadoutRecord, 'width' | 'height' | 'format' | 'data'>): Uint8Array {
  const { width, height, format, data } = image;
  if (format === '32FC1') {
    throw new OpuError('NOT_SUPPORTED', 'Images of floats have no PNG; export npz instead.');
  }
  const bytes = format === 'mono16' ? 2 : 1;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8 * bytes;
  // Colour type 0 (grey), deflate, no filter, no interlace: all zero. Each row begins with its filter, none.
  const rows = Buffer.alloc(height * (1 + width * bytes));
  for (let y = 0, at = 0; y < height; y++) {
    at += 1;
    rows.set(data.subarray(y * width * bytes, (y + 1) * width * bytes), at);
    if (bytes === 2) rows.subarray(at, at + width * bytes).swap16();
    at += width * bytes;
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.of()),
  ]);
}

function chunk(name: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(name, 4, 'latin1');
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

export interface PngOptions {
  /** Numbers of the frames to export, both included; all by default. */
  readonly from?: number;
  readonly to?: number;
}

/**
 * Writes frames as `frame-00000042.png` into `folder`.
 * @returns how many
 * @throws OpuError INVALID_FILE when there are no frames, INVALID_ARGUMENT when none is in the range
 */
export async function exportPngs(source: ByteSource, folder: string, options: PngOptions = {}): Promise<number> {
  const { from = 0, to = Number.POSITIVE_INFINITY } = options;
  let count = 0;
  let first: number | undefined;
  let last = 0;
  try {
    for await (const record of readRecords(source)) {
      if (record.kind !== 'readout') continue;
      first ??= record.frame;
      last = record.frame;
      if (record.frame < from || record.frame > to) continue;
      if (count === 0) mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `frame-${String(record.frame).padStart(8, '0')}.png`), encodePng(record));
      count += 1;
    }
  } catch (cause) {
    throw cause instanceof OpuError ? cause : fileError(folder, cause);
  }
  if (first === undefined) throw await noCapture(source, 'holds no frames to export.');
  if (count === 0) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `${source.name} has the frames ${first} to ${last}, none of ${from} to ${to}.`,
    );
  }
  return count;
}
