import { tanh4 } from './math';

const TANH: i32 = 1;
const RELU: i32 = 2;

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function activate(x: v128, kind: i32): v128 {
  if (kind == TANH) return tanh4(x);
  if (kind == RELU) return f32x4.max(x, f32x4.splat(0));
  return x;
}

/** In place x = f(x + bias) on rows of `columns` numbers; a tile is `tileRows` rows. */
export function biasActivation(
  tile: i32, scratch: usize, x: usize, bias: usize, rows: i32, columns: i32, kind: i32, tileRows: i32,
): void {
  const end = min((tile + 1) * tileRows, rows);
  for (let row = tile * tileRows; row < end; row++) {
    const line = x + ((<usize>row * <usize>columns) << 2);
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      const at = <usize>column << 2;
      v128.store(line + at, activate(f32x4.add(v128.load(line + at), v128.load(bias + at)), kind));
    }
    for (; column < columns; column++) {
      const at = <usize>column << 2;
      const sum = f32x4.add(v128.load32_zero(line + at), v128.load32_zero(bias + at));
      v128.store_lane<f32>(line + at, activate(sum, kind), 0);
    }
  }
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function backward(delta: v128, output: v128, kind: i32): v128 {
  if (kind == TANH) return f32x4.mul(delta, f32x4.sub(f32x4.splat(1), f32x4.mul(output, output)));
  return v128.and(delta, f32x4.gt(output, f32x4.splat(0)));
}

/** In place delta *= f'(a), from the activation's output f(a); a tile is `tileLength` numbers (a multiple of 4). */
export function activationBackward(
  tile: i32, scratch: usize, delta: usize, output: usize, count: i32, kind: i32, tileLength: i32,
): void {
  const end = min((tile + 1) * tileLength, count);
  let i = tile * tileLength;
  for (; i + 4 <= end; i += 4) {
    const at = <usize>i << 2;
    v128.store(delta + at, backward(v128.load(delta + at), v128.load(output + at), kind));
  }
  for (; i < end; i++) {
    const at = <usize>i << 2;
    v128.store_lane<f32>(delta + at, backward(v128.load32_zero(delta + at), v128.load32_zero(output + at), kind), 0);
  }
}
