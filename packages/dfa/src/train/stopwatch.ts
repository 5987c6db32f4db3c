/** What the time of a step goes into. */
export const phases = ['data', 'forward', 'feedback', 'backward', 'update', 'test'] as const;
export type Phase = (typeof phases)[number];

/** Milliseconds since some moment; where no host time is wanted, a function that returns 0. */
export type Milliseconds = () => number;

/** Adds up where the host's time goes. */
export class Stopwatch {
  readonly #now: Milliseconds;
  readonly #totals: Record<Phase, number> = { data: 0, forward: 0, feedback: 0, backward: 0, update: 0, test: 0 };
  #since: number;

  constructor(now: Milliseconds) {
    this.#now = now;
    this.#since = now();
  }

  /** Forgets the time since the last call: what went by belongs to no phase. */
  start(): void {
    this.#since = this.#now();
  }

  /** Books the time since the last call. */
  book(phase: Phase): void {
    const now = this.#now();
    this.#totals[phase] += now - this.#since;
    this.#since = now;
  }

  /** Milliseconds by phase. */
  get totals(): Readonly<Record<Phase, number>> {
    return { ...this.#totals };
  }
}
