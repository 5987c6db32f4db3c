/** Patterns pulled from a source. `end` is true when nothing follows; it may be told late, with no patterns at all. */
export interface Pulled {
  readonly patterns: readonly Uint8Array[];
  readonly end: boolean;
}

/**
 * A source of patterns that is pulled: the same for iterables, asynchronous iterables and observables. A source is code of the
 * user's: it may end the very stream that is pulling it, and nothing that it throws while it is told to end leaves `cancel`.
 */
export interface PatternFeed {
  /** Patterns of an Observable that were thrown away. */
  readonly dropped: number;
  /** What the source threw when it was told that no more is wanted. */
  readonly cancelError: { readonly error: unknown } | undefined;
  /** Up to `limit` (at least 1) patterns that are there at once; nothing when the next one is still to come. */
  pull(limit: number): Pulled | undefined;
  /** Resolves when `pull` has something new to say; rejects with the source's error. Ask after `pull` returned nothing. */
  wait(): Promise<void>;
  /** Tells the source that no more is wanted. */
  cancel(): void;
}
