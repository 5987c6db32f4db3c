import { abortError, onAbort } from './abort.js';

/** One at a time, in the order of asking. */
export class Exclusive {
  #tail: Promise<void> | undefined;

  get isTaken(): boolean {
    return this.#tail !== undefined;
  }

  /**
   * Resolves when it is the caller's turn, with the function that ends the turn.
   * @throws OpuError ABORTED when one of the signals fires before
   */
  async enter(...signals: readonly (AbortSignal | undefined)[]): Promise<() => void> {
    const before = this.#tail;
    let leave = (): void => {};
    const mine = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const tail = (before ?? Promise.resolve()).then(() => mine);
    this.#tail = tail;
    const end = (): void => {
      if (this.#tail === tail) this.#tail = undefined;
      leave();
    };
    if (before !== undefined) {
      await turnOrAbort(before, signals).catch((error: unknown) => {
        leave();
        // Whoever comes next still waits for those before.
        void before.then(end);
        throw error;
      });
    }
    return end;
  }
}

function turnOrAbort(turn: Promise<void>, signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  const fired = signals.find((signal) => signal?.aborted);
  if (fired !== undefined) return Promise.reject(abortError(fired));
  return new Promise((resolve, reject) => {
    const stops = signals.map((signal) => onAbort(signal, reject));
    void turn.then(() => {
      for (const stop of stops) stop();
      resolve();
    });
  });
}
