import { OpuError, TICKS_PER_MILLISECOND, type Ticks } from '@opu/core';

const FIRST_BACKOFF: Ticks = 20 * TICKS_PER_MILLISECOND;
const LONGEST_BACKOFF: Ticks = 2000 * TICKS_PER_MILLISECOND;

/**
 * How long a lost link is tried again. Time counts from the loss until the device does what is asked of it: a device that
 * shakes hands and then talks nonsense, again and again, has no more of it than one that stays away.
 */
export class Recovery {
  readonly #patience: Ticks;
  #lostAt: Ticks | undefined;
  #readyAt: Ticks | undefined;
  #backoff = FIRST_BACKOFF;
  #cause: OpuError | undefined;
  #last: OpuError | undefined;

  /** @param patience milliseconds from a loss to giving up */
  constructor(patience: number) {
    this.#patience = patience * TICKS_PER_MILLISECOND;
  }

  /** When to give up; nothing while there is no loss. */
  get deadline(): Ticks | undefined {
    return this.#lostAt === undefined ? undefined : this.#lostAt + this.#patience;
  }

  /** A link was lost, or could not be opened again. */
  lost(now: Ticks, error: OpuError): void {
    // A link that held for long was well, even when nobody asked anything of the device meanwhile.
    if (this.#readyAt !== undefined && now - this.#readyAt > this.#patience) this.progressed();
    this.#readyAt = undefined;
    this.#lostAt ??= now;
    this.#cause ??= error;
    this.#last = error;
  }

  /** The device shook hands. */
  ready(now: Ticks): void {
    this.#readyAt = now;
  }

  /** The device did what it was asked for: the next loss is another one. */
  progressed(): void {
    if (this.#lostAt === undefined) return;
    this.#lostAt = undefined;
    this.#cause = undefined;
    this.#last = undefined;
    this.#backoff = FIRST_BACKOFF;
  }

  /** How long to wait before the next try. */
  pause(now: Ticks): Ticks {
    const wait = this.#backoff;
    this.#backoff = Math.min(wait * 2, LONGEST_BACKOFF);
    return Math.max(0, Math.min(wait, (this.deadline ?? now) - now));
  }

  /** Why it is given up. */
  verdict(): OpuError {
    const cause = this.#cause?.message ?? 'for no reason that is known';
    const last = this.#last;
    const code = last?.code === 'LINK_CORRUPT' ? 'LINK_CORRUPT' : 'LINK_LOST';
    const waited = this.#patience / TICKS_PER_MILLISECOND;
    const since = last === undefined || last === this.#cause ? '' : ` Last: ${last.message}`;
    return new OpuError(code, `The link was lost (${cause}) and did not come back within ${waited} ms.${since}`, {
      cause: last,
      details: { milliseconds: waited },
    });
  }
}
