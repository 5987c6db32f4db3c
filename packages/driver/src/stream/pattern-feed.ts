import { OpuError } from '@opu/core';
import type { Observable } from 'rxjs';
import type { PatternSource } from '../api/opu-device.js';
import type { ObservableBuffer } from '../api/stream-options.js';
import { ObservableFeed } from './observable-feed.js';
import type { PatternFeed, Pulled } from './pattern-feed-types.js';

/**
 * @param lookAhead whether an asynchronous source is asked for the next pattern before the one at hand is handed on, so
 * that the last one is known as such. A source that waits for a pattern's readout before it gives the next must not be.
 */
export function openPatternFeed(
  source: PatternSource,
  lookAhead: boolean,
  patternBytes = 1,
  buffer: ObservableBuffer = {},
): PatternFeed {
  if (isObservable(source)) return new ObservableFeed(source, patternBytes, buffer);
  if (Symbol.asyncIterator in source) return new AsyncFeed(source[Symbol.asyncIterator](), lookAhead);
  if (Symbol.iterator in source) return new SyncFeed(source[Symbol.iterator]());
  throw new OpuError(
    'INVALID_ARGUMENT',
    'Patterns must come as an iterable, an asynchronous iterable or an Observable of bytes.',
  );
}

function isObservable(source: PatternSource): source is Observable<Uint8Array> {
  return typeof (source as { subscribe?: unknown }).subscribe === 'function';
}

class SyncFeed implements PatternFeed {
  readonly dropped = 0;
  readonly #iterator: Iterator<Uint8Array>;
  #ahead: IteratorResult<Uint8Array> | undefined;
  #isPulling = false;
  #isCancelled = false;
  cancelError: { readonly error: unknown } | undefined;

  constructor(iterator: Iterator<Uint8Array>) {
    this.#iterator = iterator;
  }

  pull(limit: number): Pulled {
    const patterns: Uint8Array[] = [];
    this.#ahead ??= this.#next();
    while (!this.#isCancelled && this.#ahead.done !== true && patterns.length < limit) {
      patterns.push(this.#ahead.value);
      this.#ahead = this.#next();
    }
    return { patterns, end: this.#isCancelled || this.#ahead.done === true };
  }

  wait(): Promise<void> {
    return Promise.resolve();
  }

  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    // A generator that ends its own stream is running, and cannot be told to return before it has come back.
    if (!this.#isPulling) this.#return();
  }

  #next(): IteratorResult<Uint8Array> {
    this.#isPulling = true;
    let next: IteratorResult<Uint8Array>;
    try {
      next = this.#iterator.next();
    } finally {
      this.#isPulling = false;
    }
    if (this.#isCancelled && next.done !== true) this.#return();
    return next;
  }

  #return(): void {
    try {
      this.#iterator.return?.();
    } catch (error) {
      this.cancelError = { error };
    }
  }
}

class AsyncFeed implements PatternFeed {
  readonly dropped = 0;
  readonly cancelError = undefined;
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #keep: number;
  #pending: Promise<void> | undefined;
  #arrived: Uint8Array[] = [];
  #done = false;

  constructor(iterator: AsyncIterator<Uint8Array>, lookAhead: boolean) {
    this.#iterator = iterator;
    this.#keep = lookAhead ? 1 : 0;
  }

  pull(limit: number): Pulled | undefined {
    const ready = this.#done ? this.#arrived.length : this.#arrived.length - this.#keep;
    if (ready <= 0) return this.#done ? { patterns: [], end: true } : undefined;
    const patterns = this.#arrived.splice(0, Math.min(limit, ready));
    return { patterns, end: this.#done && this.#arrived.length === 0 };
  }

  wait(): Promise<void> {
    this.#pending ??= this.#next().then(
      (result) => {
        this.#pending = undefined;
        if (result.done === true) this.#done = true;
        else this.#arrived.push(result.value);
      },
      (error: unknown) => {
        this.#pending = undefined;
        this.#done = true;
        throw error;
      },
    );
    return this.#pending;
  }

  cancel(): void {
    this.#done = true;
    // A generator that is waiting inside may never come to an end; its outcome is nobody's business any more.
    this.#return().catch(() => {});
  }

  /** Asynchronous iterators of users may throw at once instead of rejecting. */
  async #next(): Promise<IteratorResult<Uint8Array>> {
    return this.#iterator.next();
  }

  async #return(): Promise<void> {
    await this.#iterator.return?.();
  }
}
