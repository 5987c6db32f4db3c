import { OpuError } from '@opu/core';
import { from, Observable, type ObservableInput, type OperatorFunction, type Subscription } from 'rxjs';

export interface BoundedOptions {
  /** Values that may wait while one is worked on. */
  readonly buffer: number;
  /** Called with how many values were dropped so far, each time that one is. */
  readonly onDrop?: (dropped: number) => void;
}

/**
 * Works values off one after the other, like `concatMap`, with a buffer that does not grow: when it is full the oldest
 * value that waits is dropped and counted. For work that is slower than a stream, where the newest readouts count.
 */
export function boundedConcatMap<T, R>(
  work: (value: T) => ObservableInput<R>,
  options: BoundedOptions,
): OperatorFunction<T, R> {
  const { buffer, onDrop } = options;
  if (!Number.isInteger(buffer) || buffer < 1) {
    throw new OpuError('INVALID_ARGUMENT', `The buffer must be a whole number of 1 or more; got ${buffer}.`);
  }
  return (source) =>
    new Observable((subscriber) => {
      const waiting: T[] = [];
      let active: Subscription | undefined;
      let dropped = 0;
      let sourceDone = false;
      const next = (): void => {
        while (active === undefined) {
          if (waiting.length === 0) {
            if (sourceDone) subscriber.complete();
            return;
          }
          start(waiting.shift() as T);
        }
      };
      const start = (value: T): void => {
        let done = false;
        const inner = from(work(value)).subscribe({
          next: (result) => subscriber.next(result),
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            done = true;
            if (active === undefined) return;
            active = undefined;
            next();
          },
        });
        if (!done) active = inner;
      };
      const outer = source.subscribe({
        next: (value) => {
          waiting.push(value);
          if (waiting.length > buffer && active !== undefined) {
            waiting.shift();
            onDrop?.(++dropped);
          }
          next();
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => {
          sourceDone = true;
          next();
        },
      });
      return () => {
        outer.unsubscribe();
        active?.unsubscribe();
      };
    });
}
