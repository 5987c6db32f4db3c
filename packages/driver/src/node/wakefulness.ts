/** Turns of the event loop that are worth waiting through. One takes some 1 µs, and an answer from the same machine up to 300. */
const TURNS = 300;
/** After waits in vain, at most so many occasions are let pass before the next attempt. */
const MOST_SKIPPED = 32;

/**
 * Keeps the event loop from sleeping while an answer is likely to come within microseconds. To wake a sleeping process takes the
 * sender some 10 µs and the answer up to some 100 on a virtual machine: with a small window of small frames that is more than all
 * other work. Where answers take longer, this soon lets the process sleep, and tries again ever more rarely.
 */
export class Wakefulness {
  #turnsLeft = 0;
  #waiting = false;
  #inVain = 0;
  #toSkip = 0;

  get isAwake(): boolean {
    return this.#waiting;
  }

  /** There is nothing to do before an answer comes. */
  expect(): void {
    if (this.#waiting) {
      this.#turnsLeft = TURNS;
      return;
    }
    if (this.#toSkip > 0) {
      this.#toSkip--;
      return;
    }
    this.#turnsLeft = TURNS;
    this.#waiting = true;
    setImmediate(this.#turn);
  }

  /** An answer came; more may follow. */
  heard(): void {
    if (!this.#waiting) return;
    this.#inVain = 0;
    this.#turnsLeft = TURNS;
  }

  /** No answer will come any more. */
  stop(): void {
    this.#turnsLeft = 0;
    this.#toSkip = Number.POSITIVE_INFINITY;
  }

  readonly #turn = (): void => {
    if (this.#turnsLeft > 0) {
      this.#turnsLeft--;
      setImmediate(this.#turn);
      return;
    }
    this.#waiting = false;
    this.#inVain++;
    this.#toSkip = Math.max(this.#toSkip, Math.min(2 ** this.#inVain, MOST_SKIPPED));
  };
}
