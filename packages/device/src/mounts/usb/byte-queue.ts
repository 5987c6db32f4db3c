/** Bytes as they come from a stream, to be taken in pieces of known length; copied only where pieces straddle chunks. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next `count` bytes, which stay; undefined when there are not so many. */
  peek(count: number): Uint8Array | undefined {
    if (count > this.#length) return undefined;
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= count) return first.subarray(0, count);
    const joined = new Uint8Array(count);
    let at = 0;
    let used = 0;
    while (at < count) {
      const chunk = this.#chunks[used++]!;
      const part = chunk.subarray(0, count - at);
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  /** The next `count` bytes; undefined, and nothing is taken, when there are not so many. */
  take(count: number): Uint8Array | undefined {
    const bytes = this.peek(count);
    if (bytes === undefined) return undefined;
    this.#length -= count;
    let left = count;
    while (left > 0) {
      const first = this.#chunks[0]!;
      if (first.length > left) {
        this.#chunks[0] = first.subarray(left);
        break;
      }
      left -= first.length;
      this.#chunks.shift();
    }
    return bytes;
  }
}
