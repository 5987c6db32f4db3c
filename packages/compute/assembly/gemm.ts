// C = A B in f32: A and B are copied into panels (4 rows of A, 8 columns of B side by side for each k), and a register
// tile of 4 x 8 sums runs along k. Sums start anew every BLOCK steps of k and are added to C in order: that order is the
// definition of the result, and src/linear/gemm.reference.ts follows it in plain TypeScript, bit for bit.

const BLOCK: i32 = 256;
const PANELS_A_TILE: i32 = 8;

/** Copies four lines side by side: out[along][0..3]; lines from `valid` on are zero. Strides in bytes. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function packFour(source: usize, across: usize, along: usize, valid: i32, length: i32, out: usize, step: usize): void {
  let position = 0;
  if (valid >= 4 && across == 4) {
    for (; position < length; position++) {
      v128.store(out, v128.load(source));
      source += along;
      out += step;
    }
    return;
  }
  if (valid >= 4 && along == 4) {
    const second = source + across, third = second + across, fourth = third + across;
    let offset: usize = 0;
    for (; position + 4 <= length; position += 4) {
      const a = v128.load(source + offset), b = v128.load(second + offset);
      const c = v128.load(third + offset), d = v128.load(fourth + offset);
      const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5), ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const cd01 = v128.shuffle<i32>(c, d, 0, 4, 1, 5), cd23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      v128.store(out, v128.shuffle<i64>(ab01, cd01, 0, 2));
      v128.store(out + step, v128.shuffle<i64>(ab01, cd01, 1, 3));
      v128.store(out + 2 * step, v128.shuffle<i64>(ab23, cd23, 0, 2));
      v128.store(out + 3 * step, v128.shuffle<i64>(ab23, cd23, 1, 3));
      offset += 16;
      out += 4 * step;
    }
    source += offset;
  }
  for (; position < length; position++) {
    for (let line = 0; line < 4; line++) {
      store<f32>(out + (<usize>line << 2), line < valid ? load<f32>(source + <usize>line * across) : 0);
    }
    source += along;
    out += step;
  }
}

/**
 * Packs a matrix of `lines` lines of `length` numbers into panels of `width` (4 or 8) lines. A tile is eight panels.
 * `across` and `along` are the distances in numbers between lines and within a line.
 */
export function packPanels(
  tile: i32, scratch: usize,
  source: usize, across: i32, along: i32, lines: i32, length: i32, width: i32, out: usize,
): void {
  const panels = (lines + width - 1) / width;
  const end = min((tile + 1) * PANELS_A_TILE, panels);
  const step = <usize>width << 2;
  for (let panel = tile * PANELS_A_TILE; panel < end; panel++) {
    const target = out + <usize>panel * <usize>length * step;
    for (let half = 0; half < width; half += 4) {
      const line = panel * width + half;
      const from = source + ((<usize>line * <usize>across) << 2);
      packFour(from, <usize>across << 2, <usize>along << 2, lines - line, length, target + (<usize>half << 2), step);
    }
  }
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function store8(target: usize, low: v128, high: v128, accumulate: bool): void {
  if (accumulate) {
    low = f32x4.add(v128.load(target), low);
    high = f32x4.add(v128.load(target, 16), high);
  }
  v128.store(target, low);
  v128.store(target, high, 16);
}

/** 4 x 8 products summed over `length` steps of k, stored or added at `c`; `stride` is C's row in bytes. */
function multiply4x8(length: i32, a: usize, b: usize, c: usize, stride: usize, accumulate: bool): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  const end = b + (<usize>length << 5);
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(x, b0));
    c01 = f32x4.add(c01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(x, b0));
    c11 = f32x4.add(c11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(x, b0));
    c21 = f32x4.add(c21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(x, b0));
    c31 = f32x4.add(c31, f32x4.mul(x, b1));
    a += 16;
    b += 32;
  }
  store8(c, c00, c01, accumulate);
  store8(c + stride, c10, c11, accumulate);
  store8(c + 2 * stride, c20, c21, accumulate);
  store8(c + 3 * stride, c30, c31, accumulate);
}

/**
 * One tile of C, `tileRows` (a multiple of 4) by `tileColumns` (a multiple of 8), from panels. `stride` is C's row in
 * numbers; tiles are counted along the rows of C.
 */
export function multiplyTile(
  tile: i32, scratch: usize,
  a: usize, b: usize, rows: i32, columns: i32, length: i32, c: usize, stride: i32, accumulate: i32,
  tileRows: i32, tileColumns: i32,
): void {
  const across = (columns + tileColumns - 1) / tileColumns;
  const firstRow = (tile / across) * tileRows, firstColumn = (tile % across) * tileColumns;
  const endRow = min(firstRow + tileRows, rows), endColumn = min(firstColumn + tileColumns, columns);
  const rowBytes = <usize>stride << 2;
  for (let k = 0; k < length; k += BLOCK) {
    const count = min(BLOCK, length - k);
    const add = (accumulate | k) != 0;
    for (let column = firstColumn; column < endColumn; column += 8) {
      const panelB = b + ((<usize>column * <usize>length + ((<usize>k) << 3)) << 2);
      for (let row = firstRow; row < endRow; row += 4) {
        const panelA = a + ((<usize>row * <usize>length + ((<usize>k) << 2)) << 2);
        const target = c + (<usize>row * rowBytes) + (<usize>column << 2);
        if (row + 4 <= endRow && column + 8 <= endColumn) {
          multiply4x8(count, panelA, panelB, target, rowBytes, add);
          continue;
        }
        multiply4x8(count, panelA, panelB, scratch, 32, false);
        for (let r = 0; r < min(4, endRow - row); r++) {
          for (let s = 0; s < min(8, endColumn - column); s++) {
            const value = load<f32>(scratch + ((<usize>r << 5) + (<usize>s << 2)));
            const cell = target + <usize>r * rowBytes + (<usize>s << 2);
            store<f32>(cell, add ? load<f32>(cell) + value : value);
          }
        }
      }
    }
  }
}
