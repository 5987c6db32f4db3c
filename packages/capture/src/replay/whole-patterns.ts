import {
  type ConfigureReply,
  expandPatterns,
  messageType,
  type Patterns,
  patternEncoding,
  type Refused,
  refused,
  type StoreSequence,
} from '@opu/protocol';
import type { RecordedLimits } from '../format/records.js';

/** What a device must be able to for an encoding of patterns; bits are for all. */
const encodingFeatures: ReadonlyMap<number, string> = new Map([
  [patternEncoding.ROWS, 'row-patterns'],
  [patternEncoding.RUN_LENGTH, 'run-length-patterns'],
]);

/**
 * The patterns of a message as whole ones, in the layout that stands; or why the recorded device would not take them.
 * @param before the pattern before the first one, which rows go on from
 */
export function wholePatterns(
  message: Patterns | StoreSequence,
  before: Uint8Array | undefined,
  { macroColumns, macroRows, patternBytes }: ConfigureReply,
  limits: RecordedLimits,
): readonly Uint8Array[] | Refused {
  const { encoding, type } = message;
  const feature = encodingFeatures.get(encoding);
  if (feature !== undefined && !limits.features.includes(feature)) {
    return refused('NOT_SUPPORTED', `The recorded device takes no patterns of encoding ${encoding} (${feature}).`);
  }
  const raw = macroColumns === 0 && macroRows === 0;
  const columns = raw ? limits.modulator.width : macroColumns;
  const rows = raw ? limits.modulator.height : macroRows;
  const expanded = expandPatterns(message, { columns, rows, patternBytes }, before);
  if (expanded.ok) return expanded.patterns;
  const { field, value, bound, text } = expanded;
  return { ...refused('OUT_OF_RANGE', text), requestType: messageType[type], field, value, bound };
}
