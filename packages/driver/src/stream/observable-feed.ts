import { OpuError } from '@opu/core';
import type { Observable } from 'rxjs';
import type { ObservableBuffer } from '../api/stream-options.js';
import type { PatternFeed, Pulled } from './pattern-feed-types.js';
import { PatternQueue } from './pattern-queue.js';

const DEFAULT_BYTES = 64 * 2 ** 20;
const LEAST_PATTERNS = 1024;

/** An Observable cannot be told to wait: what it emits before there is room is kept here, up to a bound. */
export class ObservableFeed implements PatternFeed {
  readonly #queue = new PatternQueue();
  readonly #bound: number;
  readonly #drops: boolean;
  #subscription: { unsubscribe(): void } | undefined;
  #dropped = 0;
  #done = false;
  #error: { readonly value: unknown } | undefined;
  #wake: (() => void) | undefined;
  cancelError: { readonly error: unknown } | undefined;

  constructor(source: Observable<Uint8Array>, patternBytes: number, buffer: ObservableBuffer) {
    this.#bound = buffer.patterns ?? Math.max(LEAST_PATTERNS, Math.floor(DEFAULT_BYTES / patternBytes));
    this.#drops = buffer.whenFull === 'drop';
    if (!Number.isInteger(this.#bound) || this.#bound < 1) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `buffer.patterns is ${this.#bound}; it must be a whole number of 1 or more.`,
      );
    }
    this.#subscription = source.subscribe({
      next: (pattern) => this.#take(pattern),
      error: (value: unknown) => this.#fail(value),
      complete: () => {
        this.#done = true;
        this.#wake?.();
      },
    });
    // A source that overflowed while it was subscribed to could not be let go of yet.
    if (this.#error !== undefined) this.#unsubscribe();
  }

  get dropped(): number {
    return this.#dropped;
  }

  pull(limit: number): Pulled | undefined {
    if (this.#error !== undefined || (this.#queue.length === 0 && !this.#done)) return undefined;
    const patterns = this.#queue.take(limit);
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
    this.#unsubscribe();
    this.#wake?.();
  }

  #take(pattern: Uint8Array): void {
    if (this.#done || this.#error !== undefined) return;
    if (this.#queue.length < this.#bound) {
      this.#queue.push(pattern);
      this.#wake?.();
    } else if (this.#drops) this.#dropped++;
    else {
      this.#fail(
        new OpuError(
          'SOURCE_OVERFLOW',
          `The Observable emitted more patterns than the device took: ${this.#bound} wait already, and one more came. Slow it down, ` +
            "give an (asynchronous) iterable, which is pulled, or choose stream's buffer: { patterns, whenFull: 'drop' }.",
          { details: { patterns: this.#bound } },
        ),
      );
      this.#unsubscribe();
    }
  }

  #fail(value: unknown): void {
    this.#error ??= { value };
    this.#wake?.();
  }

  #unsubscribe(): void {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    try {
      subscription?.unsubscribe();
    } catch (error) {
      this.cancelError = { error };
    }
  }
}
