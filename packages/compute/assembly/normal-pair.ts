// Pairs of normal numbers, four at a time, by Box and Muller (1958): two hashes give a radius and an angle. Polynomials are
// minimax fits (Lawson iteration); src/camera/normal-pair.ts is the same in plain TypeScript.

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
function step(sum: v128, x: v128, coefficient: f32): v128 {
  return f32x4.add(f32x4.mul(sum, x), f32x4.splat(coefficient));
}

/** Radius sqrt(-2 ln u) of u = (upper 31 bits + 1/2) / 2^31; a signed conversion is one instruction, an unsigned one many. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function radius4(bits: v128): v128 {
  const whole = f32x4.convert_i32x4_s(i32x4.shr_u(bits, 1));
  const x = f32x4.mul(f32x4.add(whole, f32x4.splat(0.5)), f32x4.splat(4.656612873077393e-10));
  // x = 2^e m with m from sqrt(1/2) to sqrt 2: the subtracted constant is the bit pattern of sqrt(1/2)
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const exponent = i32x4.shr_s(shifted, 23);
  const m = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(m, f32x4.splat(1));
  let p = step(f32x4.splat(0.0870043591564371), f, -0.14267486970805823);
  p = step(p, f, 0.14914767876970325);
  p = step(p, f, -0.1657758467311048);
  p = step(p, f, 0.19963063803993367);
  p = step(p, f, -0.2500133703770592);
  p = step(p, f, 0.33333910737174355);
  const square = f32x4.mul(f, f);
  const tail = f32x4.mul(square, f32x4.sub(f32x4.mul(f, p), f32x4.splat(0.5)));
  const powers = f32x4.mul(f32x4.convert_i32x4_s(exponent), f32x4.splat(0.6931471805599453));
  const logarithm = f32x4.add(powers, f32x4.add(f, tail));
  return f32x4.sqrt(f32x4.mul(f32x4.splat(-2), logarithm));
}

/** x = 4 / pi times an angle from -pi/4 to pi/4, from the upper 30 bits. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function angle4(bits: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shl(bits, 2)), f32x4.splat(4.656612873077393e-10));
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function sine4(x: v128): v128 {
  const t = f32x4.mul(x, x);
  let p = step(f32x4.splat(-3.5950452246202624e-5), t, 2.490001024017594e-3);
  p = step(p, t, -8.074543252914962e-2);
  p = step(p, t, 0.7853981608541695);
  return f32x4.mul(x, p);
}

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function cosine4(x: v128): v128 {
  const t = f32x4.mul(x, x);
  let p = step(f32x4.splat(3.5313346519368303e-6), t, -3.2594200794263013e-4);
  p = step(p, t, 1.5854327751872392e-2);
  p = step(p, t, -0.3084251358383707);
  return step(p, t, 1);
}

/** All lanes' bit 30 as a mask: swaps sine and cosine, which makes half circles of quarter circles. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function swapMask(bits: v128): v128 {
  return i32x4.shr_s(i32x4.shl(bits, 1), 31);
}

/** All lanes' bit 31, the sign of an f32: the other half of the circle. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function signBit(bits: v128): v128 {
  return v128.and(bits, i32x4.splat(0x80000000));
}
