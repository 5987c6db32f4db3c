/** The polynomial of CRC-32C, reflected: bit 31 is x^0. */
const POLYNOMIAL = 0x82f63b78;
const KEPT = 16;

/** a x b modulo the polynomial of CRC-32C, all reflected. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0x8000_0000; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= b;
    b = (b & 1) !== 0 ? (b >>> 1) ^ POLYNOMIAL : b >>> 1;
  }
  return product;
}

/** x^(8 bytes) modulo the polynomial. */
function powerOf(bytes: number): number {
  let result = 0x8000_0000;
  let square = 0x0080_0000;
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(square, result);
    square = multiply(square, square);
  }
  return result;
}

/** What a CRC becomes by `bytes` zeros behind it, by the CRC's bytes: 4 tables of 256. */
function tablesFor(bytes: number): Int32Array {
  const power = powerOf(bytes);
  const tables = new Int32Array(4 * 256);
  for (let i = 0; i < tables.length; i++) tables[i] = multiply(power, (i & 0xff) << (8 * (i >> 8)));
  return tables;
}

const kept = new Map<number, Int32Array>();

/**
 * CRC-32C of two stretches of bytes after each other, from the CRC of each: `second` is over `secondBytes` bytes and was begun
 * anew, not gone on from `first`. The mathematics are those of Mark Adler's `crc32_combine` in zlib. Tables are kept for the
 * lengths that were asked for last.
 */
export function combineCrc32c(first: number, second: number, secondBytes: number): number {
  let t = kept.get(secondBytes);
  if (t === undefined) {
    t = tablesFor(secondBytes);
    if (kept.size >= KEPT) kept.clear();
    kept.set(secondBytes, t);
  }
  const shifted =
    t[first & 0xff]! ^
    t[0x100 | ((first >>> 8) & 0xff)]! ^
    t[0x200 | ((first >>> 16) & 0xff)]! ^
    t[0x300 | (first >>> 24)]!;
  return (shifted ^ second) >>> 0;
}
