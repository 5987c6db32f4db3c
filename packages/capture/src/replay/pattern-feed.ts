import type { Ticks } from '@opu/core';
import type { Answer } from './library.js';

/** A pattern that waits to be shown, with the readout that will answer it. */
export interface WaitingPattern {
  readonly id: number;
  readonly answer: Answer;
  readonly last: boolean;
  readonly arrivedTick: Ticks;
  /** It takes a slot of pattern RAM, which was not given back to the host yet. */
  takesSlot: boolean;
}

/** Patterns of a stored sequence as they are played, one after the other; undefined when there is none to go on with. */
export interface PlayedPatterns {
  next(): WaitingPattern | undefined;
  /** Everything before was shown, and `next` has nothing though it should. */
  ranOut(): void;
}

/** Where a run takes its patterns from: pattern RAM, or a stored sequence while one is played. */
export class PatternFeed {
  #ram: WaitingPattern[] = [];
  #played: PlayedPatterns | undefined;
  /** Of the sequence: looked at and not yet shown. */
  #ahead: WaitingPattern[] = [];

  get waitingInRam(): number {
    return this.#ram.length;
  }

  get first(): WaitingPattern | undefined {
    if (this.#played === undefined) return this.#ram[0];
    if (this.#ahead.length === 0) {
      const next = this.#played.next();
      if (next !== undefined) this.#ahead.push(next);
    }
    return this.#ahead[0];
  }

  /** Nothing is under way any more, and there is no first pattern. */
  ranOut(): void {
    this.#played?.ranOut();
  }

  /** Takes the first one, which was looked at. */
  take(): void {
    if (this.#played === undefined) this.#ram.shift();
    else this.#ahead.shift();
  }

  add(patterns: readonly WaitingPattern[]): void {
    this.#ram.push(...patterns);
  }

  play(played: PlayedPatterns | undefined): void {
    this.#played = played;
    this.#ahead = [];
  }

  /** Patterns that were taken and not shown come first again. */
  putBack(patterns: readonly WaitingPattern[]): void {
    if (this.#played === undefined) this.#ram.unshift(...patterns);
    else this.#ahead.unshift(...patterns);
  }

  /** What was played is over. Returns what was taken for it and not shown. */
  endPlaying(): readonly WaitingPattern[] {
    const rest = this.#ahead;
    this.play(undefined);
    return rest;
  }

  /** Throws away what is in RAM, and returns it. */
  clearRam(): readonly WaitingPattern[] {
    return this.#ram.splice(0);
  }
}
