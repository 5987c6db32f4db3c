/** One at a time, in the order of asking. */
export class Exclusive {
  #tail: Promise<void> | undefined;

  get isTaken(): boolean {
    return this.#tail !== undefined;
  }

  /** Resolves when it is the caller's turn, with the function that ends the turn. */
  async enter(): Promise<() => void> {
    const before = this.#tail;
    let leave = (): void => {};
    const mine = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const tail = (before ?? Promise.resolve()).then(() => mine);
    this.#tail = tail;
    if (before !== undefined) await before;
    return () => {
      if (this.#tail === tail) this.#tail = undefined;
      leave();
    };
  }
}
