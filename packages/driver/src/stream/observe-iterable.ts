import { Observable, type Observer, Subscriber, type Subscription } from 'rxjs';

/**
 * An asynchronous iterable as an Observable whose policy is to wait: the next value is asked for when the observer has taken the
 * one before. Leaving it ends the iteration at once, not with the next value.
 * @param iterate is called for each subscriber; its signal fires when the subscriber has left
 */
export function observeIterable<T>(iterate: (left: AbortSignal) => AsyncIterable<T>): Observable<T> {
  return new GuardedObservable<T>((subscriber) => {
    const left = new AbortController();
    const pull = async (): Promise<void> => {
      for await (const value of iterate(left.signal)) {
        if (subscriber.closed) return;
        subscriber.next(value);
        if (subscriber.closed) return;
      }
      subscriber.complete();
    };
    pull().catch((error: unknown) => subscriber.error(error));
    return () => left.abort();
  });
}

/**
 * An observer of its own that throws is left, and told of its error. RxJS would go on calling it, and throw the error where only the
 * end of the process hears it.
 */
class GuardedObservable<T> extends Observable<T> {
  override subscribe(observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null): Subscription {
    // Operators subscribe with subscribers, and deal with errors themselves.
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext);
    const observer = typeof observerOrNext === 'function' ? { next: observerOrNext } : (observerOrNext ?? {});
    let isLeft = false;
    const failed = (error: unknown): void => {
      if (observer.error === undefined) console.warn('An observer of readouts threw and hears no more:', error);
      else observer.error(error);
    };
    const subscription: Subscription = super.subscribe({
      next: (value) => {
        if (isLeft) return;
        try {
          observer.next?.(value);
        } catch (error) {
          isLeft = true;
          // The first value may come while `subscribe` is still at work.
          queueMicrotask(() => subscription.unsubscribe());
          failed(error);
        }
      },
      error: (error: unknown) => {
        if (!isLeft) failed(error);
      },
      complete: () => {
        if (!isLeft) observer.complete?.();
      },
    });
    return subscription;
  }
}
