/** What to do with a pattern message. */
export type PatternVerdict =
  /** Take the patterns from `skip` on: they are new and next in order. */
  | { readonly kind: 'take'; readonly skip: number }
  /** Everything in it was taken before: a repetition. */
  | { readonly kind: 'repetition' }
  /** Patterns before it are missing; `ask` when they have not been asked for yet. */
  | { readonly kind: 'gap'; readonly from: number; readonly count: number; readonly ask: boolean }
  /** It goes beyond the credit that was given. */
  | { readonly kind: 'beyond-credit' };

/**
 * The receiving end of the pattern window: takes every pattern once and in order, asks for what is missing, and knows
 * how far the host may send. Ids count patterns since the device was switched on and never wrap.
 */
export class PatternReceiver {
  readonly #announceEvery: number;
  #slots: number;
  #expected = 0;
  #left = 0;
  #announced = 0;
  #announcedLimit: number;
  #askedFor = -1;

  /** @param slots patterns that fit in pattern RAM (`Nram`) */
  constructor(slots: number) {
    this.#slots = slots;
    this.#announceEvery = Math.max(1, slots >> 2);
    this.#announcedLimit = slots;
  }

  /** Id of the next pattern that is taken; all below were. */
  get expected(): number {
    return this.#expected;
  }

  /** Pattern ids below this have room; credit is never taken back. */
  get limit(): number {
    return Math.max(this.#announcedLimit, this.#left + this.#slots);
  }

  /** Patterns in RAM. */
  get held(): number {
    return this.#expected - this.#left;
  }

  /** @param count may be 0: a question for the credit, which counts as a repetition */
  judge(first: number, count: number): PatternVerdict {
    const end = first + count;
    if (end <= this.#expected) return { kind: 'repetition' };
    if (first > this.#expected) {
      const ask = this.#askedFor !== this.#expected;
      this.#askedFor = this.#expected;
      return { kind: 'gap', from: this.#expected, count: first - this.#expected, ask };
    }
    if (end > this.limit) return { kind: 'beyond-credit' };
    return { kind: 'take', skip: this.#expected - first };
  }

  /** Patterns below `end` are in RAM now. True when that is enough news for a credit message that costs something. */
  taken(end: number): boolean {
    this.#expected = end;
    this.#askedFor = -1;
    return end - this.#announced >= this.#announceEvery;
  }

  /** A new connection asks again for what an earlier one asked for in vain. */
  reconnect(): void {
    this.#askedFor = -1;
  }

  /** Patterns left RAM (shown, thrown away). True when that is enough news for a credit message. */
  leave(count: number): boolean {
    this.#left = Math.min(this.#left + count, this.#expected);
    return this.#left + this.#slots - this.#announcedLimit >= this.#announceEvery;
  }

  /** All patterns in RAM are thrown away. */
  clear(): void {
    this.#left = this.#expected;
  }

  /** Slots that stored sequences take are not on offer any more. */
  resize(slots: number): void {
    this.#slots = slots;
  }

  /** The credit to send now. */
  announce(): { readonly nextPatternId: number; readonly creditLimit: number } {
    this.#announcedLimit = this.limit;
    this.#announced = this.#expected;
    return { nextPatternId: this.#expected, creditLimit: this.#announcedLimit };
  }
}
