/** Writes zeros from byte `from` up to `to`, and calls back once nothing more is going to be written, done or not. */
export type FillZeros = (bytes: Uint8Array, from: number, to: number, done: () => void) => void;

/** What is ready from the beginning, because nobody should wait for it. */
const FIRST_BYTES = 8 << 20;
/** What is made ready at a time, about 1.5 ms of another thread's work, and how many such pieces at once. */
const PIECE_BYTES = 2 << 20;
const PIECES_AT_ONCE = 2;
/** News are told when they are this share (1/2) of what was told and is not used. */
const NEWS_SHARE = 2;

/**
 * Fresh memory for items that come one after the other. The operating system gives a page when it is first written to, which
 * takes longer than to fill it; for large memory another thread does that ahead of the items. An item's memory must not be
 * touched before it was told to be ready.
 */
export class MemoryAhead {
  readonly #bytes: Uint8Array;
  readonly #itemBytes: number;
  readonly #fill: FillZeros | undefined;
  readonly #ready: (count: number) => void;
  readonly #itemsPerPiece: number;
  readonly #items: number;
  /** Items whose memory is ready or is being made ready. */
  #begun = 0;
  /** Items whose memory is ready, as are all before them. */
  #made = 0;
  #told = 0;
  #used = 0;
  /** Where pieces end that are ready although one before them is not, by where they begin. */
  readonly #early = new Map<number, number>();
  #isOver = false;

  /**
   * @param bytes fresh, all zero
   * @param fill makes memory ready on another thread; without it all is ready at once
   * @param ready hears how many more items have memory, in their order; the first time before `begin` returns
   */
  constructor(bytes: Uint8Array, itemBytes: number, fill: FillZeros | undefined, ready: (count: number) => void) {
    this.#bytes = bytes;
    this.#itemBytes = itemBytes;
    this.#fill = fill;
    this.#ready = ready;
    this.#items = itemBytes === 0 ? 0 : Math.floor(bytes.length / itemBytes);
    this.#itemsPerPiece = Math.max(1, Math.floor(PIECE_BYTES / itemBytes));
  }

  begin(): void {
    const first = Math.ceil(FIRST_BYTES / this.#itemBytes);
    this.#begun = this.#fill === undefined ? this.#items : Math.min(this.#items, first);
    this.#tell(this.#begun);
    for (let i = 0; i < PIECES_AT_ONCE; i++) this.#next();
  }

  /** So many more items came. */
  used(count: number): void {
    this.#used += count;
    this.#news();
  }

  /** Nobody is told any more. */
  end(): void {
    this.#isOver = true;
  }

  #next(): void {
    const from = this.#begun;
    if (this.#isOver || from >= this.#items) return;
    const to = Math.min(this.#items, from + this.#itemsPerPiece);
    this.#begun = to;
    this.#fill?.(this.#bytes, from * this.#itemBytes, to * this.#itemBytes, () => {
      this.#early.set(from, to);
      this.#next();
      for (let end = this.#early.get(this.#made); end !== undefined; end = this.#early.get(this.#made)) {
        this.#early.delete(this.#made);
        this.#made = end;
      }
      this.#news();
    });
  }

  /** Telling costs a message: that is worth it when a share of what is there has become ready, or there is little of it. */
  #news(): void {
    const news = this.#made - this.#told;
    if (news > 0 && news * NEWS_SHARE >= this.#told - this.#used) this.#tell(this.#made);
  }

  #tell(end: number): void {
    const count = end - this.#told;
    this.#told = this.#made = end;
    if (!this.#isOver) this.#ready(count);
  }
}
