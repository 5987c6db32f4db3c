// Fourier transform of four columns of f32 at a time. The points of the four lie in cells of 32 bytes: four real parts, then four
// imaginary ones. The transform is Stockham's self-sorting one, radix 4 and a last radix 2 where n is no power of 4. Its first two
// stages are done together, sixteen points at a time, and leave sixteen transforms of n / 16 points, small enough for a first-level
// cache: `first16` and `finish`.

export const CELL: usize = 32;

/** Bytes of one of the sixteen rows that `first16` leaves; two cells more than are needed keep rows out of each other's cache sets. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function rowBytes(n: i32): usize {
  return (<usize>(n >> 4) + 2) * CELL;
}

/** Bytes that a transform needs beside its input: sixteen rows, four spare ones and the sixteen points under way. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function workBytes(n: i32): usize {
  return 20 * rowBytes(n) + 16 * CELL;
}

/**
 * A radix-4 butterfly of cells `jump` apart to cells `step` apart; the results but the first are turned by the table's entries
 * number k, 2 k and 3 k.
 */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function butterfly(
  from: usize, jump: usize, to: usize, step: usize,
  turn: bool, c1: v128, s1: v128, c2: v128, s2: v128, c3: v128, s3: v128,
): void {
  const b = from + jump, c = b + jump, d = c + jump;
  const ar = v128.load(from), ai = v128.load(from, 16), cr = v128.load(c), ci = v128.load(c, 16);
  const evenR = f32x4.add(ar, cr), evenI = f32x4.add(ai, ci), oddR = f32x4.sub(ar, cr), oddI = f32x4.sub(ai, ci);
  const br = v128.load(b), bi = v128.load(b, 16), dr = v128.load(d), di = v128.load(d, 16);
  const sumR = f32x4.add(br, dr), sumI = f32x4.add(bi, di), difR = f32x4.sub(br, dr), difI = f32x4.sub(bi, di);
  v128.store(to, f32x4.add(evenR, sumR));
  v128.store(to, f32x4.add(evenI, sumI), 16);
  // odd -+ i dif
  storeTurned(to + step, f32x4.add(oddR, difI), f32x4.sub(oddI, difR), turn, c1, s1);
  storeTurned(to + 2 * step, f32x4.sub(evenR, sumR), f32x4.sub(evenI, sumI), turn, c2, s2);
  storeTurned(to + 3 * step, f32x4.sub(oddR, difI), f32x4.add(oddI, difR), turn, c3, s3);
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function storeTurned(to: usize, re: v128, im: v128, turn: bool, c: v128, s: v128): void {
  v128.store(to, turn ? f32x4.sub(f32x4.mul(re, c), f32x4.mul(im, s)) : re);
  v128.store(to, turn ? f32x4.add(f32x4.mul(re, s), f32x4.mul(im, c)) : im, 16);
}

/** One butterfly with its turns, entry number `k` of a table of cosines and, n entries further, sines. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function turnedButterfly(from: usize, jump: usize, to: usize, step: usize, table: usize, sines: usize, k: usize): void {
  const cosine = table + (k << 2), sine = sines + (k << 2);
  butterfly(
    from, jump, to, step, true,
    v128.load32_splat(cosine), v128.load32_splat(sine),
    v128.load32_splat(cosine + (k << 2)), v128.load32_splat(sine + (k << 2)),
    v128.load32_splat(cosine + (k << 3)), v128.load32_splat(sine + (k << 3)),
  );
}

/** The first two stages of n points at `cells`: point q + 16 p of what they leave goes to cell p of row q. */
export function first16(cells: usize, n: i32, table: usize, rows: usize, points: usize): void {
  const sines = table + (<usize>n << 2);
  const sixteenth = <usize>(n >> 4), jump = sixteenth * 4 * CELL, row = rowBytes(n);
  for (let p: usize = 0; p < sixteenth; p++) {
    const from = cells + p * CELL;
    for (let j: usize = 0; j < 4; j++) {
      const at = p + j * sixteenth;
      turnedButterfly(cells + at * CELL, jump, points + j * 4 * CELL, CELL, table, sines, at);
    }
    const to = rows + p * CELL;
    for (let q: usize = 0; q < 4; q++) {
      turnedButterfly(points + q * CELL, 4 * CELL, to + q * row, 4 * row, table, sines, 4 * p);
    }
  }
}

/** Stages of one row: `length` points `stride` cells apart, as many transforms interleaved, from x to y. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function stage4(x: usize, y: usize, length: i32, stride: i32, n: i32, table: usize): void {
  const sines = table + (<usize>n << 2);
  const quarter = <usize>(length >> 2), step = <usize>stride * CELL, jump = quarter * step;
  const zero = f32x4.splat(0);
  for (let at: usize = 0; at < step; at += CELL) {
    butterfly(x + at, jump, y + at, step, false, zero, zero, zero, zero, zero, zero);
  }
  for (let p: usize = 1; p < quarter; p++) {
    const k = p * <usize>stride << 4;
    const cosine = table + (k << 2), sine = sines + (k << 2);
    const c1 = v128.load32_splat(cosine), s1 = v128.load32_splat(sine);
    const c2 = v128.load32_splat(cosine + (k << 2)), s2 = v128.load32_splat(sine + (k << 2));
    const c3 = v128.load32_splat(cosine + (k << 3)), s3 = v128.load32_splat(sine + (k << 3));
    const from = x + p * step, to = y + 4 * p * step;
    for (let at: usize = 0; at < step; at += CELL) {
      butterfly(from + at, jump, to + at, step, true, c1, s1, c2, s2, c3, s3);
    }
  }
}

/** The last stage where n is no power of 4: points half the cells apart. */
function stage2(x: usize, y: usize, stride: i32): void {
  const half = <usize>stride * CELL;
  for (let at: usize = 0; at < half; at += 16) {
    const a = v128.load(x + at), b = v128.load(x + half + at);
    v128.store(y + at, f32x4.add(a, b));
    v128.store(y + half + at, f32x4.sub(a, b));
  }
}

/** The rest of a transform in row x, with room at y; returns where the result is: cell t of row q is point q + 16 t. */
export function finish(x: usize, y: usize, n: i32, table: usize): usize {
  let length = n >> 4, stride = 1;
  while (length >= 4) {
    stage4(x, y, length, stride, n, table);
    const swap = x;
    x = y;
    y = swap;
    length >>= 2;
    stride <<= 2;
  }
  if (length == 2) {
    stage2(x, y, stride);
    return y;
  }
  return x;
}

/**
 * Writes four finished rows, `count` cells each, four numbers of one column side by side: those of cell t go to `to` + t x
 * `step`, and `lane` bytes further for every column.
 */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function storeTransposed(a: usize, b: usize, c: usize, d: usize, count: usize, to: usize, lane: usize, step: usize): void {
  for (let t: usize = 0; t < count; t++) {
    const at = t * CELL;
    const va = v128.load(a + at), vb = v128.load(b + at), vc = v128.load(c + at), vd = v128.load(d + at);
    const ab01 = v128.shuffle<i32>(va, vb, 0, 4, 1, 5), ab23 = v128.shuffle<i32>(va, vb, 2, 6, 3, 7);
    const cd01 = v128.shuffle<i32>(vc, vd, 0, 4, 1, 5), cd23 = v128.shuffle<i32>(vc, vd, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(ab01, cd01, 0, 2));
    v128.store(to + lane, v128.shuffle<i64>(ab01, cd01, 1, 3));
    v128.store(to + 2 * lane, v128.shuffle<i64>(ab23, cd23, 0, 2));
    v128.store(to + 3 * lane, v128.shuffle<i64>(ab23, cd23, 1, 3));
    to += step;
  }
}

/**
 * Transforms the four columns of n cells and writes them as rows: points 4 j ... 4 j + 3 of a column go to real + j x `quad`, and
 * `lane` bytes further for every column; imaginary parts alike.
 */
export function transformColumns(
  cells: usize, n: i32, table: usize, work: usize, real: usize, imaginary: usize, lane: usize, quad: usize,
): void {
  const row = rowBytes(n), count = <usize>(n >> 4);
  const spare = work + 16 * row;
  first16(cells, n, table, work, spare + 4 * row);
  for (let q: usize = 0; q < 4; q++) {
    const x = work + 4 * q * row;
    const a = finish(x, spare, n, table);
    const b = finish(x + row, spare + row, n, table);
    const c = finish(x + 2 * row, spare + 2 * row, n, table);
    const d = finish(x + 3 * row, spare + 3 * row, n, table);
    storeTransposed(a, b, c, d, count, real + q * quad, lane, 4 * quad);
    storeTransposed(a + 16, b + 16, c + 16, d + 16, count, imaginary + q * quad, lane, 4 * quad);
  }
}
