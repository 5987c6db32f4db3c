import {
  type ConfigureReply,
  type deviceFeature,
  expandPatterns,
  messageType,
  type Patterns,
  patternEncoding,
  type Refused,
  refused,
  type StoreSequence,
} from '@opu/protocol';
import type { DeviceFacts } from '../source/device-facts.js';
import { patternGrid } from '../source/pattern-layout.js';

/** What a device must be able to for an encoding of patterns; bits are for all. */
const encodingFeatures: ReadonlyMap<number, keyof typeof deviceFeature> = new Map([
  [patternEncoding.ROWS, 'ROW_PATTERNS'],
  [patternEncoding.RUN_LENGTH, 'RUN_LENGTH_PATTERNS'],
]);

/**
 * The patterns of a message as whole ones, in the layout that stands; or why the device does not take them.
 * @param before the pattern before the first one, which rows go on from
 */
export function readPatterns(
  message: Patterns | StoreSequence,
  facts: DeviceFacts,
  configuration: ConfigureReply,
  before: Uint8Array | undefined,
): readonly Uint8Array[] | Refused {
  const { encoding, type } = message;
  const feature = encodingFeatures.get(encoding);
  if (feature !== undefined && !facts.features.includes(feature)) {
    const name = feature.toLowerCase().replaceAll('_', '-');
    return refused('NOT_SUPPORTED', `This device takes no patterns of encoding ${encoding} (${name}).`);
  }
  const expanded = expandPatterns(message, patternGrid(facts, configuration), before);
  if (expanded.ok) return expanded.patterns;
  const { field, value, bound, text } = expanded;
  return { ...refused('OUT_OF_RANGE', text), requestType: messageType[type], field, value, bound };
}
