/** Memory for messages that come in pieces. */
export class PieceBuffer {
  readonly #borrow: boolean;
  #memory = new Uint8Array(0);

  constructor(borrow: boolean) {
    this.#borrow = borrow;
  }

  /** `length` bytes of memory: the same each time when payloads are borrowed, new ones otherwise. */
  take(length: number): Uint8Array {
    if (!this.#borrow) return new Uint8Array(length);
    if (this.#memory.length < length) this.#memory = new Uint8Array(length);
    return this.#memory;
  }
}
