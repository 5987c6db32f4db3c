// Transcendental functions from + - * / alone, so that every machine computes the same bits. The coefficients are minimax
// fits (Lawson iteration); src/math/approximations.ts holds the same formulas in TypeScript, and the tests their errors.

// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function multiplyAdd(x: v128, y: v128, z: f32): v128 {
  return f32x4.add(f32x4.mul(x, y), f32x4.splat(z));
}

/** tanh of four numbers: x P(x^2) / Q(x^2), relative error below 4e-7; the argument is cut at 9.1, where f32 has 1. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function tanh4(argument: v128): v128 {
  const x = f32x4.max(f32x4.splat(-9.1), f32x4.min(f32x4.splat(9.1), argument));
  const u = f32x4.mul(x, x);
  let p = multiplyAdd(f32x4.splat(1.317752421738022e-8), u, 2.0481188052917418e-5);
  p = multiplyAdd(p, u, 3.4878111187622036e-3);
  p = multiplyAdd(p, u, 0.13374475236812158);
  p = multiplyAdd(p, u, 0.9999999771881082);
  let q = multiplyAdd(f32x4.splat(7.70404689351557e-7), u, 3.272920313500362e-4);
  q = multiplyAdd(q, u, 2.5847388818731994e-2);
  q = multiplyAdd(q, u, 0.4670778901439116);
  q = multiplyAdd(q, u, 1);
  const y = f32x4.div(f32x4.mul(x, p), q);
  return f32x4.max(f32x4.splat(-1), f32x4.min(f32x4.splat(1), y));
}

/** exp of an f32, relative error below 3e-7; 0 below -87, the argument is cut at 88. */
export function exp32(argument: f32): f32 {
  if (argument < -87) return 0;
  const x = argument > 88 ? <f32>88 : argument;
  const n = nearest<f32>(x * <f32>1.4426950408889634);
  // ln 2 in two parts: the first has few enough bits that n times it is exact
  const r = (x - n * <f32>0.693359375) - n * <f32>-2.12194440054690583e-4;
  const f = r * <f32>1.4426950408889634;
  let p = <f32>1.534581160152204e-4;
  p = p * f + <f32>1.3399931216161837e-3;
  p = p * f + <f32>9.618488958611233e-3;
  p = p * f + <f32>5.550328776974676e-2;
  p = p * f + <f32>0.24022646890620197;
  p = p * f + <f32>0.6931472057372625;
  p = p * f + <f32>1;
  return p * reinterpret<f32>((<i32>n + 127) << 23);
}

/** Natural logarithm of a positive, normal f64; absolute error below 1e-15 + 2e-16 |ln x|. */
export function log64(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <i32>(bits >> 52) - 1023;
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent += 1;
  }
  // ln m = 2 atanh s, s = (m-1)/(m+1), |s| < 0.172: the odd series up to s^23
  const s = (mantissa - 1) / (mantissa + 1);
  const z = s * s;
  let sum: f64 = 1.0 / 23.0;
  sum = sum * z + 1.0 / 21.0;
  sum = sum * z + 1.0 / 19.0;
  sum = sum * z + 1.0 / 17.0;
  sum = sum * z + 1.0 / 15.0;
  sum = sum * z + 1.0 / 13.0;
  sum = sum * z + 1.0 / 11.0;
  sum = sum * z + 1.0 / 9.0;
  sum = sum * z + 1.0 / 7.0;
  sum = sum * z + 1.0 / 5.0;
  sum = sum * z + 1.0 / 3.0;
  sum = sum * z + 1.0;
  return <f64>exponent * 0.6931471805599453 + 2.0 * s * sum;
}
