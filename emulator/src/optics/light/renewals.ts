import { portableExp, SeededRandom } from '@opu/compute';
import type { Ticks } from '@opu/core';

/** Renewals of a mirror in one cell of time, at most; a Poisson variable of mean 1 exceeds it once in 10^6. */
const MOST_RENEWALS = 8;

/** P(at most k renewals in a cell), k from 0 on. */
const cumulative = Float64Array.from({ length: MOST_RENEWALS }, (_, k) => {
  let term = portableExp(-1);
  let sum = term;
  for (let i = 1; i <= k; i++) sum += term /= i;
  return sum;
});

/**
 * The drift of a medium: every mirror's path through it is renewed, on its own, at the instants of a Poisson process of rate
 * 1 / tau, and keeps its column of the matrix, the one of its epoch, in between. A field of many mirrors is then a Gaussian process
 * whose correlation at instants dt apart is the share of paths not renewed, exp(-dt / tau), and both epochs and fields are
 * functions of the tick alone. Time is cut into cells of one tau; the renewals in a cell are drawn by (seed, cell, mirror).
 */
export class Renewals {
  /** The epoch of every mirror at the tick moved to; 0 before its first renewal. */
  readonly epochs: Uint32Array;
  readonly #random: SeededRandom;
  readonly #tau: Ticks;
  /** Ticks from which and until which each mirror keeps its epoch, as far as is known. */
  readonly #since: Float64Array;
  readonly #until: Float64Array;
  #allSince = 0;
  #allUntil = 0;

  constructor(seed: number, mirrors: number, decorrelationTicks: Ticks) {
    this.epochs = new Uint32Array(mirrors);
    this.#random = new SeededRandom(seed, 'drift of the medium');
    this.#tau = decorrelationTicks;
    this.#since = new Float64Array(mirrors);
    this.#until = new Float64Array(mirrors);
  }

  /** Sets `epochs` to those at a tick, earlier or later than the one before; true when any of them has changed. */
  moveTo(tick: Ticks): boolean {
    if (this.holdsAt(tick)) return false;
    let changed = false;
    this.#allSince = 0;
    this.#allUntil = Number.POSITIVE_INFINITY;
    for (let mirror = 0; mirror < this.epochs.length; mirror++) {
      if (tick < this.#since[mirror]! || tick >= this.#until[mirror]!) {
        const before = this.epochs[mirror]!;
        this.#renew(mirror, tick);
        changed ||= this.epochs[mirror] !== before;
      }
      this.#allSince = Math.max(this.#allSince, this.#since[mirror]!);
      this.#allUntil = Math.min(this.#allUntil, this.#until[mirror]!);
    }
    return changed;
  }

  /** Whether `epochs` are known to be those at a tick, too. */
  holdsAt(tick: Ticks): boolean {
    return tick >= this.#allSince && tick < this.#allUntil;
  }

  #renew(mirror: number, tick: Ticks): void {
    const cell = Math.floor(tick / this.#tau);
    let epoch = 0;
    let since = cell * this.#tau;
    let until = (cell + 1) * this.#tau;
    for (let at = cell; at >= 0 && epoch === 0; at--) {
      let last = -1;
      for (let k = 1; k <= this.#count(mirror, at); k++) {
        const instant = (at + this.#random.uniform(this.#index(mirror, at) + k)) * this.#tau;
        if (instant > tick) until = Math.min(until, instant);
        else if (instant > last) {
          last = instant;
          epoch = at * (MOST_RENEWALS + 1) + k;
        }
      }
      if (last > since) since = last;
    }
    this.epochs[mirror] = epoch;
    this.#since[mirror] = since;
    this.#until[mirror] = until;
  }

  #count(mirror: number, cell: number): number {
    const draw = this.#random.uniform(this.#index(mirror, cell));
    let count = 0;
    while (count < MOST_RENEWALS && draw > cumulative[count]!) count++;
    return count;
  }

  #index(mirror: number, cell: number): number {
    return (cell * this.epochs.length + mirror) * (MOST_RENEWALS + 1);
  }
}
