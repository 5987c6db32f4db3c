/** Codes of the SDK's errors that this package can raise. */
export type ComputeErrorCode = 'INVALID_ARGUMENT' | 'INVALID_STATE' | 'NOT_SUPPORTED' | 'BUG';

/**
 * An error of this package, recognised by `isOpuError` of @opu/protocol through its name and code: compute imports
 * nothing of the SDK.
 */
export class ComputeError extends Error {
  override readonly name = 'OpuError';
  readonly code: ComputeErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ComputeErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }

  get blame(): 'caller' | 'bug' {
    return this.code === 'BUG' ? 'bug' : 'caller';
  }
}

/** Throws INVALID_ARGUMENT unless `value` is an integer in [low, high]. */
export function requireInteger(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new ComputeError('INVALID_ARGUMENT', `${name} is ${value}; it must be an integer from ${low} to ${high}`, {
    name,
    value,
    low,
    high,
  });
}
