/** Frames that travel in one message: `from` is the first that the message accounts for, `end` is one past the last. */
export interface StoredReadouts<Body> {
  readonly from: number;
  readonly end: number;
  readonly bytes: number;
  readonly body: Body;
}

/** Answer to a request for readouts. */
export type ResendVerdict<Body> =
  | { readonly kind: 'send'; readonly bodies: readonly Body[] }
  | { readonly kind: 'gone'; readonly from: number; readonly count: number }
  | { readonly kind: 'not-yet'; readonly from: number; readonly count: number };

/**
 * Readouts that were sent and are not acknowledged yet. None is dropped: when the store is full, or the host's credit
 * is used up, the device waits with sending.
 */
export class ReadoutStore<Body> {
  readonly #capacityBytes: number;
  #entries: StoredReadouts<Body>[] = [];
  #head = 0;
  #bytes = 0;
  #kept = 0;
  #next = 0;
  #creditLimit = 0;

  readonly #freed: (body: Body) => void;

  /**
   * @param capacityBytes memory for readouts under way; one message is always taken
   * @param freed called with what was acknowledged
   */
  constructor(capacityBytes: number, freed: (body: Body) => void = () => {}) {
    this.#capacityBytes = capacityBytes;
    this.#freed = freed;
  }

  /** Frame number that follows the last one sent. */
  get next(): number {
    return this.#next;
  }

  /** Lowest frame number that can still be sent again; equal to `next` when all is acknowledged. */
  get kept(): number {
    return this.#kept;
  }

  /** Frames below this may be sent as far as the host's buffers go. */
  get creditLimit(): number {
    return this.#creditLimit;
  }

  get heldBytes(): number {
    return this.#bytes;
  }

  /** True when the memory takes another message. */
  get hasRoom(): boolean {
    return this.#bytes < this.#capacityBytes;
  }

  /** The host has buffers for frames below `limit`; a lower limit than before is stale news. */
  credit(limit: number): boolean {
    if (limit <= this.#creditLimit) return false;
    this.#creditLimit = limit;
    return true;
  }

  /** A new holder of the lease gives its own credit. */
  revokeCredit(): void {
    this.#creditLimit = this.#next;
  }

  add(from: number, end: number, bytes: number, body: Body): void {
    this.#entries.push({ from, end, bytes, body });
    this.#bytes += bytes;
    this.#next = end;
  }

  /** All frames below `nextFrame` arrived. True when memory was freed. */
  acknowledge(nextFrame: number): boolean {
    let freed = false;
    while (this.#head < this.#entries.length) {
      const entry = this.#entries[this.#head]!;
      if (entry.end > nextFrame) break;
      this.#head++;
      this.#bytes -= entry.bytes;
      this.#freed(entry.body);
      freed = true;
    }
    this.#kept = this.#entries[this.#head]?.from ?? this.#next;
    if (this.#head > 32 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return freed;
  }

  /** Whole messages that cover frames `from` to `from + count`, as far as they were made. */
  find(from: number, count: number): ResendVerdict<Body> {
    if (from >= this.#next) return { kind: 'not-yet', from, count };
    const end = Math.min(from + count, this.#next);
    if (from < this.#kept) return { kind: 'gone', from, count: Math.min(end, this.#kept) - from };
    const bodies: Body[] = [];
    for (let i = this.#head; i < this.#entries.length; i++) {
      const entry = this.#entries[i]!;
      if (entry.end > from && entry.from < end) bodies.push(entry.body);
    }
    return { kind: 'send', bodies };
  }

  /** Forgets everything that was sent. */
  clear(): void {
    this.#entries = [];
    this.#head = 0;
    this.#bytes = 0;
    this.#kept = this.#next;
  }
}
