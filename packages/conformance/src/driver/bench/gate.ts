/** Gives patterns no farther ahead of their reader than `lead`, so that a run is under way for as long as it is read. */
export class Gate {
  readonly #patterns: readonly Uint8Array[];
  readonly #lead: number;
  #read = 0;
  #wake: (() => void) | undefined;

  constructor(patterns: readonly Uint8Array[], lead = 6) {
    this.#patterns = patterns;
    this.#lead = lead;
  }

  /** The reader took another readout. */
  taken(): void {
    this.#read++;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (const [k, pattern] of this.#patterns.entries()) {
      while (k - this.#read >= this.#lead) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      yield pattern;
    }
  }
}
