import { ReplyMemory } from './reply-memory.js';

const REMEMBERED_HOSTS = 8;

/** Stored replies by host, because a host may repeat a request over a new connection. */
export class ReplyMemories<Reply> {
  readonly #capacity: number;
  readonly #byHost = new Map<number, ReplyMemory<Reply>>();

  /** @param capacity replies that are stored for one host */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Those of a host; new ones each time for host 0, which keeps nothing over connections. */
  of(hostId: number): ReplyMemory<Reply> {
    const known = this.#byHost.get(hostId);
    if (known !== undefined && hostId !== 0) return known;
    const fresh = new ReplyMemory<Reply>(this.#capacity);
    if (hostId === 0) return fresh;
    this.#byHost.set(hostId, fresh);
    if (this.#byHost.size > REMEMBERED_HOSTS) {
      for (const oldest of this.#byHost.keys()) {
        this.#byHost.delete(oldest);
        break;
      }
    }
    return fresh;
  }
}
