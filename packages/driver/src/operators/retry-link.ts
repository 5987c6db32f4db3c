import { isOpuError, OpuError } from '@opu/core';
import { asyncScheduler, type MonoTypeOperatorFunction, retry, type SchedulerLike, throwError, timer } from 'rxjs';

export interface RetryLinkOptions {
  /** How often it is tried again after errors that follow each other; a value starts the count anew. */
  readonly count: number;
  /** Pause before the first further try, milliseconds; each further one is twice as long. 100 by default. */
  readonly delay?: number;
  /** Longest pause, milliseconds. 10 000 by default. */
  readonly longestDelay?: number;
  /** Called before each further try, with its number from 1. */
  readonly onRetry?: (error: OpuError, attempt: number) => void;
  readonly scheduler?: SchedulerLike;
}

/**
 * Subscribes again after errors that another try may mend: a link that was lost or could not be opened, or a device that
 * is busy. Everything else is passed on at once. A stream of readouts is read once, and a device whose link was given up
 * stays closed, so put what is to be tried again into `defer`: opening the device included.
 */
export function retryLink<T>(options: RetryLinkOptions): MonoTypeOperatorFunction<T> {
  const { count, delay = 100, longestDelay = 10_000, onRetry, scheduler = asyncScheduler } = options;
  if (!Number.isInteger(count) || count < 0) {
    throw new OpuError('INVALID_ARGUMENT', `retryLink takes a whole number of tries of 0 or more; got ${count}.`);
  }
  return retry({
    count,
    resetOnSuccess: true,
    delay: (error: unknown, attempt) => {
      if (!isOpuError(error) || !isWorthAnotherTry(error)) return throwError(() => error);
      onRetry?.(error, attempt);
      return timer(Math.min(delay * 2 ** (attempt - 1), longestDelay), scheduler);
    },
  });
}

/** By code: an error may come from another copy of the package, and then has no methods that this one knows. */
function isWorthAnotherTry({ code }: OpuError): boolean {
  return ['LINK_UNAVAILABLE', 'LINK_LOST', 'LINK_CORRUPT', 'TIMEOUT', 'DEVICE_BUSY'].includes(code);
}
