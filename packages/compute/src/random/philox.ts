const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;

/**
 * Philox4x32-10: a bijection of 128-bit counters chosen by a 64-bit key; counters 0, 1, 2 ... give independent blocks of
 * four 32-bit numbers. Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
 * Integers alone, so the same on every machine.
 * @param out receives four unsigned 32-bit numbers
 */
export function philox4x32(
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key0: number,
  key1: number,
  out: Uint32Array,
): void {
  let [x0, x1, x2, x3] = [counter0, counter1, counter2, counter3];
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(multiplier0, x0 >>> 0);
    const high1 = multiplyHigh(multiplier1, x2 >>> 0);
    const low0 = Math.imul(multiplier0, x0);
    const low1 = Math.imul(multiplier1, x2);
    x0 = high1 ^ x1 ^ k0;
    x1 = low1;
    x2 = high0 ^ x3 ^ k1;
    x3 = low0;
    k0 = (k0 + weyl0) | 0;
    k1 = (k1 + weyl1) | 0;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

/** Upper half of the 64-bit product of two unsigned 32-bit numbers; every intermediate is an exact double. */
function multiplyHigh(a: number, b: number): number {
  const carry = Math.floor((a * (b & 0xffff)) / 65536);
  return Math.floor((a * (b >>> 16) + carry) / 65536) | 0;
}
