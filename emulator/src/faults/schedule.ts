import { SeededRandom } from '@opu/compute';
import type { Ticks } from '@opu/core';
import type { FaultSpec } from './fault-spec.js';

const RANGE = 2 ** 32;

/**
 * Decides which targets one fault strikes. A draw depends on (seed, fault, number of the target) alone, so the same run
 * has the same faults however often and in what order it is asked.
 */
export class FaultSchedule {
  readonly spec: FaultSpec;
  /** Targets that were struck. */
  struck = 0;
  readonly #random: SeededRandom;
  #due: Ticks;

  /** @param place of the fault in its list: two faults of one kind draw differently */
  constructor(spec: FaultSpec, seed: number, place: number) {
    this.spec = spec;
    this.#random = new SeededRandom(seed, `fault ${place} ${spec.name}`);
    this.#due = 'tick' in spec.when ? spec.when.tick : Number.POSITIVE_INFINITY;
  }

  /** True when the target with this number, which comes up on `tick`, is struck. To be asked once for each target. */
  strikes(target: number, tick: Ticks): boolean {
    const { when } = this.spec;
    if ('probability' in when) {
      if (this.#random.bits(4 * target) >= when.probability * RANGE) return false;
    } else {
      if (tick < this.#due) return false;
      this.#due =
        when.period === undefined
          ? Number.POSITIVE_INFINITY
          : when.tick + (Math.floor((tick - when.tick) / when.period) + 1) * when.period;
    }
    this.struck++;
    return true;
  }

  /** A whole number from 0 to n - 1, the same for the same target whenever it is asked. @param which of its three draws */
  draw(target: number, n: number, which: 0 | 1 | 2 = 0): number {
    return Math.floor((this.#random.bits(4 * target + 1 + which) / RANGE) * n);
  }
}

/** The same for frames, which may be looked at more than once and in any order. */
export class FrameFaultSchedule {
  readonly #schedule: FaultSchedule;
  readonly #verdicts = new Map<number, boolean>();

  constructor(schedule: FaultSchedule) {
    this.#schedule = schedule;
  }

  get spec(): FaultSpec {
    return this.#schedule.spec;
  }

  strikes(frame: number, tick: Ticks): boolean {
    const known = this.#verdicts.get(frame);
    if (known !== undefined) return known;
    const verdict = this.#schedule.strikes(frame, tick);
    this.#verdicts.set(frame, verdict);
    if (this.#verdicts.size > REMEMBERED_FRAMES) this.#verdicts.delete(this.#verdicts.keys().next().value!);
    return verdict;
  }

  draw(frame: number, n: number, which: 0 | 1 | 2 = 0): number {
    return this.#schedule.draw(frame, n, which);
  }
}

/** Frames are looked at again while they are under way, and no more are under way than this. */
const REMEMBERED_FRAMES = 65_536;
