import { OpuError } from '@opu/core';
import { CAPTURE_PROFILE } from '../write/capture-writer.js';
import type { ByteSource } from './byte-source.js';
import { DamageError, hasMagic, MAGIC_LENGTH, parseSingle, readRecord } from './scan.js';

/** A file with less has no room for more than a header. */
const SMALLEST = 64;

/**
 * Why a file is not one that a recorder wrote, in words that follow its name: it is empty, something else, or the MCAP
 * file of another program. Undefined when it is a capture, whole or not, as far as its beginning says.
 */
export async function whyNoCapture(source: ByteSource): Promise<string | undefined> {
  if (source.size === 0) return 'is empty: nothing was recorded in it.';
  if (!(await hasMagic(source, 0))) {
    const head = await source.read(0, Math.min(64, source.size));
    const isText = head.every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13));
    return `is no capture: it does not begin as an MCAP file does${isText ? ', it looks like text' : ''}.`;
  }
  try {
    const raw = await readRecord(source, MAGIC_LENGTH);
    if (raw === undefined) return 'is no capture: it ends where the header of one would begin.';
    const header = parseSingle(raw);
    if (header.type !== 'Header' || header.profile === CAPTURE_PROFILE) return undefined;
    const writer = header.library === '' ? '' : `, written by ${header.library}`;
    return `is an MCAP file (profile "${header.profile}"${writer}), but no capture of an OPU: their profile is "${CAPTURE_PROFILE}".`;
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    return source.size < SMALLEST ? 'is no capture: it ends within its header.' : undefined;
  }
}

/** What is thrown where a file holds nothing of a capture. */
export async function noCapture(source: ByteSource, otherwise: string): Promise<OpuError> {
  return new OpuError('INVALID_FILE', `${source.name} ${(await whyNoCapture(source)) ?? otherwise}`);
}
