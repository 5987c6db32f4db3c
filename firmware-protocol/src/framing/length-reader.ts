import { createHeader, HEADER_BYTES, TRAILER_BYTES } from '../codec/header.js';
import type { LinkError } from '../codec/link-error.js';
import { readU32 } from '../primitives/bytes.js';
import { readIntactHeader, refuseHeader } from './check-header.js';
import { deliver } from './deliver.js';
import { INITIAL_MAXIMUM_PAYLOAD, type MessageReader, type MessageSink, type ReaderOptions } from './message-reader.js';
import { PieceBuffer } from './piece-buffer.js';

/**
 * Reader for reliable bytes without borders (TCP): the header's length delimits messages. A damaged header loses the
 * border for good, so that error is fatal.
 */
export class LengthReader implements MessageReader {
  maximumPayload: number;
  readonly #sink: MessageSink;
  readonly #pieces = new PieceBuffer();
  readonly #borrow: boolean;
  readonly #header = createHeader();
  readonly #headerBytes = new Uint8Array(HEADER_BYTES);
  #headerCrc = 0;
  /** Bytes of the header that have come, while it comes in pieces. */
  #headerFilled = 0;
  #body: Uint8Array | undefined;
  #bodyFilled = 0;
  #isBodyBorrowed = false;
  #isBorrowed = false;
  /** Bytes of a refused message that are still to come. */
  #skip = 0;
  #broken = false;

  constructor(sink: MessageSink, options: ReaderOptions) {
    this.#sink = sink;
    this.maximumPayload = options.maximumPayload ?? INITIAL_MAXIMUM_PAYLOAD;
    this.#borrow = options.borrow ?? false;
  }

  get isWithinMessage(): boolean {
    return this.#body !== undefined;
  }

  receive(chunk: Uint8Array, borrowed = false): void {
    this.#isBorrowed = borrowed || this.#borrow;
    let at = 0;
    while (at < chunk.length && !this.#broken) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at);
        this.#skip -= skipped;
        at += skipped;
      } else if (this.#body !== undefined) at = this.#fillBody(chunk, at);
      else if (this.#headerFilled > 0 || chunk.length - at < HEADER_BYTES) at = this.#fillHeader(chunk, at);
      else at = this.#wholeHeader(chunk, at);
    }
  }

  /** The header lies whole in the chunk; when the payload does too, nothing is copied. */
  #wholeHeader(chunk: Uint8Array, at: number): number {
    if (!this.#acceptHeader(chunk, at)) return at + HEADER_BYTES;
    const total = HEADER_BYTES + this.#header.payloadLength + TRAILER_BYTES;
    if (chunk.length - at >= total) {
      deliver(this.#sink, this.#header, this.#headerCrc, chunk, at + HEADER_BYTES, this.#isBorrowed);
      return at + total;
    }
    this.#startBody();
    return at + HEADER_BYTES;
  }

  #fillHeader(chunk: Uint8Array, at: number): number {
    const taken = Math.min(HEADER_BYTES - this.#headerFilled, chunk.length - at);
    this.#headerBytes.set(chunk.subarray(at, at + taken), this.#headerFilled);
    this.#headerFilled += taken;
    if (this.#headerFilled === HEADER_BYTES) {
      this.#headerFilled = 0;
      if (this.#acceptHeader(this.#headerBytes, 0)) this.#startBody();
    }
    return at + taken;
  }

  #startBody(): void {
    this.#isBodyBorrowed = this.#isBorrowed;
    this.#body = this.#pieces.take(this.#header.payloadLength + TRAILER_BYTES, this.#isBorrowed);
    this.#bodyFilled = 0;
  }

  #fillBody(chunk: Uint8Array, at: number): number {
    const body = this.#body!;
    const length = this.#header.payloadLength + TRAILER_BYTES;
    const taken = Math.min(length - this.#bodyFilled, chunk.length - at);
    body.set(chunk.subarray(at, at + taken), this.#bodyFilled);
    this.#bodyFilled += taken;
    if (this.#bodyFilled === length) {
      this.#body = undefined;
      deliver(this.#sink, this.#header, this.#headerCrc, body, 0, this.#isBodyBorrowed);
    }
    return at + taken;
  }

  #acceptHeader(bytes: Uint8Array, at: number): boolean {
    const broken = readIntactHeader(bytes, at, this.#header);
    if (broken !== undefined) {
      this.#broken = true;
      const error: LinkError = { ...broken, fatal: true };
      this.#sink.linkError(error);
      return false;
    }
    this.#headerCrc = readU32(bytes, at + HEADER_BYTES - 4);
    const refusal = refuseHeader(this.#header, this.maximumPayload);
    if (refusal === undefined) return true;
    this.#skip = this.#header.payloadLength + TRAILER_BYTES;
    this.#sink.linkError(refusal);
    return false;
  }
}
