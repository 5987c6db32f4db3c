import { OpuError } from '@opu/core';
import { Observable, type OperatorFunction } from 'rxjs';

/** One of several, and how many were left out since the one before. */
export interface Decimated<T> {
  readonly value: T;
  readonly skippedBefore: number;
}

/** Passes the first of every `every` values on, and says how many it left out: for displays that need not see all. */
export function decimate<T>(every: number): OperatorFunction<T, Decimated<T>> {
  if (!Number.isInteger(every) || every < 1) {
    throw new OpuError('INVALID_ARGUMENT', `decimate takes a whole number of 1 or more; got ${every}.`);
  }
  return (source) =>
    new Observable((subscriber) => {
      let seen = 0;
      return source.subscribe({
        next: (value) => {
          if (seen++ % every === 0) subscriber.next({ value, skippedBefore: seen === 1 ? 0 : every - 1 });
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
