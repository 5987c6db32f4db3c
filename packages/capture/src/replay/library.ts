import type { CaptureIndex, FrameEntry } from '../read/capture-index.js';

/** A pattern's place in the recording: the readout that answers it, or none when the device had discarded that. */
export interface Answer {
  readonly frame: FrameEntry | undefined;
  readonly list: AnswerList;
  readonly place: number;
}

interface AnswerList {
  readonly entries: readonly (FrameEntry | undefined)[];
  /** Place in the recording of each. */
  readonly order: readonly number[];
  next: number;
}

export type Lookup =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** Recorded, and every readout of it was given. */
  | { readonly kind: 'used-up'; readonly times: number }
  | { readonly kind: 'other-configuration' }
  | { readonly kind: 'unknown' };

/** The readouts of a recording by configuration and content of the pattern; repeats are given in their order. */
export class ReplayLibrary {
  readonly #lists = new Map<string, AnswerList>();
  readonly #patterns = new Set<string>();
  readonly #loop: boolean;

  constructor(index: CaptureIndex, loop: boolean) {
    this.#loop = loop;
    const lists = new Map<string, { entries: (FrameEntry | undefined)[]; order: number[] }>();
    const add = (hash: string, key: string, entry: FrameEntry | undefined, order: number): void => {
      const name = `${hash}/${key}`;
      const list = lists.get(name) ?? { entries: [], order: [] };
      lists.set(name, list);
      list.entries.push(entry);
      list.order.push(order);
      this.#patterns.add(key);
    };
    let dropped = 0;
    for (let i = 0; i <= index.frames.length; i++) {
      for (let d = index.dropped[dropped]; d?.before === i; d = index.dropped[++dropped]) {
        add(d.configurationHash, d.patternKey, undefined, i);
      }
      const frame = index.frames[i];
      if (frame?.patternKey !== undefined) add(frame.configurationHash, frame.patternKey, frame, i);
    }
    for (const [name, list] of lists) this.#lists.set(name, { ...list, next: 0 });
  }

  /** Takes the next readout of a pattern. */
  take(configurationHash: string, patternKey: string): Lookup {
    const list = this.#lists.get(`${configurationHash}/${patternKey}`);
    if (list === undefined) return this.#none(patternKey);
    if (list.next >= list.entries.length) {
      if (!this.#loop) return { kind: 'used-up', times: list.entries.length };
      list.next = 0;
    }
    const place = list.next++;
    return { kind: 'answer', answer: { frame: list.entries[place], list, place } };
  }

  /** Whether a pattern was recorded, under whatever configuration. */
  knows(patternKey: string): boolean {
    return this.#patterns.has(patternKey);
  }

  /** How many readouts of a pattern are still to be given, or why there are none at all. */
  left(
    configurationHash: string,
    patternKey: string,
  ): number | { readonly kind: 'other-configuration' } | { readonly kind: 'unknown' } {
    const list = this.#lists.get(`${configurationHash}/${patternKey}`);
    if (list === undefined) return this.#none(patternKey);
    return this.#loop ? Number.POSITIVE_INFINITY : list.entries.length - list.next;
  }

  /** Gives back an answer that was taken and not shown; the latest first. */
  giveBack({ list, place }: Answer): void {
    list.next = this.#loop ? place : Math.min(list.next, place);
  }

  /** Whether any readout of a pattern was kept: the device may have discarded all of them. */
  hasFrame(configurationHash: string, patternKey: string): boolean {
    return this.#lists.get(`${configurationHash}/${patternKey}`)?.entries.some((entry) => entry !== undefined) ?? false;
  }

  #none(patternKey: string): { readonly kind: 'other-configuration' } | { readonly kind: 'unknown' } {
    return { kind: this.knows(patternKey) ? 'other-configuration' : 'unknown' };
  }

  /** The next readouts are those of the recording from its `place`-th frame on. */
  seek(place: number): void {
    for (const list of this.#lists.values()) {
      const next = list.order.findIndex((order) => order >= place);
      list.next = next < 0 ? list.entries.length : next;
    }
  }
}
