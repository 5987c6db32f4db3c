import { OpuError } from '@opu/core';

/** Throws INVALID_ARGUMENT unless `value` is an integer in [low, high]. */
export function requireInteger(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new OpuError('INVALID_ARGUMENT', `${name} is ${value}; it must be an integer from ${low} to ${high}`, {
    details: { name, value, low, high },
  });
}
