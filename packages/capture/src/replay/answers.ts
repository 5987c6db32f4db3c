import type { DuePattern, PatternGate, StoredPattern } from '@opu/device';
import { type PlayedSequence, type Refused, refused } from '@opu/protocol';
import { patternKey } from '../read/capture-index.js';
import type { Answer, Lookup, ReplayLibrary } from './library.js';

type NoAnswer = Exclude<Lookup, { readonly kind: 'answer' }> & { readonly needed?: number };

/**
 * The readouts that answer patterns. A pattern that arrives takes its answer, and gives it back if it is not shown; one of a stored
 * sequence takes it when its turn comes. Where there is none it is refused in words.
 */
export class Answers implements PatternGate {
  readonly bindsConfiguration = true;
  /** Of the configuration in force, as the recording names it. */
  configurationHash = '';
  readonly #library: ReplayLibrary;
  readonly #file: string;
  /** Answers to the patterns that wait, by id. */
  readonly #waiting = new Map<number, Answer>();
  /** The pattern of a sequence that is due, and its answer. */
  #due: { readonly pattern: DuePattern; readonly answer: Answer } | undefined;

  constructor(library: ReplayLibrary, file: string) {
    this.#library = library;
    this.#file = file;
  }

  arrive(patterns: readonly StoredPattern[]): Refused | undefined {
    for (const [i, { id, bytes }] of patterns.entries()) {
      const key = patternKey(bytes);
      const found = this.#library.take(this.configurationHash, key);
      if (found.kind !== 'answer') {
        this.release(patterns.slice(0, i));
        return this.#unanswerable(`Pattern ${id}`, key, found);
      }
      this.#waiting.set(id, found.answer);
    }
    return undefined;
  }

  release(patterns: readonly StoredPattern[]): void {
    // The latest first: each answer goes back to where it was taken from.
    for (const { id } of patterns.toReversed()) {
      const answer = this.#waiting.get(id);
      if (answer !== undefined) this.#library.giveBack(answer);
      this.#waiting.delete(id);
    }
  }

  store(patterns: readonly Uint8Array[], sequenceId: number, firstIndex: number): Refused | undefined {
    for (const [i, pattern] of patterns.entries()) {
      const key = patternKey(pattern);
      if (this.#library.knows(key)) continue;
      return this.#unanswerable(`Pattern ${firstIndex + i} of sequence ${sequenceId}`, key, { kind: 'unknown' });
    }
    return undefined;
  }

  play({ patterns, repetitions }: PlayedSequence): Refused | undefined {
    const keys = patterns.map(patternKey);
    const wanted = new Map<string, number>();
    for (const key of keys) wanted.set(key, (wanted.get(key) ?? 0) + 1);
    for (const [key, times] of wanted) {
      const left = this.#library.left(this.configurationHash, key);
      const name = `A pattern of the sequence, the ${keys.indexOf(key) + 1}. that is played,`;
      if (typeof left === 'object') return this.#unanswerable(name, key, left);
      const needed = Number.isFinite(repetitions) ? times * repetitions : 1;
      if (left < needed) return this.#unanswerable(name, key, { kind: 'used-up', times: left, needed });
    }
    if (keys.some((key) => this.#library.hasFrame(this.configurationHash, key))) return undefined;
    return refused('OUT_OF_RANGE', `The device discarded every readout of this sequence that ${this.#file} knows of.`);
  }

  /** The answer to the pattern that is due; in words why there is none. */
  of(pattern: DuePattern): Answer | string {
    if (!pattern.isPlayed) return this.#waiting.get(pattern.id) ?? `Pattern ${pattern.id} did not arrive.`;
    if (this.#due?.pattern === pattern) return this.#due.answer;
    const key = patternKey(pattern.bytes);
    const found = this.#library.take(this.configurationHash, key);
    if (found.kind !== 'answer') return this.#unanswerable(`Pattern ${pattern.id}`, key, found).text;
    this.#due = { pattern, answer: found.answer };
    return found.answer;
  }

  /** The pattern was shown. */
  used(pattern: DuePattern): void {
    if (pattern.isPlayed) this.#due = undefined;
    else this.#waiting.delete(pattern.id);
  }

  /** The pattern of a sequence that was due is not shown. */
  giveBack(pattern: DuePattern): void {
    if (this.#due?.pattern !== pattern) return;
    this.#library.giveBack(this.#due.answer);
    this.#due = undefined;
  }

  #unanswerable(name: string, key: string, why: NoAnswer): Refused {
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
