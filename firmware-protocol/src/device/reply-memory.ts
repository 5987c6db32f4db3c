/**
 * Replies by request id, so that a repeated request is answered and not run again. Ids below the oldest one remembered
 * were answered long ago: the host that still repeats them has given up on them, and they are not run either.
 */
export class ReplyMemory<Reply> {
  readonly #capacity: number;
  readonly #replies = new Map<number, Reply | undefined>();
  #highestForgotten = 0;

  constructor(capacity = 64) {
    this.#capacity = capacity;
  }

  /** What is known of a request: never seen, being worked on, answered, or forgotten. */
  look(
    id: number,
  ): { readonly kind: 'new' | 'working' | 'forgotten' } | { readonly kind: 'answered'; readonly reply: Reply } {
    if (this.#replies.has(id)) {
      const reply = this.#replies.get(id);
      return reply === undefined ? { kind: 'working' } : { kind: 'answered', reply };
    }
    return { kind: id <= this.#highestForgotten ? 'forgotten' : 'new' };
  }

  begin(id: number): void {
    this.#replies.set(id, undefined);
    if (this.#replies.size <= this.#capacity) return;
    for (const [old, reply] of this.#replies) {
      if (reply === undefined) continue;
      this.#replies.delete(old);
      this.#highestForgotten = Math.max(this.#highestForgotten, old);
      return;
    }
  }

  answer(id: number, reply: Reply): void {
    if (this.#replies.has(id)) this.#replies.set(id, reply);
  }
}
