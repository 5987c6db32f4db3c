/**
 * Writes the sums of one strip of `width` pixels, real and then imaginary 32-bit numbers, to the planes. A record of `strips` is four
 * words: strip number, first pixel in the strip that is wanted, how many are, and where they go in a line of output.
 */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function storeStrip(record: usize, sums: usize, width: i32, real: usize, imaginary: usize): void {
  const first = <usize>load<i32>(record, 4), count = load<i32>(record, 8), place = <usize>load<i32>(record, 12);
  const to = place << 2, plane = <usize>width << 2;
  if (count == width) {
    for (let at: usize = 0; at < plane; at += 16) {
      v128.store(real + to + at, v128.load(sums + at));
      v128.store(imaginary + to + at, v128.load(sums + at + plane));
    }
    return;
  }
  memory.copy(real + to, sums + (first << 2), <usize>count << 2);
  memory.copy(imaginary + to, sums + plane + (first << 2), <usize>count << 2);
}

/** Adds eight 16-bit sums to eight 32-bit ones. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function flush8(target: usize, sums: v128): void {
  v128.store(target, i32x4.add(v128.load(target), i32x4.extend_low_i16x8_s(sums)));
  v128.store(target, i32x4.add(v128.load(target, 16), i32x4.extend_high_i16x8_s(sums)), 16);
}
