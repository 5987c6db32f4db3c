import { createHeader, HEADER_BYTES, hasMagic, type MessageHeader, TRAILER_BYTES } from '../codec/header.js';
import { linkErrorKind } from '../generated/enums.js';
import { EMPTY_BYTES, readU32 } from '../primitives/bytes.js';
import { isForeign, readIntactHeader, refuseHeader } from './check-header.js';
import { deliver } from './deliver.js';
import { INITIAL_MAXIMUM_PAYLOAD, type MessageReader, type MessageSink, type ReaderOptions } from './message-reader.js';
import { plainCrc } from './sum-up.js';

/**
 * Finds messages in bytes whose border is not known. No length is believed before the CRC of what it spans is right, so that
 * half a message does not swallow those behind it.
 */
export class BorderHunt {
  readonly #reader: MessageReader;
  readonly #sink: MessageSink;
  readonly #accepts: ReaderOptions['accepts'];
  readonly #header: MessageHeader = createHeader();
  /** What may be the start of a message that is not whole; at most one of the longest. */
  #held: Uint8Array = EMPTY_BYTES;
  /** Bytes that belong to no message of this session. */
  bytesPassed = 0;

  constructor(reader: MessageReader, sink: MessageSink, accepts: ReaderOptions['accepts']) {
    this.#reader = reader;
    this.#sink = sink;
    this.#accepts = accepts;
  }

  /** @returns what stands behind the message with which the reader stopped to hunt; nothing while it hunts */
  look(chunk: Uint8Array): Uint8Array | undefined {
    const bytes = new Uint8Array(this.#held.length + chunk.length);
    bytes.set(this.#held);
    bytes.set(chunk, this.#held.length);
    let at = 0;
    while (this.#reader.isHunting && bytes.length - at >= HEADER_BYTES) {
      const taken = this.#try(bytes, at);
      if (taken === 0) break;
      at += taken;
    }
    const rest = bytes.subarray(at);
    this.#held = this.#reader.isHunting ? rest : EMPTY_BYTES;
    return this.#reader.isHunting ? undefined : rest;
  }

  /** @returns bytes that are done with; 0 when more have to come */
  #try(bytes: Uint8Array, at: number): number {
    if (!hasMagic(bytes, at) || readIntactHeader(bytes, at, this.#header) !== undefined) return this.#pass(1);
    const header = this.#header;
    if (isForeign(header, this.#accepts)) {
      this.#sink.skipped?.(header);
      return this.#pass(HEADER_BYTES);
    }
    const refusal = refuseHeader(header, Math.min(this.#reader.maximumPayload, INITIAL_MAXIMUM_PAYLOAD));
    if (refusal !== undefined) {
      if (refusal.kind !== linkErrorKind.TOO_LONG) this.#sink.linkError(refusal);
      return this.#pass(HEADER_BYTES);
    }
    const total = HEADER_BYTES + header.payloadLength + TRAILER_BYTES;
    if (bytes.length - at < total) return 0;
    const headerCrc = readU32(bytes, at + HEADER_BYTES - 4);
    const payload = bytes.subarray(at + HEADER_BYTES, at + total - TRAILER_BYTES);
    if (plainCrc(payload, headerCrc) !== readU32(bytes, at + total - TRAILER_BYTES)) return this.#pass(HEADER_BYTES);
    deliver(this.#sink, header, headerCrc, bytes, at + HEADER_BYTES, false);
    return total;
  }

  #pass(count: number): number {
    this.bytesPassed += count;
    return count;
  }
}
