import { type Ticks, ticksFromMicroseconds } from '@opu/core';
import type { HostOptions } from './host-options.js';

export type WatchAction = 'heartbeat' | 'patterns-again' | 'probe' | 'dead';

const NEVER = Number.POSITIVE_INFINITY;
/** Microseconds: more than an hour. A device may say any number. */
const LONGEST_HEARTBEAT = 2 ** 32 - 1;

/** Heartbeats in one granted interval, so that one or two may be lost. */
const HEARTBEATS_PER_INTERVAL = 3;

/**
 * Watches a connection by its silences: says when to send a heartbeat, when to send unacknowledged patterns again, when
 * to ask the device for what is due, and when to give it up.
 */
export class LinkWatch {
  readonly #probeTicks: Ticks;
  readonly #probes: number;
  #heartbeatTicks = 0;
  #saidAt: Ticks = 0;
  #heardAt: Ticks = 0;
  #isDue = false;
  #dueSince: Ticks = 0;
  #probedAt: Ticks = 0;
  #unanswered = 0;
  #hurried = false;
  #patternsAt: Ticks = 0;
  #patternWait: Ticks;

  constructor(options: Pick<HostOptions, 'probeTicks' | 'probes'>) {
    this.#probeTicks = options.probeTicks;
    this.#probes = options.probes;
    this.#patternWait = options.probeTicks;
  }

  get heardAt(): Ticks {
    return this.#heardAt;
  }

  restart(now: Ticks): void {
    this.#saidAt = this.#heardAt = this.#probedAt = this.#patternsAt = now;
    this.#unanswered = 0;
    this.#hurried = false;
    this.#patternWait = this.#probeTicks;
  }

  heartbeat(intervalMicroseconds: number): void {
    this.#heartbeatTicks = Math.floor(
      ticksFromMicroseconds(Math.min(intervalMicroseconds, LONGEST_HEARTBEAT)) / HEARTBEATS_PER_INTERVAL,
    );
  }

  said(now: Ticks): void {
    this.#saidAt = now;
  }

  heard(now: Ticks): void {
    this.#heardAt = now;
    this.#unanswered = 0;
  }

  /** A message is coming, and is not whole yet: on a slow line that takes its time, and what it answers to waits behind it. */
  hearing(now: Ticks): void {
    this.heard(now);
    this.#patternsAt = now;
  }

  /** Something went missing: ask at the next opportunity instead of waiting for a silence. */
  hurry(now: Ticks): void {
    this.#hurried = true;
    this.#probedAt = now;
  }

  patternsSent(now: Ticks): void {
    this.#patternsAt = now;
  }

  patternsProgressed(now: Ticks): void {
    this.#patternsAt = now;
    this.#patternWait = this.#probeTicks;
  }

  nextDeadline(now: Ticks, isDue: boolean, patternsInFlight: boolean): Ticks {
    this.#noteDue(now, isDue);
    return Math.min(this.#heartbeatAt(), this.#probeAt(isDue), this.#patternsAgainAt(patternsInFlight));
  }

  advance(now: Ticks, isDue: boolean, patternsInFlight: boolean): WatchAction[] {
    const actions: WatchAction[] = [];
    this.#noteDue(now, isDue);
    if (now >= this.#heartbeatAt()) {
      actions.push('heartbeat');
      this.#saidAt = now;
    }
    if (now >= this.#patternsAgainAt(patternsInFlight)) {
      actions.push('patterns-again');
      this.#patternsAt = now;
      this.#patternWait *= 2;
    }
    if (now >= this.#probeAt(isDue)) {
      if (this.#unanswered >= this.#probes) return ['dead'];
      if (!this.#hurried) this.#unanswered++;
      this.#hurried = false;
      this.#probedAt = now;
      actions.push('probe');
    }
    return actions;
  }

  /** Before anything is due there is no silence: a run that begins after a long rest is given its time. */
  #noteDue(now: Ticks, isDue: boolean): void {
    if (isDue && !this.#isDue) this.#dueSince = now;
    this.#isDue = isDue;
  }

  #heartbeatAt(): Ticks {
    return this.#heartbeatTicks === 0 ? NEVER : this.#saidAt + this.#heartbeatTicks;
  }

  #probeAt(isDue: boolean): Ticks {
    if (!isDue) return NEVER;
    if (this.#hurried) return this.#probedAt;
    return Math.max(this.#heardAt, this.#probedAt, this.#dueSince) + this.#probeTicks * 2 ** this.#unanswered;
  }

  #patternsAgainAt(inFlight: boolean): Ticks {
    return inFlight ? this.#patternsAt + this.#patternWait : NEVER;
  }
}
