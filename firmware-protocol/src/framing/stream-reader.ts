import { createHeader, HEADER_BYTES, TRAILER_BYTES } from '../codec/header.js';
import { type LinkError, makeLinkError } from '../codec/link-error.js';
import { linkErrorKind } from '../generated/enums.js';
import { readU32 } from '../primitives/bytes.js';
import { readIntactHeader, refuseHeader } from './check-header.js';
import { deliver } from './deliver.js';
import { INITIAL_MAXIMUM_PAYLOAD, type MessageReader, type MessageSink, type ReaderOptions } from './message-reader.js';
import { PieceBuffer } from './piece-buffer.js';
import { ZeroFinder } from './zero-finder.js';

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

  get isWithinMessage(): boolean {
    return !this.#discarding && this.#target !== this.#headerBytes;
  }

  receive(chunk: Uint8Array, borrowed = false): void {
    this.#isBorrowed = borrowed || this.#borrow;
    const zeros = new ZeroFinder(chunk);
    let zero = -1;
    let at = 0;
    while (at < chunk.length) {
      if (zero < at) zero = zeros.next(at, chunk.length);
      if (this.#discarding) {
        if (zero === chunk.length) return;
        this.#startFrame();
        at = zero + 1;
      } else if (at === zero) at = this.#takeZero(at);
      else if (this.#block > 0 || this.#zeroDue) at = this.#copyBlocks(chunk, at, zero);
      else this.#startBlock(chunk[at++]!);
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

  /** The first block of a frame, or one behind a full block. */
  #startBlock(code: number): void {
    this.#inFrame = true;
    this.#block = code - 1;
    this.#zeroDue = code !== 0xff;
  }

  #takeZero(at: number): number {
    if (this.#block === 0) this.#endFrame();
    else {
      if (!this.#hasRoom()) return at;
      this.#sink.linkError(makeLinkError(linkErrorKind.BAD_FRAME, 'A frame was cut short: a COBS block is not whole.'));
      this.#startFrame();
    }
    return at + 1;
  }

  /**
   * Copies the rest of the open block and the blocks behind it. Where a block ends by a zero, that goes to where the code of
   * the next one stands: so all is copied at once, as far as no full block comes to its end.
   * @param end no byte below it is zero
   */
  #copyBlocks(chunk: Uint8Array, start: number, end: number): number {
    if (!this.#hasRoom()) return start;
    const target = this.#target;
    const shift = this.#filled - start;
    const last = Math.min(end, start + this.#limit - this.#filled);
    const firstCode = start + this.#block;
    let code = firstCode;
    let zeroDue = this.#zeroDue;
    while (code < last && zeroDue) {
      zeroDue = chunk[code] !== 0xff;
      code += chunk[code]!;
    }
    const stop = Math.min(code, last);
    target.set(chunk.subarray(start, stop), this.#filled);
    for (let at = firstCode; at < stop; at += chunk[at]!) target[at + shift] = 0;
    this.#filled += stop - start;
    this.#block = code - stop;
    this.#zeroDue = zeroDue;
    return stop;
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
