import { readU32 } from '../codec/bytes.js';
import { createHeader, HEADER_BYTES, TRAILER_BYTES } from '../codec/header.js';
import { type LinkError, makeLinkError } from '../codec/link-error.js';
import { linkErrorKind } from '../generated/enums.js';
import { readIntactHeader, refuseHeader } from './check-header.js';
import { deliver } from './deliver.js';
import { INITIAL_MAXIMUM_PAYLOAD, type MessageReader, type MessageSink, type ReaderOptions } from './message-reader.js';
import { PieceBuffer } from './piece-buffer.js';

/**
 * Reader for carriers that may damage bytes (serial): COBS frames between zeros. Whatever came before a zero, the next
 * frame starts afresh behind it. Decodes as bytes come; memory for a payload is taken once its header was checked.
 */
export class StreamReader implements MessageReader {
  maximumPayload: number;
  readonly #sink: MessageSink;
  readonly #pieces = new PieceBuffer();
  readonly #borrow: boolean;
  #isBorrowed = false;
  #isBodyBorrowed = false;
  readonly #header = createHeader();
  readonly #headerBytes = new Uint8Array(HEADER_BYTES);
  /** Where decoded bytes go: the header first, then the payload and its CRC. */
  #target: Uint8Array = this.#headerBytes;
  #limit = HEADER_BYTES;
  #filled = 0;
  /** Bytes of the open COBS block that are still to come. */
  #block = 0;
  /** A zero is to be put before the next block. */
  #zeroDue = false;
  /** The frame was told to be bad: nothing of it is looked at until the next zero. */
  #discarding = false;
  #inFrame = false;

  constructor(sink: MessageSink, options: ReaderOptions) {
    this.#sink = sink;
    this.maximumPayload = options.maximumPayload ?? INITIAL_MAXIMUM_PAYLOAD;
    this.#borrow = options.borrow ?? false;
  }

  receive(chunk: Uint8Array, borrowed = false): void {
    this.#isBorrowed = borrowed || this.#borrow;
    let at = 0;
    while (at < chunk.length) {
      if (this.#discarding) {
        const zero = chunk.indexOf(0, at);
        if (zero < 0) return;
        this.#startFrame();
        at = zero + 1;
      } else if (this.#block > 0) at = this.#copyBlock(chunk, at);
      else {
        const code = chunk[at++]!;
        if (code === 0) this.#endFrame();
        else this.#startBlock(code);
      }
    }
  }

  #startFrame(): void {
    this.#target = this.#headerBytes;
    this.#limit = HEADER_BYTES;
    this.#filled = 0;
    this.#block = 0;
    this.#zeroDue = false;
    this.#discarding = false;
    this.#inFrame = false;
  }

  #startBlock(code: number): void {
    this.#inFrame = true;
    if (this.#zeroDue) {
      if (!this.#hasRoom()) return;
      this.#target[this.#filled++] = 0;
    }
    this.#block = code - 1;
    this.#zeroDue = code !== 0xff;
  }

  #copyBlock(chunk: Uint8Array, start: number): number {
    if (!this.#hasRoom()) return start;
    const target = this.#target;
    const count = Math.min(this.#block, chunk.length - start, this.#limit - this.#filled);
    let filled = this.#filled;
    for (let at = start; at < start + count; at++) {
      const byte = chunk[at]!;
      if (byte === 0) {
        this.#sink.linkError(
          makeLinkError(linkErrorKind.BAD_FRAME, 'A frame was cut short: a COBS block is not whole.'),
        );
        this.#startFrame();
        return at + 1;
      }
      target[filled++] = byte;
    }
    this.#filled = filled;
    this.#block -= count;
    return start + count;
  }

  /** Makes room for one more decoded byte: behind the header comes the body. False when the frame is bad. */
  #hasRoom(): boolean {
    if (this.#filled < this.#limit) return true;
    if (this.#target !== this.#headerBytes) {
      const text = 'A frame is longer than its header says.';
      return this.#discard(makeLinkError(linkErrorKind.WRONG_LENGTH, text, this.#header));
    }
    const error =
      readIntactHeader(this.#headerBytes, 0, this.#header) ?? refuseHeader(this.#header, this.maximumPayload);
    if (error !== undefined) return this.#discard(error);
    this.#limit = this.#header.payloadLength + TRAILER_BYTES;
    this.#isBodyBorrowed = this.#isBorrowed;
    this.#target = this.#pieces.take(this.#limit, this.#isBorrowed);
    this.#filled = 0;
    return true;
  }

  #discard(error: LinkError): false {
    this.#sink.linkError(error);
    this.#discarding = true;
    return false;
  }

  #endFrame(): void {
    if (!this.#inFrame) return;
    const body = this.#target;
    const filled = this.#filled;
    const isHeaderKnown = body !== this.#headerBytes;
    this.#startFrame();
    if (!isHeaderKnown) {
      const text = `A frame of ${filled} bytes is no message: one has at least ${HEADER_BYTES + TRAILER_BYTES}.`;
      this.#sink.linkError(makeLinkError(linkErrorKind.WRONG_LENGTH, text));
    } else if (filled < this.#header.payloadLength + TRAILER_BYTES) {
      const text = 'A frame is shorter than its header says.';
      this.#sink.linkError(makeLinkError(linkErrorKind.WRONG_LENGTH, text, this.#header));
    } else
      deliver(this.#sink, this.#header, readU32(this.#headerBytes, HEADER_BYTES - 4), body, 0, this.#isBodyBorrowed);
  }
}
