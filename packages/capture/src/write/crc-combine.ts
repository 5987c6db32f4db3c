const POLYNOMIAL = 0xedb88320;
const REMEMBERED = 64;

/** A matrix of bits by its columns. */
type Operator = Uint32Array;

/** Operators by the length that they append, because lengths of frames repeat. */
const operators = new Map<number, Operator>();

/**
 * CRC-32 of `a` followed by `b`, from the CRCs of both and the length of `b`: what `b` was read for once need not be read
 * again. Appending zeros is linear over GF(2): a 32 x 32 matrix of bits, squared for each bit of the length (M. Adler,
 * zlib's crc32_combine).
 */
export function combineCrc32(a: number, b: number, lengthOfB: number): number {
  if (lengthOfB === 0) return a;
  let operator = operators.get(lengthOfB);
  if (operator === undefined) {
    operator = zeros(lengthOfB);
    operators.set(lengthOfB, operator);
    if (operators.size > REMEMBERED) operators.delete(operators.keys().next().value!);
  }
  return (apply(operator, a) ^ b) >>> 0;
}

/** The operator that appends so many zero bytes. */
function zeros(length: number): Operator {
  // One zero bit, then squared three times: one zero byte.
  let square: Operator = new Uint32Array(32);
  square[0] = POLYNOMIAL;
  for (let n = 1; n < 32; n++) square[n] = 1 << (n - 1);
  for (let n = 0; n < 3; n++) square = multiply(square, square);
  let result: Operator | undefined;
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = result === undefined ? square : multiply(square, result);
    if (rest > 1) square = multiply(square, square);
  }
  return result!;
}

function multiply(a: Operator, b: Operator): Operator {
  return b.map((column) => apply(a, column));
}

function apply(matrix: Operator, vector: number): number {
  let sum = 0;
  for (let n = 0; vector !== 0; n++, vector >>>= 1) if (vector & 1) sum ^= matrix[n]!;
  return sum >>> 0;
}
