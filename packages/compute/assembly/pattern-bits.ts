// What tables of partial sums have to know of bit-packed patterns, most significant bit first.

/** Blocks of a tile. */
const INDEX_TILE: i32 = 64;

/** The 64 bits of a pattern from byte `byte` on, without those of mirrors that do not exist. */
// @ts-ignore: decorator
@inline
function bitsFrom(pattern: usize, patternBytes: i32, mirrors: i32, byte: i32): u64 {
  let word: u64 = 0;
  if (byte + 8 <= patternBytes) {
    word = bswap<u64>(load<u64>(pattern + <usize>byte));
  } else {
    for (let i = byte; i < patternBytes; i++) word |= <u64>load<u8>(pattern + <usize>i) << (56 - 8 * (i - byte));
  }
  const valid = mirrors - byte * 8;
  return valid < 64 ? word & ~(<u64>-1 >> valid) : word;
}

/**
 * Table offsets (u16) of every pattern in every block of `groups` groups of `bits` mirrors: out[block][pattern][group]. A table has
 * 2^bits rows of `rowBytes`. A block has to end within 64 bits of the byte that it begins in. A tile is 64 blocks.
 */
export function groupIndices(
  tile: i32, scratch: usize,
  patterns: usize, patternBytes: i32, count: i32, mirrors: i32,
  bits: i32, groups: i32, rowBytes: i32, blocks: i32, out: usize,
): void {
  const mask = (<u64>1 << bits) - 1;
  const end = min((tile + 1) * INDEX_TILE, blocks);
  for (let block = tile * INDEX_TILE; block < end; block++) {
    const first = block * bits * groups;
    let target = out + ((<usize>block * <usize>count * <usize>groups) << 1);
    for (let pattern = 0; pattern < count; pattern++) {
      const word = bitsFrom(patterns + <usize>pattern * <usize>patternBytes, patternBytes, mirrors, first >> 3);
      let shift = 64 - bits - (first & 7);
      for (let group = 0; group < groups; group++) {
        const row = (group << bits) | <i32>((word >> shift) & mask);
        store<u16>(target, <u16>(row * rowBytes));
        target += 2;
        shift -= bits;
      }
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
