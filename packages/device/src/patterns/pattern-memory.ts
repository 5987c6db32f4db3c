/** Memory that is kept for patterns to come, bytes. */
const MOST_SPARE_BYTES = 32 * 2 ** 20;

/**
 * Copies of patterns whose bytes were borrowed, in memory that is used again and again: new memory of the size of a pattern
 * costs the operating system more than the copy.
 */
export class PatternMemory {
  #spare: Uint8Array[] = [];
  /** Patterns in this memory that are in use. */
  readonly #used = new WeakSet<Uint8Array>();
  #patternBytes = 0;

  /** A copy of the pattern, to be given back by `release`. */
  keep(pattern: Uint8Array): Uint8Array {
    if (pattern.length !== this.#patternBytes) {
      this.#patternBytes = pattern.length;
      this.#spare = [];
    }
    // Another view each time: who compares patterns by identity sees another pattern.
    const memory = this.#spare.pop()?.subarray() ?? new Uint8Array(pattern.length);
    memory.set(pattern);
    this.#used.add(memory);
    return memory;
  }

  /** Nobody looks at the pattern any more. One that was not made by `keep` is left alone. */
  release(pattern: Uint8Array): void {
    if (!this.#used.delete(pattern)) return;
    const most = MOST_SPARE_BYTES / this.#patternBytes;
    if (pattern.length === this.#patternBytes && this.#spare.length < most) this.#spare.push(pattern);
  }
}
