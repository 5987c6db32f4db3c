/** Memory for messages that come in pieces. */
export class PieceBuffer {
  #memory = new Uint8Array(0);

  /** `length` bytes of memory: the same each time when payloads are borrowed, new ones otherwise. */
  take(length: number, borrowed: boolean): Uint8Array {
    if (!borrowed) return new Uint8Array(length);
    if (this.#memory.length < length) this.#memory = new Uint8Array(length);
    return this.#memory;
  }
}
