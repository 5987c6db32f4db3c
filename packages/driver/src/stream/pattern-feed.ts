import { OpuError } from '@opu/core';
import type { Observable } from 'rxjs';
import type { PatternSource } from '../api/opu-device.js';

/** Patterns pulled from a source. `end` is true when nothing follows; it may be told late, with no patterns at all. */
export interface Pulled {
  readonly patterns: readonly Uint8Array[];
  readonly end: boolean;
}

/** A source of patterns that is pulled: the same for iterables, asynchronous iterables and observables. */
export interface PatternFeed {
  /** Up to `limit` (at least 1) patterns that are there at once; nothing when the next one is still to come. */
  pull(limit: number): Pulled | undefined;
  /** Resolves when `pull` has something new to say; rejects with the source's error. Ask after `pull` returned nothing. */
  wait(): Promise<void>;
  /** Tells the source that no more is wanted. */
  cancel(): void;
}

/**
 * @param lookAhead whether an asynchronous source is asked for the next pattern before the one at hand is handed on, so
 * that the last one is known as such. A source that waits for a pattern's readout before it gives the next must not be.
 */
export function openPatternFeed(source: PatternSource, lookAhead: boolean): PatternFeed {
  if (isObservable(source)) return new ObservableFeed(source);
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
  readonly #iterator: Iterator<Uint8Array>;
  #ahead: IteratorResult<Uint8Array> | undefined;

  constructor(iterator: Iterator<Uint8Array>) {
    this.#iterator = iterator;
  }

  pull(limit: number): Pulled {
    const patterns: Uint8Array[] = [];
    let next = (this.#ahead ??= this.#iterator.next());
    while (next.done !== true && patterns.length < limit) {
      patterns.push(next.value);
      next = this.#iterator.next();
    }
    this.#ahead = next;
    return { patterns, end: next.done === true };
  }

  wait(): Promise<void> {
    return Promise.resolve();
  }

  cancel(): void {
    this.#iterator.return?.();
  }
}

class AsyncFeed implements PatternFeed {
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
    this.#pending ??= Promise.resolve(this.#iterator.next()).then(
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
    void Promise.resolve(this.#iterator.return?.()).catch(() => {});
  }
}

/** An Observable cannot be told to wait: what it emits before there is room is kept here. */
class ObservableFeed implements PatternFeed {
  readonly #subscription: { unsubscribe(): void };
  #queue: Uint8Array[] = [];
  #done = false;
  #error: { readonly value: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(source: Observable<Uint8Array>) {
    this.#subscription = source.subscribe({
      next: (pattern) => {
        this.#queue.push(pattern);
        this.#wake?.();
      },
      error: (value: unknown) => {
        this.#error = { value };
        this.#wake?.();
      },
      complete: () => {
        this.#done = true;
        this.#wake?.();
      },
    });
  }

  pull(limit: number): Pulled | undefined {
    if (this.#error !== undefined || (this.#queue.length === 0 && !this.#done)) return undefined;
    const patterns = this.#queue.slice(0, limit);
    this.#queue = this.#queue.slice(limit);
    return { patterns, end: this.#done && this.#queue.length === 0 };
  }

  async wait(): Promise<void> {
    for (;;) {
      if (this.#error !== undefined) throw this.#error.value;
      if (this.#queue.length > 0 || this.#done) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  cancel(): void {
    this.#done = true;
    this.#subscription.unsubscribe();
    this.#wake?.();
  }
}
