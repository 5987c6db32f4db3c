import { exp32 } from './math';

// A tile is one head of one sequence. Rows hold Q, K and V side by side (`width` numbers each); a head has `size` of the
// width's columns. Sums over a head's columns run in four lanes that are added at the end, then the columns that are left;
// sums over positions run in order.

/** sum over i < size of a[i] b[i]. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function dot(a: usize, b: usize, size: i32): f32 {
  let lanes = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    const at = <usize>i << 2;
    lanes = f32x4.add(lanes, f32x4.mul(v128.load(a + at), v128.load(b + at)));
  }
  let sum =
    f32x4.extract_lane(lanes, 0) + f32x4.extract_lane(lanes, 1) +
    (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3));
  for (; i < size; i++) sum += load<f32>(a + (<usize>i << 2)) * load<f32>(b + (<usize>i << 2));
  return sum;
}

/** y[i] += a x[i] for i < size. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function addScaled(a: f32, x: usize, y: usize, size: i32): void {
  const factor = f32x4.splat(a);
  let i = 0;
  for (; i + 4 <= size; i += 4) {
    const at = <usize>i << 2;
    v128.store(y + at, f32x4.add(v128.load(y + at), f32x4.mul(factor, v128.load(x + at))));
  }
  for (; i < size; i++) {
    const at = <usize>i << 2;
    store<f32>(y + at, load<f32>(y + at) + a * load<f32>(x + at));
  }
}

/**
 * out = softmax(factor Q K^T) V, each position over itself and those before. `weights` receives the attention of each head of
 * each sequence, [context, context]; what lies above its diagonal is left as it is.
 */
export function attend(
  tile: i32, scratch: usize,
  input: usize, weights: usize, out: usize, context: i32, width: i32, heads: i32, factor: f32,
): void {
  const sequence = tile / heads, head = tile % heads, size = width / heads;
  const rowBytes = (<usize>width << 2) * 3, outBytes = <usize>width << 2, headBytes = <usize>size << 2;
  const q = input + <usize>sequence * <usize>context * rowBytes + <usize>head * headBytes;
  const k = q + outBytes, v = k + outBytes;
  const y = out + <usize>sequence * <usize>context * outBytes + <usize>head * headBytes;
  const w = weights + (<usize>tile * <usize>context * <usize>context << 2);
  for (let row = 0; row < context; row++) {
    const from = q + <usize>row * rowBytes;
    const line = w + (<usize>row * <usize>context << 2);
    let greatest: f32 = -Infinity;
    for (let i = 0; i <= row; i++) {
      const score = dot(from, k + <usize>i * rowBytes, size);
      store<f32>(line + (<usize>i << 2), score);
      greatest = max(greatest, score);
    }
    let sum: f32 = 0;
    for (let i = 0; i <= row; i++) {
      const weight = exp32(factor * (load<f32>(line + (<usize>i << 2)) - greatest));
      store<f32>(line + (<usize>i << 2), weight);
      sum += weight;
    }
    const to = y + <usize>row * outBytes;
    memory.fill(to, 0, headBytes);
    for (let i = 0; i <= row; i++) {
      const weight = load<f32>(line + (<usize>i << 2)) / sum;
      store<f32>(line + (<usize>i << 2), weight);
      addScaled(weight, v + <usize>i * rowBytes, to, size);
    }
  }
}

/** Gradients at Q, K and V from the gradient at what `attend` gave, with the attention that it left. */
export function attendBackward(
  tile: i32, scratch: usize,
  input: usize, weights: usize, outGradient: usize, gradient: usize, context: i32, width: i32, heads: i32, factor: f32,
): void {
  const sequence = tile / heads, head = tile % heads, size = width / heads;
  const rowBytes = (<usize>width << 2) * 3, outBytes = <usize>width << 2, headBytes = <usize>size << 2;
  const place = <usize>sequence * <usize>context * rowBytes + <usize>head * headBytes;
  const q = input + place, k = q + outBytes, v = k + outBytes;
  const dq = gradient + place, dk = dq + outBytes, dv = dk + outBytes;
  const dy = outGradient + <usize>sequence * <usize>context * outBytes + <usize>head * headBytes;
  const w = weights + (<usize>tile * <usize>context * <usize>context << 2);
  for (let row = 0; row < context; row++) {
    const at = <usize>row * rowBytes;
    memory.fill(dq + at, 0, headBytes);
    memory.fill(dk + at, 0, headBytes);
    memory.fill(dv + at, 0, headBytes);
  }
  for (let row = 0; row < context; row++) {
    const line = w + (<usize>row * <usize>context << 2);
    const delta = dy + <usize>row * outBytes;
    const here = <usize>row * rowBytes;
    let sum: f32 = 0;
    for (let i = 0; i <= row; i++) {
      const weight = load<f32>(line + (<usize>i << 2));
      const slope = dot(delta, v + <usize>i * rowBytes, size);
      store<f32>(scratch + (<usize>i << 2), slope);
      sum += weight * slope;
      addScaled(weight, delta, dv + <usize>i * rowBytes, size);
    }
    for (let i = 0; i <= row; i++) {
      const slope = factor * load<f32>(line + (<usize>i << 2)) * (load<f32>(scratch + (<usize>i << 2)) - sum);
      addScaled(slope, k + <usize>i * rowBytes, dq + here, size);
      addScaled(slope, q + here, dk + <usize>i * rowBytes, size);
    }
  }
}
