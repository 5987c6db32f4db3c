import type { Ticks } from '@opu/core';
import { OpuError, TICKS_PER_MILLISECOND } from '@opu/core';

export interface RequestPolicy {
  /** How long to wait for a reply before the request is sent again. */
  readonly timeoutTicks: Ticks;
  /** How often a request is sent again; each wait is twice the one before. */
  readonly retries: number;
}

interface OpenRequest<Message> {
  readonly message: Message;
  readonly name: string;
  readonly sentAt: Ticks;
  wait: Ticks;
  deadline: Ticks;
  /** When the device's asking for more time is over; not set before it asks. */
  pendingUntil: Ticks | undefined;
  attempts: number;
  /** Not sent yet. */
  held: boolean;
  /** Not to be sent again. */
  once: boolean;
}

/** What became of a request when time passed. */
export type RequestExpiry<Message> =
  | { readonly kind: 'again'; readonly id: number; readonly message: Message }
  | { readonly kind: 'failed'; readonly id: number; readonly error: OpuError };

/** Requests that wait for their reply. Ids count from 1 and are used once in a session. */
export class RequestTable<Message> {
  readonly #open = new Map<number, OpenRequest<Message>>();
  readonly #policy: RequestPolicy;
  #lastId = 0;
  retried = 0;
  /** How long a request may be answered with PENDING in all. */
  pendingTicks: Ticks;

  constructor(policy: RequestPolicy, pendingTicks: Ticks) {
    this.#policy = policy;
    this.pendingTicks = pendingTicks;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Whether a request of this name waits for its reply. */
  isOpen(name: string): boolean {
    for (const request of this.#open.values()) if (request.name === name) return true;
    return false;
  }

  ids(): number[] {
    return [...this.#open.keys()];
  }

  /**
   * Registers a request about to be sent.
   * @param held whether it is kept back until `release`
   */
  add(message: Message, name: string, now: Ticks, held = false): number {
    const id = ++this.#lastId;
    const wait = this.#policy.timeoutTicks;
    const deadline = held ? Number.POSITIVE_INFINITY : now + wait;
    this.#open.set(id, {
      message,
      name,
      sentAt: now,
      wait,
      deadline,
      pendingUntil: undefined,
      attempts: 1,
      held,
      once: false,
    });
    return id;
  }

  /**
   * All that was kept back, oldest first, to be sent now.
   * @param once whether it is sent only once, to a device that did not answer what was waited for
   */
  *release(now: Ticks, once: boolean): Generator<{ readonly id: number; readonly message: Message }> {
    for (const [id, entry] of this.#open) {
      if (!entry.held) continue;
      entry.held = false;
      entry.once = once;
      entry.deadline = now + entry.wait;
      yield { id, message: entry.message };
    }
  }

  /** The final reply came. False when nobody waits for it: a repeated reply, or one that came too late. */
  settle(id: number): { readonly message: Message; readonly attempts: number; readonly sentAt: Ticks } | undefined {
    const entry = this.#open.get(id);
    this.#open.delete(id);
    return entry;
  }

  /**
   * The device works on it and says for how long: the wait starts anew, that much longer, and costs no attempt. All that a device asks
   * for in this way counts from the first time.
   */
  pending(id: number, now: Ticks, expectedTicks: Ticks): void {
    const entry = this.#open.get(id);
    if (entry === undefined) return;
    entry.attempts = 1;
    entry.wait = this.#policy.timeoutTicks;
    entry.pendingUntil ??= now + this.pendingTicks;
    entry.deadline = Math.min(now + expectedTicks + entry.wait, entry.pendingUntil);
  }

  /** Gives up waiting for a reply. */
  forget(id: number): void {
    this.#open.delete(id);
  }

  /** All that is open, oldest first, to be sent again over a new connection. */
  *reopen(now: Ticks): Generator<{ readonly id: number; readonly message: Message }> {
    for (const [id, entry] of this.#open) {
      if (entry.held) continue;
      entry.wait = this.#policy.timeoutTicks;
      entry.deadline = now + entry.wait;
      entry.attempts = 2;
      yield { id, message: entry.message };
    }
  }

  /** @param only looks at this request alone */
  nextDeadline(only?: number): Ticks | undefined {
    if (only !== undefined) return this.#open.get(only)?.deadline;
    let next: Ticks | undefined;
    for (const entry of this.#open.values()) if (next === undefined || entry.deadline < next) next = entry.deadline;
    return next;
  }

  /** @param only looks at this request alone */
  expire(now: Ticks, only?: number): RequestExpiry<Message>[] {
    const due: RequestExpiry<Message>[] = [];
    for (const [id, entry] of this.#open) {
      if (entry.deadline > now || (only !== undefined && id !== only)) continue;
      if (entry.pendingUntil !== undefined && entry.pendingUntil <= now) {
        this.#open.delete(id);
        due.push({ kind: 'failed', id, error: pendingError(entry.name, now - entry.sentAt) });
        continue;
      }
      if (entry.once || entry.attempts > this.#policy.retries) {
        this.#open.delete(id);
        due.push({ kind: 'failed', id, error: timeoutError(entry.name, entry.attempts, now - entry.sentAt) });
        continue;
      }
      entry.attempts++;
      entry.wait *= 2;
      entry.deadline = Math.min(now + entry.wait, entry.pendingUntil ?? Number.POSITIVE_INFINITY);
      this.retried++;
      due.push({ kind: 'again', id, message: entry.message });
    }
    return due;
  }
}

function timeoutError(name: string, attempts: number, ticks: Ticks): OpuError {
  return new OpuError(
    'TIMEOUT',
    `The device did not answer ${name}, sent ${attempts === 1 ? 'once' : `${attempts} times`} over ${Math.round(ticks / TICKS_PER_MILLISECOND)} ms. ` +
      'Check the cable and that the device is on, or ask for a longer time-out.',
    { details: { request: name, attempts, ticks } },
  );
}

function pendingError(name: string, ticks: Ticks): OpuError {
  const milliseconds = Math.round(ticks / TICKS_PER_MILLISECOND);
  return new OpuError(
    'DEVICE_STALLED',
    `The device answers ${name} with PENDING and not with a reply, for ${milliseconds} ms now. Look at the device, or allow more time ` +
      '(`timeouts.progress`) if it is this slow.',
    { details: { request: name, ticks } },
  );
}
