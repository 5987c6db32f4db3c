/** A stored sequence: patterns that stay in pattern RAM, to be played any number of times in any order. */
export type StoredPatterns = readonly Uint8Array[];

/** The stored sequences of a device. Their patterns take slots of pattern RAM. */
export class StoredSequences {
  readonly #sequences = new Map<number, Uint8Array[]>();
  #patterns = 0;

  /** Patterns in all sequences together. */
  get patternCount(): number {
    return this.#patterns;
  }

  get count(): number {
    return this.#sequences.size;
  }

  get(id: number): StoredPatterns | undefined {
    return this.#sequences.get(id);
  }

  /** Patterns that would be stored if `count` were written from `firstIndex` on. */
  patternCountAfter(id: number, firstIndex: number, count: number): number {
    return this.#patterns - (this.#sequences.get(id)?.length ?? 0) + firstIndex + count;
  }

  /** Writes patterns from `firstIndex` on, at most the sequence's length; what was there from then on is forgotten. */
  store(id: number, firstIndex: number, patterns: readonly Uint8Array[]): void {
    const known = this.#sequences.get(id) ?? [];
    // The patterns are views on what the host sent; a copy does not keep the rest of it in memory for good.
    const sequence = [...known.slice(0, firstIndex), ...patterns.map((pattern) => pattern.slice())];
    this.#patterns += sequence.length - known.length;
    this.#sequences.set(id, sequence);
  }

  /** False when there is no such sequence. */
  erase(id: number): boolean {
    const sequence = this.#sequences.get(id);
    if (sequence === undefined) return false;
    this.#patterns -= sequence.length;
    this.#sequences.delete(id);
    return true;
  }

  eraseAll(): void {
    this.#sequences.clear();
    this.#patterns = 0;
  }
}
