import type { Readouts } from '../generated/messages.js';
import { ReadoutRecordList } from '../generated/records.js';

/** A copy of readouts whose bytes and records are borrowed. */
export function ownReadouts(message: Readouts): Readouts {
  const { bytes, start, count, stride } = message.frames;
  // A Buffer's `slice` is a view.
  const records = new Uint8Array(bytes.subarray(start, start + count * stride));
  return { ...message, frames: new ReadoutRecordList(records, 0, count, stride), data: new Uint8Array(message.data) };
}
