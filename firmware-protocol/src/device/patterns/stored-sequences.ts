import type { PlaySequence, Refused } from '../../generated/messages.js';
import { refused } from '../refused.js';

/** A stored sequence that is being played: the patterns of one repetition in order. */
export interface PlayedSequence {
  /** Id of the first pattern shown; the others follow by one. */
  readonly firstPatternId: number;
  readonly patterns: readonly Uint8Array[];
  /** Infinity for as long as nobody stops it. */
  readonly repetitions: number;
}

const LARGEST_FIRST_ID = 2 ** 52;

/** A stored sequence: patterns that stay in pattern RAM, to be played any number of times in any order. */
export type StoredPatterns = readonly Uint8Array[];

/** The stored sequences of a device. Their patterns take slots of pattern RAM. */
export class StoredSequences {
  readonly #sequences = new Map<number, Uint8Array[]>();
  #patterns = 0;

  /** Patterns in all sequences together. */
  get patternCount(): number {
    return this.#patterns;
  }

  get count(): number {
    return this.#sequences.size;
  }

  get(id: number): StoredPatterns | undefined {
    return this.#sequences.get(id);
  }

  /**
   * Why `count` patterns cannot be written from `firstIndex` on; nothing when they can.
   * @param slots of pattern RAM, for sequences and uploads together
   * @param waiting patterns in RAM that belong to no sequence
   */
  whyNotStore(id: number, firstIndex: number, count: number, slots: number, waiting: number): Refused | undefined {
    const stored = this.#sequences.get(id)?.length ?? 0;
    if (firstIndex > stored) {
      const text = `Sequence ${id} has ${stored} patterns; go on from there.`;
      return { ...refused('OUT_OF_RANGE', text), field: 'firstIndex', value: firstIndex, bound: stored };
    }
    const free = slots - (this.#patterns - stored + firstIndex + count);
    if (free >= Math.max(1, waiting)) return undefined;
    return refused('NO_ROOM', `Stored sequences and patterns share ${slots} slots, one of which stays free.`);
  }

  /** What a request to play asks for, or why it cannot be. */
  played(message: PlaySequence): PlayedSequence | Refused {
    const { sequenceId, firstPatternId, repetitions } = message;
    const stored = this.#sequences.get(sequenceId);
    if (stored === undefined || stored.length === 0) {
      return refused('UNKNOWN_SEQUENCE', `No patterns of a sequence ${sequenceId} are stored.`);
    }
    if (firstPatternId > LARGEST_FIRST_ID) {
      const text = `Ids that start at ${firstPatternId} would not fit in 53 bits for long.`;
      return {
        ...refused('OUT_OF_RANGE', text),
        field: 'firstPatternId',
        value: firstPatternId,
        bound: LARGEST_FIRST_ID,
      };
    }
    const patterns: Uint8Array[] = [];
    for (const { index } of message.steps) {
      const pattern = stored[index];
      if (pattern === undefined) {
        const text = `Sequence ${sequenceId} has no pattern ${index}.`;
        return { ...refused('OUT_OF_RANGE', text), field: 'index', value: index, bound: stored.length - 1 };
      }
      patterns.push(pattern);
    }
    return {
      firstPatternId,
      patterns: patterns.length === 0 ? stored : patterns,
      repetitions: repetitions === 0 ? Number.POSITIVE_INFINITY : repetitions,
    };
  }

  /** Writes patterns from `firstIndex` on, at most the sequence's length; what was there from then on is forgotten. */
  store(id: number, firstIndex: number, patterns: readonly Uint8Array[]): void {
    const known = this.#sequences.get(id) ?? [];
    // A view on what the host sent is copied, and keeps the rest of it in memory no longer; what was expanded has memory of its own.
    const owned = patterns.map((pattern) =>
      pattern.byteLength === pattern.buffer.byteLength ? pattern : new Uint8Array(pattern),
    );
    const sequence = [...known.slice(0, firstIndex), ...owned];
    this.#patterns += sequence.length - known.length;
    this.#sequences.set(id, sequence);
  }

  /** False when there is no such sequence. */
  erase(id: number): boolean {
    const sequence = this.#sequences.get(id);
    if (sequence === undefined) return false;
    this.#patterns -= sequence.length;
    this.#sequences.delete(id);
    return true;
  }

  eraseAll(): void {
    this.#sequences.clear();
    this.#patterns = 0;
  }
}
