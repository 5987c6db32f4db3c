import { OpuError } from '../errors/opu-error.js';

/**
 * A duration or an instant of the sequencer clock, in ticks of 10 ns (100 MHz). Always an integer. A double holds ticks
 * exactly up to 2^53, that is 2.8 years; the wire carries 64 bits.
 */
export type Ticks = number;

/** Length of one tick in nanoseconds. */
export const NANOSECONDS_PER_TICK = 10;

/** Ticks in one millisecond. */
export const TICKS_PER_MILLISECOND = 100_000;

/** Ticks in one second. */
export const TICKS_PER_SECOND = 100_000_000;

/** A duration in nanoseconds becomes ticks by ceil. */
export function ticksFromNanoseconds(nanoseconds: number): Ticks {
  return ceilDecimal(nanoseconds, -1, 'nanoseconds');
}

/** A duration in microseconds becomes ticks by ceil. */
export function ticksFromMicroseconds(microseconds: number): Ticks {
  return ceilDecimal(microseconds, 2, 'microseconds');
}

/** A duration in milliseconds becomes ticks by ceil. */
export function ticksFromMilliseconds(milliseconds: number): Ticks {
  return ceilDecimal(milliseconds, 5, 'milliseconds');
}

/** A duration in seconds becomes ticks by ceil. */
export function ticksFromSeconds(seconds: number): Ticks {
  return ceilDecimal(seconds, 8, 'seconds');
}

export function microsecondsFromTicks(ticks: Ticks): number {
  return ticks / 100;
}

export function secondsFromTicks(ticks: Ticks): number {
  return ticks / TICKS_PER_SECOND;
}

/**
 * ceil(value x 10^power) on the decimal digits that the value prints as, because 0.07 x 100 is 7.000000000000001 in
 * binary and would become a tick too many.
 */
function ceilDecimal(value: number, power: number, unit: string): Ticks {
  if (!Number.isFinite(value) || value < 0) {
    throw new OpuError('INVALID_ARGUMENT', `A duration must be a finite number of ${unit}, 0 or more; got ${value}.`);
  }
  const [mantissa = '0', exponent = '0'] = value.toString().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length + power;
  const scale = 10n ** BigInt(Math.abs(shift));
  const ticks = Number(shift >= 0 ? digits * scale : (digits + scale - 1n) / scale);
  if (!Number.isSafeInteger(ticks)) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `A duration of ${value} ${unit} is more than 2^53 ticks of 10 ns (2.8 years).`,
    );
  }
  return ticks;
}
