/** What to do with a readout message. */
export type ReadoutVerdict<Body> =
  /** These are next, in order: the message itself and others that came early and waited for it. */
  | { readonly kind: 'deliver'; readonly parts: readonly ReadoutPart<Body>[] }
  | { readonly kind: 'repetition' }
  /** It is kept; frames before it are missing and should be asked for if `ask` is set. */
  | { readonly kind: 'gap'; readonly from: number; readonly count: number; readonly ask: boolean };

/** A message to hand on; frames in it below `skipBelow` were handed on before. */
export interface ReadoutPart<Body> {
  readonly body: Body;
  readonly skipBelow: number;
}

interface Early<Body> {
  readonly from: number;
  readonly end: number;
  readonly body: Body;
}

/**
 * The receiving end of the readout window: hands every frame on once and in order, keeps what came early, and knows what
 * is missing. A message accounts for the frames `from` to `end`, those that the device dropped among them.
 */
export class ReadoutReceiver<Body> {
  #expected: number;
  #early: Early<Body>[] = [];
  #askedFor = -1;
  repetitions = 0;
  gaps = 0;

  readonly #own: (body: Body) => Body;

  /** @param own copies what is kept of a message, if it has to be copied */
  constructor(nextFrame = 0, own: (body: Body) => Body = (body) => body) {
    this.#expected = nextFrame;
    this.#own = own;
  }

  /** The frame that is handed on next; all below were. */
  get expected(): number {
    return this.#expected;
  }

  get hasGap(): boolean {
    return this.#early.length > 0;
  }

  accept(from: number, end: number, body: Body): ReadoutVerdict<Body> {
    if (from === this.#expected && this.#early.length === 0) {
      this.#expected = end;
      return { kind: 'deliver', parts: [{ body, skipBelow: from }] };
    }
    if (end <= this.#expected || this.#early.some((e) => e.from === from)) {
      this.repetitions++;
      return { kind: 'repetition' };
    }
    if (from > this.#expected) {
      this.#keep({ from, end, body: this.#own(body) });
      return this.gap();
    }
    const parts = [{ body, skipBelow: this.#expected }];
    this.#expected = end;
    this.#takeEarly(parts);
    return { kind: 'deliver', parts };
  }

  /** Frames below are not wanted any more. @returns what came early and is next now */
  skipTo(frame: number): ReadoutPart<Body>[] {
    if (frame <= this.#expected) return [];
    this.#expected = frame;
    const parts: ReadoutPart<Body>[] = [];
    this.#takeEarly(parts);
    return parts;
  }

  #takeEarly(parts: ReadoutPart<Body>[]): void {
    for (let next = this.#early[0]; next !== undefined && next.from <= this.#expected; next = this.#early[0]) {
      this.#early.shift();
      if (next.end <= this.#expected) continue;
      parts.push({ body: next.body, skipBelow: this.#expected });
      this.#expected = next.end;
    }
    this.#askedFor = -1;
  }

  /** The missing frames in front of what came early. */
  gap(): ReadoutVerdict<Body> & { kind: 'gap' } {
    const first = this.#early[0];
    const ask = this.#askedFor !== this.#expected;
    if (ask) this.gaps++;
    this.#askedFor = this.#expected;
    return { kind: 'gap', from: this.#expected, count: first === undefined ? 0 : first.from - this.#expected, ask };
  }

  /** Starts anew at a frame. */
  restart(nextFrame: number): void {
    this.#expected = nextFrame;
    this.#early = [];
    this.#askedFor = -1;
  }

  #keep(entry: Early<Body>): void {
    let at = this.#early.length;
    while (at > 0 && this.#early[at - 1]!.from > entry.from) at--;
    this.#early.splice(at, 0, entry);
  }
}
