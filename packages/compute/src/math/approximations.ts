const { fround } = Math;

function horner(coefficients: readonly number[], x: number): number {
  let sum = fround(coefficients[0]!);
  for (let i = 1; i < coefficients.length; i++) sum = fround(fround(sum * x) + fround(coefficients[i]!));
  return sum;
}

const tanhNumerator = [
  1.317752421738022e-8, 2.0481188052917418e-5, 0.0034878111187622036, 0.13374475236812158, 0.9999999771881082,
];
const tanhDenominator = [7.70404689351557e-7, 0.0003272920313500362, 0.025847388818731994, 0.4670778901439116, 1];

/** tanh as the kernels compute it, in f32: x P(x^2) / Q(x^2), relative error below 4e-7. */
export function tanhF32(argument: number): number {
  const x = Math.max(fround(-9.1), Math.min(fround(9.1), argument));
  const u = fround(x * x);
  const y = fround(fround(x * horner(tanhNumerator, u)) / horner(tanhDenominator, u));
  return Math.max(-1, Math.min(1, y));
}

const exp2Coefficients = [
  0.0001534581160152204, 0.0013399931216161837, 0.009618488958611233, 0.05550328776974676, 0.24022646890620197,
  0.6931472057372625, 1,
];

/** exp as the kernels compute it, in f32: 0 below -87, the argument cut at 88, relative error below 3e-7. */
export function expF32(argument: number): number {
  if (argument < -87) return 0;
  const x = Math.min(argument, 88);
  const log2e = fround(Math.LOG2E);
  const n = roundHalfEven(fround(x * log2e));
  const high = fround(x - fround(n * 0.693359375));
  const r = fround(high - fround(n * fround(-0.00021219444005469057)));
  return fround(horner(exp2Coefficients, fround(r * log2e)) * 2 ** n);
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}
