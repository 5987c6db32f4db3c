// What tables of partial sums have to know of bit-packed patterns, most significant bit first.

/** Blocks of a tile. */
const INDEX_TILE: i32 = 64;
/** Bytes between the parts of patterns that a tile copies; no power of two, which would crowd a few lines of the cache. */
const PART: usize = 520;

/**
 * Copies what a tile takes of each pattern, and zeros past its end: read where they are, patterns are so far apart that every
 * read misses the caches.
 */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function copyParts(patterns: usize, patternBytes: i32, count: i32, first: i32, parts: usize): void {
  const bytes = <usize>min(patternBytes - first, <i32>PART);
  const end = parts + <usize>count * PART;
  for (let from = patterns + <usize>first; parts < end; parts += PART) {
    memory.copy(parts, from, bytes);
    memory.fill(parts + bytes, 0, PART - bytes);
    from += <usize>patternBytes;
  }
}

/** A one in each quarter of a word, and the quarters' numbers. */
const ONES: u64 = 0x0001_0001_0001_0001;
const NUMBERS: u64 = 0x0003_0002_0001_0000;

/** Offsets of a block's rows, whose numbers follow each other from the top of `word`: four tables at a time. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function storeOffsets(word: u64, bits: i32, groups: i32, rowBytes: i32, out: usize): void {
  const below = 64 - bits;
  const tableBytes = <u64>rowBytes << bits;
  const end = out + (<usize>groups << 1);
  let tables = NUMBERS * tableBytes;
  for (; out < end; out += 8) {
    let rows = word >> below;
    word <<= bits;
    rows |= (word >> below) << 16;
    word <<= bits;
    rows |= (word >> below) << 32;
    word <<= bits;
    rows |= (word >> below) << 48;
    word <<= bits;
    store<u64>(out, rows * <u64>rowBytes + tables);
    tables += 4 * ONES * tableBytes;
  }
}

/**
 * Table offsets (u16) of every pattern in every block of `groups` groups of `bits` mirrors: out[block][pattern][group]. A table has
 * 2^bits rows of `rowBytes`, `groups` is a multiple of four, and a block has to end within 64 bits of the byte that it begins in.
 * A tile is 64 blocks, at most 512 bytes of a pattern, of up to 256 patterns.
 */
export function groupIndices(
  tile: i32, scratch: usize,
  patterns: usize, patternBytes: i32, count: i32, mirrors: i32,
  bits: i32, groups: i32, rowBytes: i32, blocks: i32, out: usize,
): void {
  const begin = tile * INDEX_TILE, end = min(begin + INDEX_TILE, blocks);
  const firstByte = (begin * bits * groups) >> 3;
  copyParts(patterns, patternBytes, count, firstByte, scratch);
  let target = out + ((<usize>begin * <usize>count * <usize>groups) << 1);
  for (let block = begin; block < end; block++) {
    const first = block * bits * groups, byte = first >> 3;
    const valid = mirrors - byte * 8, mask = valid < 64 ? ~(<u64>-1 >> valid) : -1;
    let from = scratch + <usize>(byte - firstByte);
    for (let pattern = 0; pattern < count; pattern++) {
      const word = (bswap<u64>(load<u64>(from)) & mask) << (first & 7);
      if (bits == 4) storeOffsets(word, 4, groups, rowBytes, target);
      else if (bits == 5) storeOffsets(word, 5, groups, rowBytes, target);
      else storeOffsets(word, 6, groups, rowBytes, target);
      from += PART;
      target += <usize>groups << 1;
    }
  }
}

/** How many of the first `mirrors` bits of each pattern are set. One tile. */
export function countActive(
  tile: i32, scratch: usize, patterns: usize, patternBytes: i32, count: i32, mirrors: i32, out: usize,
): void {
  const whole = mirrors >> 3;
  for (let pattern = 0; pattern < count; pattern++) {
    const from = patterns + <usize>pattern * <usize>patternBytes;
    let sum = 0, byte = 0;
    for (; byte + 8 <= whole; byte += 8) sum += <i32>popcnt(load<u64>(from + <usize>byte));
    for (; byte < whole; byte++) sum += <i32>popcnt(<u32>load<u8>(from + <usize>byte));
    if (mirrors & 7) sum += <i32>popcnt(<u32>load<u8>(from + <usize>whole) & (0xff00 >> (mirrors & 7)) & 0xff);
    store<i32>(out + (<usize>pattern << 2), sum);
  }
}
