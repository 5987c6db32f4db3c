import { crc32 } from 'node:zlib';
import { OpuError } from '@opu/core';
import type { ByteSource } from './byte-source.js';
import type { Damage } from './damage.js';
import { whyNoCapture } from './no-capture.js';
import { salvage } from './salvage.js';
import {
  CUT_OFF,
  DamageError,
  FOOTER_LENGTH,
  hasMagic,
  MAGIC_LENGTH,
  parseSingle,
  readFooter,
  readRecord,
} from './scan.js';

export interface VerifyReport {
  readonly ok: boolean;
  /** False when the file has no end: the recording was cut off, and `recover` makes a whole file of it. */
  readonly complete: boolean;
  readonly bytes: number;
  readonly chunks: number;
  readonly messages: number;
  readonly frames: number;
  readonly damage: readonly Damage[];
}

/**
 * Reads a capture from end to end and checks every CRC in it: each record's own, each chunk's, the data section's and
 * the summary's. Together they cover every byte of the file, so that a single flipped one is found.
 * @throws OpuError INVALID_FILE when the file is no MCAP file at all, or cannot be read
 */
export async function verifyCapture(source: ByteSource): Promise<VerifyReport> {
  const damage: Damage[] = [];
  const note = (error: unknown, offset: number): void => {
    if (!(error instanceof OpuError)) throw error;
    damage.push({ offset: error instanceof DamageError ? error.offset : offset, message: error.message });
  };
  const why = await whyNoCapture(source);
  const noCapture = (): OpuError => new OpuError('INVALID_FILE', `${source.name} ${why}`);
  if (!(await hasMagic(source, 0))) {
    // What ends like a capture is one whose beginning is damaged.
    if ((await readFooter(source)) === undefined) throw noCapture();
    damage.push({ offset: 0, message: 'The file does not begin as an MCAP file does.' });
  }
  let known = 0;
  const counts = { chunks: 0, messages: 0, frames: 0 };
  let dataCrc = crc32(await source.read(0, Math.min(MAGIC_LENGTH, source.size)));
  let cutAt = source.size;
  let complete = false;
  let summaryStart: number | undefined;
  const parts = salvage(source, ({ bytes }) => {
    dataCrc = crc32(bytes, dataCrc);
  });
  for await (const part of parts) {
    // What the file begins with was looked at above, and a file that just ends is said to be cut below.
    if (part.type === 'damage') {
      if (part.damage.message === CUT_OFF) cutAt = part.damage.offset;
      else if (part.damage.offset > 0) damage.push(part.damage);
    }
    if (part.type === 'chunk') {
      counts.chunks += 1;
      for (const { record } of part.messages) {
        counts.messages += 1;
        if (record !== undefined) known += 1;
        if (record?.kind === 'readout') counts.frames += 1;
      }
    }
    if (part.type !== 'end') continue;
    const { raw } = part;
    const end = parseSingle(raw);
    summaryStart = raw.offset + raw.bytes.length;
    complete = damage.length === 0;
    if (complete && (end.type !== 'DataEnd' || end.dataSectionCrc !== dataCrc)) {
      complete = false;
      damage.push({ offset: raw.offset, message: 'The CRC over the data section does not fit its bytes.' });
    }
  }
  if (why !== undefined && known === 0) throw noCapture();
  if (summaryStart === undefined && damage.length === 0) {
    damage.push({ offset: cutAt, message: CUT_OFF });
  }
  if (summaryStart !== undefined) {
    try {
      await checkSummary(source, summaryStart);
    } catch (error) {
      complete = false;
      note(error, summaryStart);
    }
  }
  return { ok: damage.length === 0, complete, bytes: source.size, ...counts, damage };
}

async function checkSummary(source: ByteSource, start: number): Promise<void> {
  const footer = await readFooter(source);
  if (footer === undefined || footer.summaryStart !== start) {
    throw new DamageError(start, 'The end of the file (summary and footer) is missing or damaged.');
  }
  const end = source.size - MAGIC_LENGTH;
  let crc = 0;
  for (let at = start; at < end - 4; ) {
    const length = Math.min(1 << 20, end - 4 - at);
    crc = crc32(await source.read(at, length), crc);
    at += length;
  }
  if (crc !== footer.summaryCrc) {
    throw new DamageError(start, 'The CRC over the summary does not fit its bytes.');
  }
  for (let at = start; at < end - FOOTER_LENGTH; ) {
    const raw = (await readRecord(source, at))!;
    parseSingle(raw);
    at += raw.bytes.length;
  }
}
