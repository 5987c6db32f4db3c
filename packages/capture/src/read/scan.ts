import { MCAP_MAGIC, McapStreamReader, type McapTypes, Opcode } from '@mcap/core';
import { OpuError } from '@opu/core';
import type { ByteSource } from './byte-source.js';

export type McapRecord = McapTypes.TypedMcapRecord;

/** One record of the file as it lies there. */
export interface RawRecord {
  readonly opcode: number;
  readonly offset: number;
  /** The whole record: opcode, length, content. */
  readonly bytes: Uint8Array;
}

/** Bytes of a record before its content: opcode and length. */
export const RECORD_PREFIX = 9;

/** No record is longer, and no chunk unpacks to more: anything above is damage, and no memory is taken for it. */
export const LARGEST_RECORD = 128 << 20;

const magic = Uint8Array.from(MCAP_MAGIC);

/** Bytes of a file's beginning, and of its end. */
export const MAGIC_LENGTH = magic.length;

export async function hasMagic(source: ByteSource, offset: number): Promise<boolean> {
  if (offset < 0 || offset + MAGIC_LENGTH > source.size) return false;
  return Buffer.compare(await source.read(offset, MAGIC_LENGTH), magic) === 0;
}

/** The end of the file where a record, or what is left of one, cannot be read. */
export class DamageError extends OpuError {
  readonly offset: number;
  constructor(offset: number, message: string, cause?: unknown) {
    super('INVALID_FILE', message, { details: { offset }, cause });
    this.offset = offset;
  }
}

/**
 * The record at `offset`; undefined at the very end of the file, and where nothing but zeros follows.
 * @throws DamageError when the file ends within the record or its length is out of bounds
 */
export async function readRecord(source: ByteSource, offset: number): Promise<RawRecord | undefined> {
  const left = source.size - offset;
  if (left === 0) return undefined;
  if ((await source.read(offset, 1))[0] === 0 && (await isBlank(source, offset))) return undefined;
  if (left < RECORD_PREFIX) throw new DamageError(offset, `The file ends within a record at byte ${offset}.`);
  const prefix = await source.read(offset, RECORD_PREFIX);
  const length = new DataView(prefix.buffer, prefix.byteOffset).getBigUint64(1, true);
  if (length > BigInt(LARGEST_RECORD)) {
    throw new DamageError(offset, `The record at byte ${offset} says that it has ${length} bytes: it is damaged.`);
  }
  const total = RECORD_PREFIX + Number(length);
  if (total > left) throw new DamageError(offset, `The file ends within a record at byte ${offset}.`);
  return { opcode: prefix[0]!, offset, bytes: await source.read(offset, total) };
}

const LOOK = 1 << 20;

/** Whether nothing but zeros follows: what a recorder has yet to write when it is cut off, or what a disk had not got. */
export async function isBlank(source: ByteSource, offset: number): Promise<boolean> {
  for (let at = offset; at < source.size; at += LOOK) {
    const bytes = await source.read(at, Math.min(LOOK, source.size - at));
    if (bytes.some((byte) => byte !== 0)) return false;
  }
  return true;
}

/** What is said of a file that just ends. */
export const CUT_OFF = 'The file has no end: the recording was cut off.';

/** Parses one whole record that stands by itself (not a chunk, not the footer). */
export function parseSingle(raw: RawRecord): McapRecord {
  const reader = new McapStreamReader({ noMagicPrefix: true });
  try {
    reader.append(raw.bytes);
    const record = reader.nextRecord();
    if (record !== undefined) return record;
  } catch (cause) {
    throw new DamageError(
      raw.offset,
      `The record at byte ${raw.offset} is damaged: ${(cause as Error).message}`,
      cause,
    );
  }
  throw new DamageError(raw.offset, `The record at byte ${raw.offset} is damaged.`);
}

export interface Footer {
  readonly summaryStart: number;
  readonly summaryOffsetStart: number;
  readonly summaryCrc: number;
}

/** Length of the footer record. */
export const FOOTER_LENGTH = RECORD_PREFIX + 20;

/** The footer in the last bytes of the file; undefined when there is none, as in a file that was cut. */
export async function readFooter(source: ByteSource): Promise<Footer | undefined> {
  const offset = source.size - MAGIC_LENGTH - FOOTER_LENGTH;
  if (offset < MAGIC_LENGTH || !(await hasMagic(source, source.size - MAGIC_LENGTH))) return undefined;
  const bytes = await source.read(offset, FOOTER_LENGTH);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint8(0) !== Opcode.FOOTER || view.getBigUint64(1, true) !== 20n) return undefined;
  const summaryStart = Number(view.getBigUint64(9, true));
  const summaryOffsetStart = Number(view.getBigUint64(17, true));
  if (summaryStart > offset || summaryOffsetStart > offset) return undefined;
  return { summaryStart, summaryOffsetStart, summaryCrc: view.getUint32(25, true) };
}
