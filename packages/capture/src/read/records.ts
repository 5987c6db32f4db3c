import type { CaptureRecord } from '../format/records.js';
import type { ByteSource } from './byte-source.js';
import { salvage } from './salvage.js';

/** Every record of a capture in the order of the file; damaged parts are left out (ask `verifyCapture` about those). */
export async function* readRecords(source: ByteSource): AsyncGenerator<CaptureRecord> {
  for await (const part of salvage(source)) {
    if (part.type !== 'chunk') continue;
    for (const { record } of part.messages) if (record !== undefined) yield record;
  }
}
