import { OpuError, type Ticks } from '@opu/core';

/**
 * Ticks that one byte takes on a link, as a fraction of integers: a rate such as 0.1 has no exact double, and a tick too
 * many would be a wrong tick.
 */
export interface TicksPerByte {
  readonly numerator: number;
  readonly denominator: number;
}

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/** The fraction in its lowest terms. @throws OpuError INVALID_ARGUMENT when it is negative or its terms exceed 2^53 */
export function ticksPerByte(numerator: bigint, denominator: bigint): TicksPerByte {
  if (numerator < 0n || denominator <= 0n) {
    throw new OpuError('INVALID_ARGUMENT', `A byte takes 0 ticks or more; got ${numerator}/${denominator}.`);
  }
  let a = numerator;
  let b = denominator;
  while (b !== 0n) [a, b] = [b, a % b];
  const [n, d] = [numerator / a, denominator / a];
  if (n > LARGEST || d > LARGEST) {
    throw new OpuError('INVALID_ARGUMENT', `${n}/${d} ticks a byte cannot be computed exactly: use fewer digits.`);
  }
  return { numerator: Number(n), denominator: Number(d) };
}

/** Reads a decimal number (`0.25`, `1e-2`) or a fraction (`1/3`), exactly. @throws OpuError INVALID_ARGUMENT */
export function parseTicksPerByte(text: string): TicksPerByte {
  const match = /^(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,2}))?(?:\/(\d+))?$/i.exec(text.trim());
  if (match === null || (match[4] !== undefined && /^0+$/.test(match[4]))) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `'${text}' is no number of ticks a byte; it must be a number of 0 or more, such as 0.25 or 1/3.`,
    );
  }
  const [, whole = '0', fraction = '', exponent = '0', divisor = '1'] = match;
  const shift = Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const scale = 10n ** BigInt(Math.abs(shift));
  return shift >= 0 ? ticksPerByte(digits * scale, BigInt(divisor)) : ticksPerByte(digits, BigInt(divisor) * scale);
}

/** `X`: ceil(bytes x ticks per byte), exactly. @throws OpuError INVALID_ARGUMENT above 2^53 ticks */
export function transmitTicks(bytes: number, { numerator, denominator }: TicksPerByte): Ticks {
  const product = bytes * numerator;
  if (Number.isSafeInteger(product)) {
    const over = product % denominator;
    return (product - over) / denominator + (over > 0 ? 1 : 0);
  }
  const [n, d] = [BigInt(bytes) * BigInt(numerator), BigInt(denominator)];
  const ticks = Number((n + d - 1n) / d);
  if (!Number.isSafeInteger(ticks)) {
    throw new OpuError('INVALID_ARGUMENT', `Sending ${bytes} bytes would take more than 2^53 ticks on this link.`);
  }
  return ticks;
}
