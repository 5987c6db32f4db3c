/** Seeded pseudo-random numbers for tests (Marsaglia's xorshift, 32 bits): the same on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x2545f491) >>> 0 || 1;
    for (let i = 0; i < 8; i++) this.next();
  }

  /** An integer from 0 to 2^32 - 1. */
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }

  /** An integer from 0 to `limit` - 1. */
  below(limit: number): number {
    return this.next() % limit;
  }

  /** From 0 to 1, which it never is. */
  share(): number {
    return this.next() / 2 ** 32;
  }

  /** True in one of `n` cases. */
  oneIn(n: number): boolean {
    return this.next() % n === 0;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.next() % choices.length]!;
  }

  /** Bytes, zeros and 255 more often than others: they are what framing stumbles on. */
  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    const style = this.below(4);
    for (let i = 0; i < length; i++) bytes[i] = style === 0 ? 0 : style === 1 && this.oneIn(2) ? 0 : this.next() >>> 24;
    return bytes;
  }
}
