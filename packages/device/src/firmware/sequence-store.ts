import {
  type ConfigureReply,
  type DeviceMachine,
  type EraseSequence,
  type PlayedSequence,
  type PlaySequence,
  type Refused,
  refused,
  StoredSequences,
  type StoreSequence,
} from '@opu/protocol';
import { isRefused } from '../source/configuration.js';
import type { FrameSource } from '../source/frame-source.js';
import { readPatterns } from './read-patterns.js';

const ALL_SEQUENCES = 0xffff_ffff;

/** The stored sequences of a device that stores any: their patterns share pattern RAM with those that are uploaded. */
export class SequenceStore {
  readonly #source: Pick<FrameSource, 'facts' | 'patterns'>;
  readonly #machine: Pick<DeviceMachine, 'resizePatternRam'>;
  readonly #sequences = new StoredSequences();

  constructor(source: Pick<FrameSource, 'facts' | 'patterns'>, machine: Pick<DeviceMachine, 'resizePatternRam'>) {
    this.#source = source;
    this.#machine = machine;
  }

  get count(): number {
    return this.#sequences.count;
  }

  /** @param waiting patterns in RAM that belong to no sequence */
  store(message: StoreSequence, configuration: ConfigureReply, waiting: number): Refused | undefined {
    if (!this.#isOffered) return notOffered();
    const { sequenceId, firstIndex, count } = message;
    const { facts, patterns: gate } = this.#source;
    // Before any memory is taken for them: a few bytes of run lengths may stand for gigabytes of patterns.
    const noRoom = this.#sequences.whyNotStore(sequenceId, firstIndex, count, facts.patternSlots, waiting);
    if (noRoom !== undefined) return noRoom;
    const before = firstIndex > 0 ? this.#sequences.get(sequenceId)?.[firstIndex - 1] : undefined;
    const patterns = readPatterns(message, facts, configuration, before);
    if (isRefused(patterns)) return patterns;
    const refusal = gate?.store(patterns, sequenceId, firstIndex);
    if (refusal !== undefined) return refusal;
    this.#sequences.store(sequenceId, firstIndex, patterns);
    this.#resize();
    return undefined;
  }

  played(message: PlaySequence): PlayedSequence | Refused {
    return this.#isOffered ? this.#sequences.played(message) : notOffered();
  }

  erase({ sequenceId }: EraseSequence): Refused | undefined {
    if (!this.#isOffered) return notOffered();
    if (sequenceId === ALL_SEQUENCES) this.#sequences.eraseAll();
    else if (!this.#sequences.erase(sequenceId)) {
      return refused('UNKNOWN_SEQUENCE', `No sequence ${sequenceId} is stored.`);
    }
    this.#resize();
    return undefined;
  }

  get #isOffered(): boolean {
    return this.#source.facts.features.includes('STORED_SEQUENCES');
  }

  #resize(): void {
    this.#machine.resizePatternRam(this.#source.facts.patternSlots - this.#sequences.patternCount);
  }
}

function notOffered(): Refused {
  return refused('NOT_SUPPORTED', 'This device stores no sequences.');
}
