import { patternEncoding } from '../../generated/enums.js';

/** How many values a pattern has, and the bytes that they fill. */
export interface PatternGrid {
  readonly columns: number;
  readonly rows: number;
  readonly patternBytes: number;
}

/** Patterns as a message carries them. */
export interface WrittenPatterns {
  readonly encoding: number;
  readonly count: number;
  readonly patternBytes: number;
  readonly firstRow: number;
  readonly rowCount: number;
  readonly data: Uint8Array;
}

/** Whole patterns, or what is wrong with the message: the field, its value, and what is allowed. */
export type ExpandedPatterns =
  | { readonly ok: true; readonly patterns: readonly Uint8Array[] }
  | {
      readonly ok: false;
      readonly field: string;
      readonly value: number;
      readonly bound: number;
      readonly text: string;
    };

/**
 * Turns the patterns of a message into whole ones, `layout.patternBytes` each. Patterns written as bits are views on the
 * message's data.
 * @param before the pattern before the first one, which `ROWS` goes on from; every mirror off when there is none
 */
export function expandPatterns(
  written: WrittenPatterns,
  layout: PatternGrid,
  before: Uint8Array | undefined,
): ExpandedPatterns {
  if (written.patternBytes !== layout.patternBytes) {
    return wrong('patternBytes', written.patternBytes, layout.patternBytes, 'a pattern in the present layout has');
  }
  switch (written.encoding) {
    case patternEncoding.BITS:
      return decodeBits(written);
    case patternEncoding.ROWS:
      return decodeRows(written, layout, before);
    case patternEncoding.RUN_LENGTH:
      return decodeRunLength(written);
    default:
      return wrong('encoding', written.encoding, patternEncoding.RUN_LENGTH, 'the largest encoding is number');
  }
}

function wrong(field: string, value: number, bound: number, what: string): ExpandedPatterns {
  return { ok: false, field, value, bound, text: `${field} is ${value}; ${what} ${bound}.` };
}

function decodeBits({ count, patternBytes, data }: WrittenPatterns): ExpandedPatterns {
  const needed = count * patternBytes;
  if (data.length !== needed) return wrong('data', data.length, needed, `${count} patterns have bytes:`);
  const patterns = new Array<Uint8Array>(count);
  for (let i = 0; i < count; i++) patterns[i] = data.subarray(i * patternBytes, (i + 1) * patternBytes);
  return { ok: true, patterns };
}

function decodeRows(written: WrittenPatterns, layout: PatternGrid, before: Uint8Array | undefined): ExpandedPatterns {
  const { count, patternBytes, firstRow, rowCount, data } = written;
  if (firstRow >= layout.rows) return wrong('firstRow', firstRow, layout.rows - 1, 'the last row is');
  if (rowCount < 1 || firstRow + rowCount > layout.rows) {
    return wrong('rowCount', rowCount, layout.rows - firstRow, 'rows from there on:');
  }
  const bits = rowCount * layout.columns;
  const bytes = Math.ceil(bits / 8);
  if (data.length !== count * bytes) return wrong('data', data.length, count * bytes, `${count} patterns have bytes:`);
  const patterns: Uint8Array[] = [];
  let previous = before ?? new Uint8Array(patternBytes);
  for (let i = 0; i < count; i++) {
    const pattern = new Uint8Array(previous);
    copyBits(data, i * bytes, pattern, firstRow * layout.columns, bits);
    patterns.push(pattern);
    previous = pattern;
  }
  return { ok: true, patterns };
}

/** Copies `bits` bits from the start of a byte to bit `to` of `target`, most significant bit first. */
function copyBits(source: Uint8Array, at: number, target: Uint8Array, to: number, bits: number): void {
  if ((to & 7) === 0) {
    const whole = bits >> 3;
    target.set(source.subarray(at, at + whole), to >> 3);
    const rest = bits & 7;
    if (rest > 0) {
      const mask = (0xff << (8 - rest)) & 0xff;
      const place = (to >> 3) + whole;
      target[place] = (target[place]! & ~mask) | (source[at + whole]! & mask);
    }
    return;
  }
  for (let i = 0; i < bits; i++) {
    const mask = 0x80 >> ((to + i) & 7);
    const isOn = (source[at + (i >> 3)]! & (0x80 >> (i & 7))) !== 0;
    if (isOn) target[(to + i) >> 3]! |= mask;
    else target[(to + i) >> 3]! &= ~mask;
  }
}

function decodeRunLength({ count, patternBytes, data }: WrittenPatterns): ExpandedPatterns {
  const total = patternBytes * 8;
  // A run takes a byte at least and a pattern one run: so the count is bounded by the data before memory is taken for it.
  if (count > data.length) return wrong('count', count, data.length, 'the data can hold at most');
  const patterns: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; i < count; i++) {
    const pattern = new Uint8Array(patternBytes);
    let bit = 0;
    let on = false;
    while (bit < total) {
      let length = 0;
      let shift = 0;
      let byte: number;
      do {
        if (at >= data.length)
          return wrong('data', data.length, data.length + 1, 'the runs end before the pattern; bytes:');
        byte = data[at++]!;
        length += (byte & 0x7f) * 2 ** shift;
        shift += 7;
      } while ((byte & 0x80) !== 0 && shift < 35);
      if (bit + length > total) return wrong('data', bit + length, total, 'runs of a pattern add up to');
      if (on) setBits(pattern, bit, length);
      bit += length;
      on = !on;
    }
    patterns.push(pattern);
  }
  if (at !== data.length) return wrong('data', data.length, at, 'the runs of all patterns end at byte');
  return { ok: true, patterns };
}

function setBits(pattern: Uint8Array, from: number, length: number): void {
  const end = from + length;
  let bit = from;
  for (; bit < end && (bit & 7) !== 0; bit++) pattern[bit >> 3]! |= 0x80 >> (bit & 7);
  const wholeEnd = bit + ((end - bit) & ~7);
  pattern.fill(0xff, bit >> 3, wholeEnd >> 3);
  for (bit = wholeEnd; bit < end; bit++) pattern[bit >> 3]! |= 0x80 >> (bit & 7);
}
