import { orAbort } from './abort.js';

/** What a turn can be told while it lasts, even before its owner has noticed that it began. */
export interface Turn {
  endedBy?: 'STOP' | 'ABORT';
  /** It is a stream's: somebody takes its readouts one by one, and may want something of the device in between. */
  isRead?: boolean;
  /** Gives the turn to whoever comes next. */
  leave(): void;
}

/** One at a time, in the order of asking. */
export class Exclusive {
  readonly #queue: Turn[] = [];
  readonly #begin = new Map<Turn, () => void>();

  get isTaken(): boolean {
    return this.#queue.length > 0;
  }

  /** Whose turn it is. The first who asks has it at once. */
  get current(): Turn | undefined {
    return this.#queue[0];
  }

  /**
   * Resolves when it is the caller's turn.
   * @throws OpuError ABORTED when one of the signals fires before
   */
  async enter(...signals: readonly (AbortSignal | undefined)[]): Promise<Turn> {
    const turn: Turn = { leave: () => this.#leave(turn) };
    this.#queue.push(turn);
    if (this.#queue.length > 1) {
      const begun = new Promise<void>((resolve) => void this.#begin.set(turn, resolve));
      await orAbort(begun, signals).catch((error: unknown) => {
        turn.leave();
        throw error;
      });
    }
    return turn;
  }

  #leave(turn: Turn): void {
    const at = this.#queue.indexOf(turn);
    if (at < 0) return;
    this.#queue.splice(at, 1);
    this.#begin.delete(turn);
    const next = this.#queue[0];
    if (at > 0 || next === undefined) return;
    this.#begin.get(next)?.();
    this.#begin.delete(next);
  }
}
