import { OpuError, TICKS_PER_MILLISECOND, type Ticks } from '@opu/core';

/** How far a run has come; any difference is progress. */
export interface Progress {
  /** Patterns that the device has taken, by id, as far as its slots go. */
  readonly patternsTaken: number;
  /** Readouts that are here, by frame number. */
  readonly framesRead: number;
  /** The device gives room where there was none. */
  readonly hasRoom: boolean;
  /** What the device still owes, for people. */
  readonly missing: string;
}

/** Looks that make up one patience: a host that was busy with something else for long misses one of them, and no more. */
const LOOKS = 8;
/** One message may take so many times the patience to come or go whole; slow lines are slow. */
const MOST_STRETCH = 8;
/** Frame periods, exposure included, that pass before anybody may miss a readout. */
const PERIODS = 8;

/**
 * Watches whether a run gets anywhere. Silence is another matter (`LinkWatch`): a device that answers every question and does nothing
 * is not silent.
 */
export class ProgressWatch {
  readonly #patience: Ticks;
  #framePatience: Ticks = 0;
  #last: Progress | undefined;
  #looks = 0;
  #stretch = 0;
  #nextLook = Number.POSITIVE_INFINITY;

  /** @param patience longest time without progress while something is due, ticks of the host */
  constructor(patience: Ticks) {
    this.#patience = patience;
  }

  /** A frame takes so long on the device, in ticks of the host. */
  frames(ticks: Ticks): void {
    this.#framePatience = PERIODS * ticks;
  }

  /** Part of a message is coming or going, which is no progress yet and may become some. */
  moving(): void {
    if (this.#stretch >= LOOKS * MOST_STRETCH) return;
    this.#stretch += this.#looks;
    this.#looks = 0;
  }

  /** @param isDue whether the device owes something now */
  nextDeadline(now: Ticks, isDue: boolean): Ticks {
    if (!isDue) {
      this.#last = undefined;
      this.#nextLook = Number.POSITIVE_INFINITY;
    } else if (this.#nextLook === Number.POSITIVE_INFINITY) {
      this.#looks = this.#stretch = 0;
      this.#nextLook = now + this.#interval;
    }
    return this.#nextLook;
  }

  /** Nothing more can be hoped for: the error that says so. */
  advance(now: Ticks, isDue: boolean, progress: () => Progress): OpuError | undefined {
    if (!isDue || now < this.nextDeadline(now, isDue)) return undefined;
    this.#nextLook = now + this.#interval;
    const next = progress();
    if (this.#last === undefined || isNews(this.#last, next)) {
      // What came before the first look may have come at any time since the last one.
      this.#looks = this.#last === undefined ? 1 : 0;
      this.#stretch = 0;
      this.#last = next;
      return undefined;
    }
    if (++this.#looks < LOOKS) return undefined;
    const milliseconds = Math.round((this.#interval * LOOKS) / TICKS_PER_MILLISECOND);
    return new OpuError(
      'DEVICE_STALLED',
      `The device answers and gets nowhere: for ${milliseconds} ms nothing new came of ${next.missing}. Look at the device, or allow ` +
        'more time (`timeouts.progress`) if it is this slow.',
      { details: { ...next, milliseconds } },
    );
  }

  get #interval(): Ticks {
    return Math.ceil(Math.max(this.#patience, this.#framePatience) / LOOKS);
  }
}

function isNews(a: Progress, b: Progress): boolean {
  return a.patternsTaken !== b.patternsTaken || a.framesRead !== b.framesRead || (b.hasRoom && !a.hasRoom);
}
