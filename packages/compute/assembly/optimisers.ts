// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function sgdStep(w: v128, g: v128, v: v128, rate: f32, momentum: f32, decay: f32, velocityAt: usize, lane: bool): v128 {
  const gradient = f32x4.add(g, f32x4.mul(f32x4.splat(decay), w));
  const velocity = f32x4.add(f32x4.mul(f32x4.splat(momentum), v), gradient);
  if (lane) v128.store_lane<f32>(velocityAt, velocity, 0);
  else v128.store(velocityAt, velocity);
  return f32x4.sub(w, f32x4.mul(f32x4.splat(rate), velocity));
}

/** velocity = momentum velocity + (gradient + decay w); w -= rate velocity. A tile is `tileLength` numbers. */
export function sgdMomentum(
  tile: i32, scratch: usize,
  weights: usize, gradient: usize, velocity: usize, count: i32, rate: f32, momentum: f32, decay: f32, tileLength: i32,
): void {
  const end = min((tile + 1) * tileLength, count);
  let i = tile * tileLength;
  for (; i + 4 <= end; i += 4) {
    const at = <usize>i << 2;
    const w = v128.load(weights + at), g = v128.load(gradient + at), v = v128.load(velocity + at);
    v128.store(weights + at, sgdStep(w, g, v, rate, momentum, decay, velocity + at, false));
  }
  for (; i < end; i++) {
    const at = <usize>i << 2;
    const w = v128.load32_zero(weights + at), g = v128.load32_zero(gradient + at), v = v128.load32_zero(velocity + at);
    v128.store_lane<f32>(weights + at, sgdStep(w, g, v, rate, momentum, decay, velocity + at, true), 0);
  }
}

/**
 * Adam (Kingma and Ba 2015): m = b1 m + (1-b1) g, v = b2 v + (1-b2) g^2, w -= rate m / (sqrt(v) correction + epsilon).
 * The caller folds the bias corrections of this step into `rate` and `correction`. A tile is `tileLength` numbers.
 */
export function adam(
  tile: i32, scratch: usize,
  weights: usize, gradient: usize, first: usize, second: usize, count: i32,
  rate: f32, beta1: f32, beta2: f32, rest1: f32, rest2: f32, correction: f32, epsilon: f32, decay: f32, tileLength: i32,
): void {
  const end = min((tile + 1) * tileLength, count);
  let i = tile * tileLength;
  while (i < end) {
    const whole = i + 4 <= end;
    const at = <usize>i << 2;
    let w: v128, g: v128, m: v128, v: v128;
    if (whole) {
      w = v128.load(weights + at);
      g = v128.load(gradient + at);
      m = v128.load(first + at);
      v = v128.load(second + at);
    } else {
      w = v128.load32_zero(weights + at);
      g = v128.load32_zero(gradient + at);
      m = v128.load32_zero(first + at);
      v = v128.load32_zero(second + at);
    }
    g = f32x4.add(g, f32x4.mul(f32x4.splat(decay), w));
    m = f32x4.add(f32x4.mul(f32x4.splat(beta1), m), f32x4.mul(f32x4.splat(rest1), g));
    v = f32x4.add(f32x4.mul(f32x4.splat(beta2), v), f32x4.mul(f32x4.splat(rest2), f32x4.mul(g, g)));
    const root = f32x4.add(f32x4.mul(f32x4.sqrt(v), f32x4.splat(correction)), f32x4.splat(epsilon));
    w = f32x4.sub(w, f32x4.mul(f32x4.splat(rate), f32x4.div(m, root)));
    if (whole) {
      v128.store(weights + at, w);
      v128.store(first + at, m);
      v128.store(second + at, v);
      i += 4;
    } else {
      v128.store_lane<f32>(weights + at, w, 0);
      v128.store_lane<f32>(first + at, m, 0);
      v128.store_lane<f32>(second + at, v, 0);
      i += 1;
    }
  }
}
