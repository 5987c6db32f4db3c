import { inBackground, type Transport } from '@opu/core';
import { FrameMemory } from './frame-memory.js';

/** Chunks below this travel together with their neighbours. */
const SMALL_BYTES = 16 * 1024;
/** Longest chunk that small ones are put together to. */
const JOINED_BYTES = 64 * 1024;

/**
 * What one end of a connection sends. Where the transport takes it, small messages of one turn are put together to one chunk,
 * because each chunk costs a call of the operating system at both ends. While the transport asks for a pause, everything waits
 * here.
 */
export class Outbox {
  readonly #transport: Transport;
  readonly #drained: () => void;
  /** Frames whose memory nobody needs any more, where the transport frees it. */
  readonly memory = new FrameMemory();
  readonly #freesSent: boolean;
  readonly #joins: boolean;
  #queue: (Uint8Array | readonly Uint8Array[])[] = [];
  #next = 0;
  #bytes = 0;
  #isScheduled = false;
  #isPaused = false;
  #isOver = false;

  /** @param drained called when `isFree` has become true again */
  constructor(transport: Transport, drained: () => void) {
    this.#transport = transport;
    this.#drained = drained;
    // Elsewhere a chunk is the message itself, which may have to be sent again.
    this.#freesSent = transport.freesSent === true && transport.carrier === 'stream';
    this.#joins = transport.takesJoined === true && transport.carrier !== 'message';
  }

  /** False while something waits here: one chunk under way and one that is ready to follow are enough. */
  get isFree(): boolean {
    return !this.#isPaused || this.#bytes === 0;
  }

  /** Messages that wait because the transport asked for a pause, and their bytes. */
  get waiting(): number {
    return this.#isPaused ? this.#queue.length - this.#next : 0;
  }

  get waitingBytes(): number {
    return this.#isPaused ? this.#bytes : 0;
  }

  /**
   * Takes a framed message. It goes out at once when it is large, else with the next `flush`.
   * @param isFlushed whether somebody is going to call `flush`; otherwise that happens as soon as the present call stack is done
   */
  send(chunk: Uint8Array, isFlushed: boolean): void {
    if (this.#isOver) return;
    this.#queue.push(chunk);
    this.#bytes += chunk.length;
    if (this.#isPaused) return;
    if (this.#bytes >= JOINED_BYTES) this.flush();
    else if (!isFlushed && !this.#isScheduled) {
      this.#isScheduled = true;
      queueMicrotask(() => {
        this.#isScheduled = false;
        this.flush();
      });
    }
  }

  /** Takes a framed message in parts, which are borrowed as `Transport.sendParts` says. */
  sendParts(parts: readonly Uint8Array[]): void {
    if (this.#isOver) return;
    this.#queue.push(parts);
    for (const part of parts) this.#bytes += part.length;
    this.flush();
  }

  /** Hands everything to the transport, as far as that takes it. */
  flush(): void {
    while (!this.#isPaused && this.#next < this.#queue.length) {
      this.#sendNext();
    }
    if (this.#next > 0 && this.#next >= this.#queue.length) {
      this.#queue = [];
      this.#next = 0;
    }
  }

  /** Nothing is sent any more. */
  end(): void {
    this.#isOver = true;
    this.#queue = [];
    this.#next = 0;
    this.#bytes = 0;
  }

  async #wait(pause: Promise<void>, chunk: Uint8Array | undefined): Promise<void> {
    this.#isPaused = true;
    await pause;
    this.#isPaused = false;
    this.#free(chunk);
    this.flush();
    if (this.isFree && !this.#isOver) this.#drained();
  }

  #sendNext(): void {
    const first = this.#queue[this.#next++]!;
    const chunk = this.#chunkOf(first);
    const pause = chunk === undefined ? this.#transport.sendParts!(first as Uint8Array[]) : this.#transport.send(chunk);
    if (pause === undefined) this.#free(chunk);
    // A transport's promise never rejects: what went wrong is told to the sink.
    else inBackground(this.#wait(pause, chunk), () => {});
  }

  /** What goes out in one piece; nothing where parts do. */
  #chunkOf(first: Uint8Array | readonly Uint8Array[]): Uint8Array | undefined {
    if (first instanceof Uint8Array) return this.#withFollowing(first);
    for (const part of first) this.#bytes -= part.length;
    return this.#transport.sendParts === undefined ? joined(first) : undefined;
  }

  #free(chunk: Uint8Array | undefined): void {
    if (this.#freesSent && chunk !== undefined) this.memory.give(chunk);
  }

  /** A chunk and the small ones behind it, as far as they are to travel together. */
  #withFollowing(first: Uint8Array): Uint8Array {
    this.#bytes -= first.length;
    if (!this.#joins || first.length >= SMALL_BYTES) return first;
    const chunks = [first];
    let length = first.length;
    for (let next = this.#queue[this.#next]; next instanceof Uint8Array; next = this.#queue[this.#next]) {
      if (next.length >= SMALL_BYTES || length + next.length > JOINED_BYTES) break;
      chunks.push(next);
      length += next.length;
      this.#next++;
    }
    this.#bytes -= length - first.length;
    return chunks.length === 1 ? first : joined(chunks);
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
