/** out[j] = sum over rows of x[i][j] * factor, rows in order; a tile is 64 columns. */
export function columnSums(tile: i32, scratch: usize, x: usize, rows: i32, columns: i32, factor: f32, out: usize): void {
  const bytes = <usize>columns << 2;
  const end = min((tile + 1) * 64, columns);
  let column = tile * 64;
  for (; column + 8 <= end; column += 8) {
    let low = f32x4.splat(0), high = low;
    let at = x + (<usize>column << 2);
    for (let row = 0; row < rows; row++) {
      low = f32x4.add(low, v128.load(at));
      high = f32x4.add(high, v128.load(at, 16));
      at += bytes;
    }
    v128.store(out + (<usize>column << 2), f32x4.mul(low, f32x4.splat(factor)));
    v128.store(out + (<usize>column << 2), f32x4.mul(high, f32x4.splat(factor)), 16);
  }
  for (; column < end; column++) {
    let sum: f32 = 0;
    let at = x + (<usize>column << 2);
    for (let row = 0; row < rows; row++) {
      sum += load<f32>(at);
      at += bytes;
    }
    store<f32>(out + (<usize>column << 2), sum * factor);
  }
}

/** y += a x; a tile is `tileLength` numbers. */
export function axpy(tile: i32, scratch: usize, a: f32, x: usize, y: usize, count: i32, tileLength: i32): void {
  const end = min((tile + 1) * tileLength, count);
  let i = tile * tileLength;
  for (; i + 4 <= end; i += 4) {
    const at = <usize>i << 2;
    v128.store(y + at, f32x4.add(v128.load(y + at), f32x4.mul(f32x4.splat(a), v128.load(x + at))));
  }
  for (; i < end; i++) {
    const at = <usize>i << 2;
    store<f32>(y + at, load<f32>(y + at) + a * load<f32>(x + at));
  }
}

/** x *= a; a tile is `tileLength` numbers. */
export function scale(tile: i32, scratch: usize, a: f32, x: usize, count: i32, tileLength: i32): void {
  const end = min((tile + 1) * tileLength, count);
  let i = tile * tileLength;
  for (; i + 4 <= end; i += 4) {
    const at = <usize>i << 2;
    v128.store(x + at, f32x4.mul(f32x4.splat(a), v128.load(x + at)));
  }
  for (; i < end; i++) {
    const at = <usize>i << 2;
    store<f32>(x + at, a * load<f32>(x + at));
  }
}

/** out = 1 where x > threshold, -1 where x < -threshold, else 0 (i8); a tile is `tileLength` numbers. */
export function ternarise(
  tile: i32, scratch: usize, x: usize, threshold: f32, count: i32, out: usize, tileLength: i32,
): void {
  const end = min((tile + 1) * tileLength, count);
  for (let i = tile * tileLength; i < end; i++) {
    const value = load<f32>(x + (<usize>i << 2));
    store<i8>(out + <usize>i, <i8>(<i32>(value > threshold) - <i32>(value < -threshold)));
  }
}
