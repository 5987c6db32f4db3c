/** Patterns in the order of arrival; taking costs the same however many wait. */
export class PatternQueue {
  #items: (Uint8Array | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(pattern: Uint8Array): void {
    this.#items.push(pattern);
  }

  /** Up to `limit` of the oldest. */
  take(limit: number): Uint8Array[] {
    const end = this.#head + Math.min(limit, this.length);
    const taken = this.#items.slice(this.#head, end) as Uint8Array[];
    // What was taken is let go of at once; the list itself shrinks now and then.
    this.#items.fill(undefined, this.#head, end);
    this.#head = end;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }
}
