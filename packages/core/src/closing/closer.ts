import type { Clock } from '../clock/clock.js';
import { TICKS_PER_SECOND, type Ticks } from '../units/ticks.js';

export interface CloserOptions {
  readonly clock: Clock;
  /** Host time after which closing is over, whatever the other end does. */
  readonly deadlineTicks: Ticks;
}

/**
 * Closes something once: one promise for all who ask, and an end to waiting. An orderly end is worth some time and no more: a peer
 * that does not read, or a device that does not answer, must not hold whoever wants to leave.
 */
export class Closer {
  readonly #options: CloserOptions;
  #closed: Promise<void> | undefined;
  #isClosing = false;

  constructor(options: CloserOptions) {
    this.#options = options;
  }

  /** True from the first call of `close` on. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /**
   * @param end ends it in order; called for the first caller alone
   * @param cut ends it at once, when the deadline has come
   * @returns the same promise to every caller. It rejects with what `end` rejects with in time, and never after the deadline.
   */
  close(end: () => PromiseLike<void> | undefined | void, cut: () => void = () => {}): Promise<void> {
    this.#isClosing = true;
    this.#closed ??= new Promise<void>((resolve, reject) => {
      const { clock, deadlineTicks } = this.#options;
      const alarm = clock.at(clock.now() + deadlineTicks, () => {
        resolve();
        cut();
      });
      const settle = (action: () => void) => (): void => {
        alarm.cancel();
        action();
      };
      // A function of its own, so that what `end` throws at once is a rejection, too.
      (async () => end())().then(settle(resolve), (error: unknown) => settle(() => reject(error))());
    });
    return this.#closed;
  }
}

/** Longest time that the end of one connection takes: what was sent is on its way, or its reader was waited for long enough. */
export const CLOSE_PATIENCE_TICKS = 2 * TICKS_PER_SECOND;

/** For what ends in bounded time by itself: calls `end` once and gives every caller the same promise. */
export function closeOnce(end: () => PromiseLike<void> | void): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => {
    closed ??= (async () => end())();
    return closed;
  };
}
