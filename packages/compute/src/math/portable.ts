/**
 * Elementary functions from + - * / and bit patterns alone: Math.log, Math.exp, Math.sin and Math.cos may differ in the
 * last bit between engines, and what decides bytes must not.
 */
const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
const high = littleEndian ? 1 : 0;

/** Natural logarithm of a positive, normal number; absolute error below 1e-15 + 2e-16 |ln x|. */
export function portableLog(x: number): number {
  float[0] = x;
  let exponent = (words[high]! >>> 20) - 1023;
  words[high] = (words[high]! & 0xfffff) | 0x3ff00000;
  let mantissa = float[0]!;
  if (mantissa > Math.SQRT2) {
    mantissa *= 0.5;
    exponent += 1;
  }
  // ln m = 2 atanh s, s = (m-1)/(m+1), |s| < 0.172: the odd series up to s^23
  const s = (mantissa - 1) / (mantissa + 1);
  const z = s * s;
  let sum = 1 / 23;
  for (let n = 21; n > 0; n -= 2) sum = sum * z + 1 / n;
  return exponent * Math.LN2 + 2 * s * sum;
}

/** exp for |x| < 700; relative error below 1e-15. */
export function portableExp(x: number): number {
  const n = Math.round(x * Math.LOG2E);
  // ln 2 in two parts: n times the first is exact
  const r = x - n * 0.6931471803691238 - n * 1.9082149292705877e-10;
  let sum = 1;
  for (let k = 14; k > 0; k--) sum = 1 + (r / k) * sum;
  float[0] = 1;
  words[high] = (n + 1023) << 20;
  return sum * float[0]!;
}

/** sin(2 pi turns) and cos(2 pi turns) for |turns| < 2^20; absolute error below 1e-15 + 1e-16 |turns|. */
export function portableSinCosTurns(turns: number): { sin: number; cos: number } {
  const quarter = Math.round(turns * 4);
  const x = (turns - quarter / 4) * (2 * Math.PI);
  const z = x * x;
  let sin = 1;
  for (let k = 17; k > 1; k -= 2) sin = 1 - (z / (k * (k - 1))) * sin;
  sin *= x;
  let cos = 1;
  for (let k = 18; k > 0; k -= 2) cos = 1 - (z / (k * (k - 1))) * cos;
  switch (((quarter % 4) + 4) % 4) {
    case 1:
      return { sin: cos, cos: -sin };
    case 2:
      return { sin: -sin, cos: -cos };
    case 3:
      return { sin: -cos, cos: sin };
    default:
      return { sin, cos };
  }
}

/** base^exponent for an integer exponent >= 0, by repeated squaring. */
export function portablePower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
