/** A run of patterns that lie one after the other in memory. The data is borrowed until it is acknowledged. */
export interface PatternBlock {
  readonly count: number;
  readonly patternBytes: number;
  readonly data: Uint8Array;
  /** Whether the last one of the block is the last of the run. */
  readonly last: boolean;
}

/** A part of a block, for one message. */
export interface PatternPart {
  readonly firstPatternId: number;
  readonly count: number;
  readonly patternBytes: number;
  readonly data: Uint8Array;
  readonly last: boolean;
}

interface QueuedBlock extends PatternBlock {
  readonly first: number;
  readonly end: number;
}

/**
 * The sending end of the pattern window: keeps what the device has not acknowledged, sends nothing beyond its credit,
 * and goes back to what it asks for again.
 */
export class PatternSender {
  #blocks: QueuedBlock[] = [];
  #next: number;
  #cursor: number;
  #highest: number;
  #acknowledged: number;
  #limit: number;
  resent = 0;

  constructor(nextPatternId = 0, creditLimit = 0) {
    this.#next = this.#cursor = this.#acknowledged = this.#highest = nextPatternId;
    this.#limit = creditLimit;
  }

  /** Id that the next offered pattern gets. */
  get next(): number {
    return this.#next;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Patterns offered and not yet acknowledged. */
  get waiting(): number {
    return this.#next - this.#acknowledged;
  }

  /** Patterns that could be offered now and sent at once. */
  get room(): number {
    return Math.max(0, this.#limit - this.#next);
  }

  /** Pattern ids below this may be sent. */
  get limit(): number {
    return this.#limit;
  }

  /** True while something was sent that is not acknowledged. */
  get inFlight(): boolean {
    return this.#acknowledged < this.#cursor;
  }

  /** @returns id of the first pattern of the block */
  offer(block: PatternBlock): number {
    const first = this.#next;
    this.#next += block.count;
    this.#blocks.push({ ...block, first, end: this.#next });
    return first;
  }

  /** The next part to send, of at most `maxBytes` of patterns (but one pattern at least); nothing without credit. */
  take(maxBytes: number): PatternPart | undefined {
    if (this.#cursor >= Math.min(this.#next, this.#limit)) return undefined;
    const block = this.#blocks.find((b) => b.end > this.#cursor)!;
    const fit = Math.max(1, Math.floor(maxBytes / block.patternBytes));
    const end = Math.min(block.end, this.#limit, this.#cursor + fit);
    const from = this.#cursor - block.first;
    const count = end - this.#cursor;
    const part = {
      firstPatternId: this.#cursor,
      count,
      patternBytes: block.patternBytes,
      data: block.data.subarray(from * block.patternBytes, (from + count) * block.patternBytes),
      last: block.last && end === block.end,
    };
    if (this.#cursor < this.#highest) this.resent += Math.min(end, this.#highest) - this.#cursor;
    this.#cursor = end;
    if (end > this.#highest) this.#highest = end;
    return part;
  }

  /** The device has all patterns below `nextPatternId` and room for those below `creditLimit`. True when that is news. */
  credit(nextPatternId: number, creditLimit: number): boolean {
    let news = false;
    if (creditLimit > this.#limit) {
      this.#limit = creditLimit;
      news = true;
    }
    return this.acknowledge(nextPatternId) || news;
  }

  /** All patterns below `nextPatternId` are in the device. */
  acknowledge(nextPatternId: number): boolean {
    const upTo = Math.min(nextPatternId, this.#highest);
    if (upTo <= this.#acknowledged) return false;
    this.#acknowledged = upTo;
    if (this.#cursor < upTo) this.#cursor = upTo;
    let done = 0;
    while (done < this.#blocks.length && this.#blocks[done]!.end <= upTo) done++;
    if (done > 0) this.#blocks.splice(0, done);
    return true;
  }

  /** The device asks for patterns from `id` on: it did not keep what came after a gap. */
  goBack(id: number): void {
    if (id < this.#acknowledged || id > this.#cursor) return;
    this.#cursor = id;
  }

  /** Forgets what is not acknowledged; the device's word counts for where the next pattern stands. */
  restart(nextPatternId: number, creditLimit: number): void {
    this.#blocks = [];
    this.#next = this.#cursor = this.#acknowledged = this.#highest = nextPatternId;
    this.#limit = creditLimit;
  }

  /** A new connection: all that is not acknowledged goes out again from what the device expects. */
  resume(nextPatternId: number, creditLimit: number): boolean {
    if (nextPatternId < this.#acknowledged || nextPatternId > this.#highest) return false;
    this.#limit = creditLimit;
    this.acknowledge(nextPatternId);
    this.#cursor = nextPatternId;
    return true;
  }
}
