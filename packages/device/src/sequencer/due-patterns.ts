import type { Ticks } from '@opu/core';
import type { PlayedSequence } from '@opu/protocol';
import type { StoredPattern } from '../source/stored-pattern.js';
import type { DuePattern } from './frame-planner.js';

/** The pattern that is due, how the firmware knows it, and since when it waits. */
export interface Due {
  readonly pattern: DuePattern;
  /** Its id; its place in the sequence that is played. */
  readonly place: number;
  readonly readyTick: Ticks;
}

/** What a run shows next: the patterns that arrived, or those of a stored sequence while one is played. */
export class DuePatterns {
  #arrived: Due[] = [];
  #startTick = 0;
  #played: PlayedSequence | undefined;
  #k = 0;
  /** The pattern of the sequence that was looked at and not taken. */
  #ahead: Due | undefined;

  add(tick: Ticks, pattern: StoredPattern): void {
    this.#arrived.push({ pattern: { ...pattern, isPlayed: false }, place: pattern.id, readyTick: tick });
  }

  start(tick: Ticks, played: PlayedSequence | undefined): void {
    this.#startTick = tick;
    this.#played = played;
    this.#k = 0;
  }

  /** The pattern that is due; nothing while there is none. */
  first(): Due | undefined {
    const played = this.#played;
    if (played === undefined) {
      const first = this.#arrived[0];
      return first === undefined || first.readyTick >= this.#startTick
        ? first
        : { ...first, readyTick: this.#startTick };
    }
    this.#ahead ??= this.#playedAt(played, this.#k);
    return this.#ahead;
  }

  /** The first one is shown. */
  take(): void {
    if (this.#played === undefined) this.#arrived.shift();
    else {
      this.#ahead = undefined;
      this.#k++;
    }
  }

  /** The run is over. Returns the pattern of a sequence that was looked at and not shown. */
  end(): DuePattern | undefined {
    const ahead = this.#ahead?.pattern;
    this.#ahead = undefined;
    this.#played = undefined;
    return ahead;
  }

  clear(): void {
    this.#arrived = [];
  }

  #playedAt({ patterns, repetitions, firstPatternId }: PlayedSequence, k: number): Due | undefined {
    const count = patterns.length * repetitions;
    if (k >= count) return undefined;
    const place = k % patterns.length;
    const bytes = patterns[place]!;
    const pattern = { id: firstPatternId + k, bytes, last: k === count - 1, isPlayed: true };
    return { pattern, place, readyTick: this.#startTick };
  }
}
