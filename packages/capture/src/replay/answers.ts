import type { Ticks } from '@opu/core';
import { type PlayedSequence, type Refused, refused } from '@opu/protocol';
import { patternKey } from '../read/capture-index.js';
import type { Lookup, ReplayLibrary } from './library.js';
import type { PlayedPatterns, WaitingPattern } from './pattern-feed.js';

/** Finds the readouts that answer patterns, and says in words why there is none. */
export class Answers {
  readonly #library: ReplayLibrary;
  readonly #file: string;

  constructor(library: ReplayLibrary, file: string) {
    this.#library = library;
    this.#file = file;
  }

  /** Takes an answer for every pattern, or none and says which has none. */
  takeAll(
    configurationHash: string,
    patterns: readonly Uint8Array[],
    firstId: number,
    hasLast: boolean,
    now: Ticks,
  ): readonly WaitingPattern[] | Refused {
    const taken: WaitingPattern[] = [];
    for (const [i, pattern] of patterns.entries()) {
      const key = patternKey(pattern);
      const found = this.#library.take(configurationHash, key);
      if (found.kind !== 'answer') {
        this.giveBack(taken);
        return this.#unanswerable(`Pattern ${firstId + i}`, key, found);
      }
      const last = hasLast && i === patterns.length - 1;
      taken.push({ id: firstId + i, answer: found.answer, last, arrivedTick: now, takesSlot: true });
    }
    return taken;
  }

  /** Answers that were taken and not shown, in the order in which they were taken. */
  giveBack(patterns: readonly WaitingPattern[]): void {
    for (const pattern of patterns.toReversed()) this.#library.giveBack(pattern.answer);
  }

  /** Why a pattern can never be answered; nothing when it was recorded under any configuration. */
  whyUnknown(pattern: Uint8Array, name: string): Refused | undefined {
    const key = patternKey(pattern);
    return this.#library.knows(key) ? undefined : this.#unanswerable(name, key, { kind: 'unknown' });
  }

  /**
   * The patterns of a stored sequence as they are played, each answered when its turn comes.
   * @param usedUp is told once, in words, when a pattern of a sequence that goes on until it is stopped has no readout left
   */
  play(
    configurationHash: string,
    played: PlayedSequence,
    now: Ticks,
    usedUp: (text: string) => void,
  ): PlayedPatterns | Refused {
    const { firstPatternId, patterns, repetitions } = played;
    const keys = patterns.map(patternKey);
    const wanted = new Map<string, number>();
    for (const key of keys) wanted.set(key, (wanted.get(key) ?? 0) + 1);
    for (const [key, times] of wanted) {
      const left = this.#library.left(configurationHash, key);
      const name = `A pattern of the sequence, the ${keys.indexOf(key) + 1}. that is played,`;
      if (typeof left === 'object') return this.#unanswerable(name, key, left);
      const needed = Number.isFinite(repetitions) ? times * repetitions : 1;
      if (left < needed) return this.#unanswerable(name, key, { kind: 'used-up', times: left, needed });
    }
    if (!keys.some((key) => this.#library.hasFrame(configurationHash, key))) {
      return refused(
        'OUT_OF_RANGE',
        `The device discarded every readout of this sequence that ${this.#file} knows of.`,
      );
    }
    const count = keys.length * repetitions;
    let k = 0;
    let missing: string | undefined;
    let told = false;
    return {
      ranOut: () => {
        if (missing !== undefined && !told) usedUp(missing);
        told = missing !== undefined;
      },
      next: () => {
        if (k >= count) return undefined;
        const key = keys[k % keys.length]!;
        const found = this.#library.take(configurationHash, key);
        if (found.kind === 'answer') {
          const id = firstPatternId + k++;
          return { id, answer: found.answer, last: k === count, arrivedTick: now, takesSlot: false };
        }
        missing = this.#unanswerable(`Pattern ${firstPatternId + k}`, key, found).text;
        return undefined;
      },
    };
  }

  #unanswerable(
    name: string,
    key: string,
    why: Exclude<Lookup, { readonly kind: 'answer' }> & { readonly needed?: number },
  ): Refused {
    const pattern = `${name} (SHA-256 ${Buffer.from(key, 'base64').toString('hex')})`;
    switch (why.kind) {
      case 'unknown':
        return refused('OUT_OF_RANGE', `${pattern} was never recorded in ${this.#file}.`);
      case 'other-configuration':
        return refused('OUT_OF_RANGE', `${pattern} was recorded in ${this.#file}, but under another configuration.`);
      case 'used-up': {
        const given =
          why.needed === undefined
            ? `was recorded ${why.times} times in ${this.#file}, and each of these readouts was given`
            : `has ${why.times} readouts left in ${this.#file}, and ${why.needed} are asked for`;
        return refused('OUT_OF_RANGE', `${pattern} ${given}; loop=1 starts over.`);
      }
    }
  }
}
