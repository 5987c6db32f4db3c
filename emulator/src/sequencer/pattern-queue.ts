/** Where a run takes its patterns from. */
export interface PatternSupply {
  /** True when the next pattern is whole in pattern RAM. */
  readonly ready: boolean;
  /** Id of the next pattern; only while `ready`. */
  readonly nextId: number;
  /** True when the next pattern is the run's last; only while `ready`. */
  readonly nextIsLast: boolean;
  /** Goes on to the pattern after. */
  take(): void;
}

/** Patterns that wait in pattern RAM, first in, first out. A ring that grows when it has to and never shrinks. */
export class PatternQueue implements PatternSupply {
  #ids = new Float64Array(16);
  #last = new Uint8Array(16);
  #head = 0;
  #count = 0;

  get size(): number {
    return this.#count;
  }

  get ready(): boolean {
    return this.#count > 0;
  }

  get nextId(): number {
    return this.#ids[this.#head]!;
  }

  get nextIsLast(): boolean {
    return this.#last[this.#head] === 1;
  }

  add(id: number, last: boolean): void {
    if (this.#count === this.#ids.length) this.#grow();
    const at = (this.#head + this.#count) & (this.#ids.length - 1);
    this.#ids[at] = id;
    this.#last[at] = last ? 1 : 0;
    this.#count++;
  }

  take(): void {
    this.#head = (this.#head + 1) & (this.#ids.length - 1);
    this.#count--;
  }

  clear(): void {
    this.#head = 0;
    this.#count = 0;
  }

  #grow(): void {
    const capacity = this.#ids.length;
    const ids = new Float64Array(2 * capacity);
    const last = new Uint8Array(2 * capacity);
    for (let i = 0; i < this.#count; i++) {
      const from = (this.#head + i) & (capacity - 1);
      ids[i] = this.#ids[from]!;
      last[i] = this.#last[from]!;
    }
    this.#ids = ids;
    this.#last = last;
    this.#head = 0;
  }
}

/** A stored sequence that is played: its patterns stay in pattern RAM and are there from the start. */
export class StoredSequence implements PatternSupply {
  readonly #ids: ArrayLike<number>;
  readonly #repeats: number;
  #at = 0;
  #round = 0;

  /**
   * @param ids patterns in the order in which they are shown, at least one
   * @param repeats how often the whole is played; `Infinity` plays until it is stopped
   */
  constructor(ids: ArrayLike<number>, repeats: number) {
    this.#ids = ids;
    this.#repeats = repeats;
  }

  get ready(): boolean {
    return this.#round < this.#repeats;
  }

  get nextId(): number {
    return this.#ids[this.#at]!;
  }

  get nextIsLast(): boolean {
    return this.#at === this.#ids.length - 1 && this.#round === this.#repeats - 1;
  }

  take(): void {
    this.#at++;
    if (this.#at < this.#ids.length) return;
    this.#at = 0;
    this.#round++;
  }
}
