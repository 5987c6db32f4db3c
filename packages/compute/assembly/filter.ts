// A small filter over planes of integer field sums: src/filter/filter-sums.reference.ts is the same in plain TypeScript.

/**
 * One row (a tile) of out[y][x] = scale * sum over dy, dx of kernel[dy][dx] * sums[y + dy][x + dx], f32, taps in order; taps
 * of 0 are left out.
 */
export function filterSums(
  tile: i32, scratch: usize,
  sums: usize, fullWidth: i32, kernel: usize, side: i32, scale: f32, width: i32, out: usize,
): void {
  const line = <usize>fullWidth << 2;
  const top = sums + <usize>tile * line;
  const to = out + ((<usize>tile * <usize>width) << 2);
  let x = 0;
  for (; x + 16 <= width; x += 16) {
    let a = f32x4.splat(0), b = a, c = a, d = a;
    let taps = kernel;
    for (let dy = 0; dy < side; dy++) {
      let from = top + <usize>dy * line + (<usize>x << 2);
      for (let dx = 0; dx < side; dx++, taps += 4, from += 4) {
        if (load<f32>(taps) == 0) continue;
        const tap = v128.load32_splat(taps);
        a = f32x4.add(a, f32x4.mul(tap, f32x4.convert_i32x4_s(v128.load(from))));
        b = f32x4.add(b, f32x4.mul(tap, f32x4.convert_i32x4_s(v128.load(from, 16))));
        c = f32x4.add(c, f32x4.mul(tap, f32x4.convert_i32x4_s(v128.load(from, 32))));
        d = f32x4.add(d, f32x4.mul(tap, f32x4.convert_i32x4_s(v128.load(from, 48))));
      }
    }
    const factor = f32x4.splat(scale);
    const at = to + (<usize>x << 2);
    v128.store(at, f32x4.mul(a, factor));
    v128.store(at, f32x4.mul(b, factor), 16);
    v128.store(at, f32x4.mul(c, factor), 32);
    v128.store(at, f32x4.mul(d, factor), 48);
  }
  for (; x < width; x++) {
    let sum: f32 = 0;
    let taps = kernel;
    for (let dy = 0; dy < side; dy++) {
      let from = top + <usize>dy * line + (<usize>x << 2);
      for (let dx = 0; dx < side; dx++, taps += 4, from += 4) {
        const tap = load<f32>(taps);
        if (tap == 0) continue;
        sum += tap * <f32>load<i32>(from);
      }
    }
    store<f32>(to + (<usize>x << 2), sum * scale);
  }
}
