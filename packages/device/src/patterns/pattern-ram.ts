import type { StoredPattern } from '../source/stored-pattern.js';

/** Patterns that wait to be shown: first in, first out, with a look at any place. */
export class PatternRam {
  #items: (StoredPattern | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(pattern: StoredPattern): void {
    this.#items.push(pattern);
  }

  /** The pattern at `index` places from the oldest one. */
  at(index: number): StoredPattern | undefined {
    return this.#items[this.#head + index];
  }

  shift(): StoredPattern | undefined {
    const first = this.#items[this.#head];
    if (first === undefined) return undefined;
    this.#items[this.#head] = undefined;
    this.#head++;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return first;
  }

  /** Throws all patterns away and returns them. */
  clear(): StoredPattern[] {
    const thrown = this.#items.slice(this.#head) as StoredPattern[];
    this.#items = [];
    this.#head = 0;
    return thrown;
  }
}
