import { createHeader, HEADER_BYTES, TRAILER_BYTES } from '../codec/header.js';
import { makeLinkError } from '../codec/link-error.js';
import { linkErrorKind } from '../generated/enums.js';
import { readU32 } from '../primitives/bytes.js';
import { readIntactHeader, refuseHeader } from './check-header.js';
import { deliver } from './deliver.js';
import { INITIAL_MAXIMUM_PAYLOAD, type MessageReader, type MessageSink, type ReaderOptions } from './message-reader.js';

/** Reader for carriers with borders of their own (USB bulk): every chunk is one whole message. */
export class TransferReader implements MessageReader {
  maximumPayload: number;
  readonly isWithinMessage = false;
  readonly #sink: MessageSink;
  readonly #header = createHeader();
  readonly #borrow: boolean;

  constructor(sink: MessageSink, options: ReaderOptions) {
    this.#sink = sink;
    this.maximumPayload = options.maximumPayload ?? INITIAL_MAXIMUM_PAYLOAD;
    this.#borrow = options.borrow ?? false;
  }

  receive(chunk: Uint8Array, borrowed = false): void {
    if (chunk.length < HEADER_BYTES + TRAILER_BYTES) {
      const text = `A transfer of ${chunk.length} bytes came; a message has at least ${HEADER_BYTES + TRAILER_BYTES}.`;
      this.#sink.linkError(makeLinkError(linkErrorKind.WRONG_LENGTH, text));
      return;
    }
    const error = readIntactHeader(chunk, 0, this.#header) ?? refuseHeader(this.#header, this.maximumPayload);
    if (error !== undefined) {
      this.#sink.linkError(error);
      return;
    }
    const announced = HEADER_BYTES + this.#header.payloadLength + TRAILER_BYTES;
    if (chunk.length !== announced) {
      const text = `A transfer of ${chunk.length} bytes came for a message of ${announced}.`;
      this.#sink.linkError(makeLinkError(linkErrorKind.WRONG_LENGTH, text, this.#header));
      return;
    }
    deliver(this.#sink, this.#header, readU32(chunk, HEADER_BYTES - 4), chunk, HEADER_BYTES, borrowed || this.#borrow);
  }
}
