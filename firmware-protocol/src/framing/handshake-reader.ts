import { createHeader, HEADER_BYTES, hasMagic, TRAILER_BYTES } from '../codec/header.js';
import { type LinkError, makeLinkError } from '../codec/link-error.js';
import { crc32c } from '../crc/crc32c.js';
import { linkErrorKind } from '../generated/enums.js';
import { readU32 } from '../primitives/bytes.js';
import { readIntactHeader, refuseHeader } from './check-header.js';
import { deliver } from './deliver.js';
import { LengthReader } from './length-reader.js';
import { INITIAL_MAXIMUM_PAYLOAD, type MessageReader, type MessageSink, type ReaderOptions } from './message-reader.js';

/** The bytes that every message begins with. */
const MAGIC = [0x4f, 0x50, 0x55, 0xb1];
const NO_MAGIC = makeLinkError(
  linkErrorKind.BAD_MAGIC,
  'Bytes came that are not the start of a message (4f 50 55 b1).',
);
/** So much that is no message is skipped in front of a handshake. What sends more is no OPU. */
const MOST_SKIPPED_BYTES = 64 * 1024;

/**
 * Reader for reliable bytes without borders until a handshake is through (`settle`): what an adapter or a bridge still had of an
 * earlier connection may stand in front of it, and end in the middle of a message, so that every byte may be the first of the next
 * one (OPU-CAR-7). From then on it is a `LengthReader`.
 */
export class HandshakeReader implements MessageReader {
  readonly #sink: MessageSink;
  readonly #inner: LengthReader;
  readonly #header = createHeader();
  #waiting: Uint8Array = new Uint8Array(0);
  #skipped = 0;
  #isToldOf = 0;
  #isSettled = false;
  #isBroken = false;

  constructor(sink: MessageSink, options: ReaderOptions) {
    this.#sink = sink;
    this.#inner = new LengthReader(sink, options);
  }

  get maximumPayload(): number {
    return this.#inner.maximumPayload;
  }

  set maximumPayload(bytes: number) {
    this.#inner.maximumPayload = bytes;
  }

  get isWithinMessage(): boolean {
    return this.#inner.isWithinMessage;
  }

  /** Bytes that are no message, which were skipped. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The handshake is through: from here on one message follows the other. */
  settle(): void {
    this.#isSettled = true;
  }

  receive(chunk: Uint8Array, borrowed = false): void {
    if (this.#isBroken) return;
    if (this.#isSettled) {
      this.#inner.receive(chunk, borrowed);
      return;
    }
    // Little comes before a handshake is through, so that copies cost nothing.
    const bytes = new Uint8Array(this.#waiting.length + chunk.length);
    bytes.set(this.#waiting);
    bytes.set(chunk, this.#waiting.length);
    const rest = this.#seek(bytes);
    this.#waiting = new Uint8Array(0);
    if (this.#isSettled && rest < bytes.length) this.#inner.receive(bytes.subarray(rest), false);
    else if (!this.#isBroken) this.#waiting = bytes.slice(rest);
  }

  /** Hands over the messages that stand whole in the bytes. @returns where what is not known yet begins */
  #seek(bytes: Uint8Array): number {
    let at = 0;
    while (!this.#isSettled && at < bytes.length) {
      const isPart = bytes.length - at < HEADER_BYTES;
      if (isPart && startsLikeMagic(bytes, at)) return at;
      const damage = isPart ? NO_MAGIC : readIntactHeader(bytes, at, this.#header);
      if (damage !== undefined) {
        if (!this.#skip(damage)) return at;
        at++;
        continue;
      }
      const refusal = refuseHeader(this.#header, INITIAL_MAXIMUM_PAYLOAD);
      if (refusal !== undefined) {
        this.#sink.linkError(refusal);
        at += HEADER_BYTES;
        continue;
      }
      const end = at + HEADER_BYTES + this.#header.payloadLength;
      if (!isWhole(bytes, at, end)) {
        // It was cut off when another one begins before its end.
        const isComing = bytes.length < end + TRAILER_BYTES;
        const next = isComing ? this.#nextWhole(bytes, at + 1) : at + HEADER_BYTES;
        if (next === undefined) return at;
        at = next;
        continue;
      }
      this.#tellOfSkipped();
      deliver(this.#sink, this.#header, readU32(bytes, at + HEADER_BYTES - 4), bytes, at + HEADER_BYTES, false);
      at = end + TRAILER_BYTES;
    }
    return at;
  }

  #nextWhole(bytes: Uint8Array, from: number): number | undefined {
    for (let at = from; at + HEADER_BYTES + TRAILER_BYTES <= bytes.length; at++) {
      if (!hasMagic(bytes, at) || readIntactHeader(bytes, at, this.#header) !== undefined) continue;
      if (isWhole(bytes, at, at + HEADER_BYTES + this.#header.payloadLength)) return at;
    }
    return undefined;
  }

  #skip(damage: LinkError): boolean {
    this.#skipped++;
    if (this.#skipped <= MOST_SKIPPED_BYTES) return true;
    this.#isBroken = true;
    this.#sink.linkError({ ...damage, fatal: true });
    return false;
  }

  #tellOfSkipped(): void {
    if (this.#skipped === this.#isToldOf) return;
    this.#isToldOf = this.#skipped;
    this.#sink.linkError(this.#noMessage());
  }

  #noMessage(): LinkError {
    const text = `${this.#skipped} bytes that are no message stood in front of the handshake.`;
    return makeLinkError(linkErrorKind.BAD_MAGIC, text);
  }
}

function startsLikeMagic(bytes: Uint8Array, at: number): boolean {
  return bytes.subarray(at, at + MAGIC.length).every((byte, i) => byte === MAGIC[i]);
}

/** Whether the payload from `at` to `end` is there with the CRC behind it, and goes with the header in front. */
function isWhole(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes.length < end + TRAILER_BYTES) return false;
  return crc32c(bytes, at + HEADER_BYTES, end, readU32(bytes, at + HEADER_BYTES - 4)) === readU32(bytes, end);
}
