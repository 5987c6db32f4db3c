import { patternEncoding, patternFlag } from '../generated/enums.js';
import { createPatterns, type Patterns, sizePatterns } from '../generated/messages.js';
import type { PatternPart } from './pattern-sender.js';

/** Bytes of a PATTERNS payload besides its patterns, and some for fields of later versions. */
export const PATTERNS_OVERHEAD = sizePatterns(createPatterns()) + 64;

export function patternsMessage(part: PatternPart): Patterns {
  return {
    type: 'PATTERNS',
    firstPatternId: part.firstPatternId,
    count: part.count,
    encoding: patternEncoding.BITS,
    flags: part.last ? patternFlag.LAST : 0,
    patternBytes: part.patternBytes,
    firstRow: 0,
    rowCount: 0,
    data: part.data,
  };
}

/** No patterns at all: a repetition, which the device answers with its credit. */
export function creditQuestion(): Patterns {
  const data = new Uint8Array(0);
  return patternsMessage({ firstPatternId: 0, count: 0, patternBytes: 0, data, last: false });
}
