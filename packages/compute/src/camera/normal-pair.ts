/** The camera's random numbers in plain TypeScript: the same roundings as assembly/normal-pair.ts. */
const { fround } = Math;

function horner(coefficients: readonly number[], x: number): number {
  let sum = fround(coefficients[0]!);
  for (let i = 1; i < coefficients.length; i++) sum = fround(fround(sum * x) + fround(coefficients[i]!));
  return sum;
}

const logCoefficients = [
  0.0870043591564371, -0.14267486970805823, 0.14914767876970325, -0.1657758467311048, 0.19963063803993367,
  -0.2500133703770592, 0.33333910737174355,
];
const sineCoefficients = [-3.5950452246202624e-5, 2.490001024017594e-3, -8.074543252914962e-2, 0.7853981608541695];
const cosineCoefficients = [
  3.5313346519368303e-6, -3.2594200794263013e-4, 1.5854327751872392e-2, -0.3084251358383707, 1,
];

const float = new Float32Array(1);
const word = new Int32Array(float.buffer);
const rootHalfBits = 0x3f3504f3;

/** Radius sqrt(-2 ln u) of u = (upper 31 bits + 1/2) / 2^31, u rounded to f32; relative error below 5e-7. */
export function radius(bits: number): number {
  float[0] = fround(fround(fround(bits >>> 1) + 0.5) * fround(2 ** -31));
  const shifted = word[0]! - rootHalfBits;
  const exponent = shifted >> 23;
  word[0] = (shifted & 0x007fffff) + rootHalfBits;
  const f = fround(float[0]! - 1);
  const p = horner(logCoefficients, f);
  const tail = fround(fround(f * f) * fround(fround(f * p) - 0.5));
  const logarithm = fround(fround(exponent * fround(Math.LN2)) + fround(f + tail));
  return fround(Math.sqrt(fround(-2 * logarithm)));
}

/** Two independent normal numbers from two words of random bits. */
export function normalPair(radiusBits: number, directionBits: number): [number, number] {
  const r = directionBits >>> 31 === 1 ? -radius(radiusBits) : radius(radiusBits);
  const x = fround(fround(directionBits << 2) * fround(2 ** -31));
  const t = fround(x * x);
  const sine = fround(x * horner(sineCoefficients, t));
  const cosine = horner(cosineCoefficients, t);
  const swap = ((directionBits >>> 30) & 1) === 1;
  return swap ? [fround(r * sine), fround(r * cosine)] : [fround(r * cosine), fround(r * sine)];
}
