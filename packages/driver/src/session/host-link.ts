import { letGo, OpuError, type Transport, type TransportSink } from '@opu/core';
import {
  compatibleFlag,
  createMessageReader,
  decodeMessage,
  encodeMessage,
  encodePatternParts,
  frameForCarrier,
  isLinkError,
  type LinkError,
  linkErrorKind,
  linkErrorToOpuError,
  type Message,
  type MessageHeader,
  type MessageReader,
  type MessageSink,
  messageCodecs,
  Outbox,
} from '@opu/protocol';

/** Patterns of so many bytes are sent from where they lie, or from memory that is used again: below that a fresh copy costs less. */
const LARGE_BYTES = 32 * 1024;

/** What a link tells whoever it belongs to. */
export interface LinkOwner {
  /** @param borrowed bytes and records of READOUTS hold only until this returns */
  linkMessage(link: HostLink, message: Message, header: MessageHeader, borrowed: boolean): void;
  /**
   * Everything that a chunk brought was handed over.
   * @param isWithinMessage whether it ended in the middle of a message
   */
  linkSettled(link: HostLink, isWithinMessage: boolean): void;
  /** The transport takes more again. */
  linkDrained(link: HostLink): void;
  /** Bytes came that are no message; the link goes on unless it ends as well. */
  linkDamaged(link: HostLink, error: LinkError): void;
  linkEnded(link: HostLink, reason: OpuError | undefined): void;
}

/** One connection: messages to bytes and back. */
export class HostLink implements TransportSink, MessageSink {
  readonly takesBorrowed = true;
  readonly #transport: Transport;
  readonly #owner: LinkOwner;
  readonly #reader: MessageReader;
  readonly #outbox: Outbox;
  readonly #sendsParts: boolean;
  readonly #allocate: ((length: number) => Uint8Array) | undefined;
  #sequence = 0;
  #ended = false;
  /** Whatever had the header of a message. */
  #messages = 0;
  #isReceiving = false;
  bytesSent = 0;
  bytesReceived = 0;

  /** @param maximumPayload longest payload that the device may send, as it is told in HELLO */
  constructor(transport: Transport, maximumPayload: number, owner: LinkOwner) {
    this.#transport = transport;
    this.#owner = owner;
    this.#reader = createMessageReader(transport.carrier, this, { maximumPayload, seeksHandshake: true });
    this.#sendsParts = transport.sendParts !== undefined && transport.carrier === 'length';
    this.#allocate = transport.memoryFor?.bind(transport);
    this.#outbox = new Outbox(transport, () => this.#owner.linkDrained(this));
  }

  get address(): string {
    return this.#transport.address;
  }

  /** False while the transport is full: what is sent nevertheless waits in memory. */
  get isFree(): boolean {
    return this.#outbox.isFree;
  }

  open(): Promise<void> {
    return this.#transport.open(this);
  }

  close(): Promise<void> {
    this.#outbox.flush();
    return this.#transport.close();
  }

  /** @param session id of the session that the message belongs to; 0 outside of one */
  send(message: Message, requestId: number, repeated: boolean, session: number): void {
    if (this.#ended) return;
    // Nothing else is sent before HELLO was answered: from then on all that comes is of the session.
    if (message.type !== 'HELLO') this.#reader.settle?.();
    const compatibleFlags = repeated ? compatibleFlag.REPEATED : 0;
    const fields = { requestId, sequence: this.#sequence++, compatibleFlags, session };
    const isLarge = message.type === 'PATTERNS' && message.data.length >= LARGE_BYTES;
    if (this.#sendsParts && isLarge) {
      const parts = encodePatternParts(fields, message);
      for (const part of parts) this.bytesSent += part.length;
      this.#outbox.sendParts(parts);
      return;
    }
    const bytes = encodeMessage(fields, message, false, isLarge ? this.#allocate : undefined);
    const chunk = frameForCarrier(this.#transport.carrier, bytes, this.#outbox.memory);
    this.bytesSent += chunk.length;
    this.#outbox.send(chunk, this.#isReceiving);
  }

  /** The device has to say something before there is anything to do. */
  expectSoon(): void {
    if (!this.#ended) this.#transport.expectSoon?.();
  }

  receive(chunk: Uint8Array, borrowed = false): void {
    if (this.#ended) return;
    this.bytesReceived += chunk.length;
    this.#isReceiving = true;
    // What comes COBS-framed is copied by the reader anyway.
    this.#reader.receive(chunk, borrowed || this.#transport.carrier === 'stream');
    this.#owner.linkSettled(this, this.#reader.isWithinMessage);
    this.#isReceiving = false;
    this.#outbox.flush();
  }

  ended(reason?: OpuError): void {
    this.#finish(reason === undefined ? undefined : this.judge(reason));
  }

  message(header: MessageHeader, payload: Uint8Array, borrowed: boolean): void {
    if (this.#ended) return;
    this.#messages++;
    // Patterns that a credit in front of readouts brought forth: the device goes on while the readouts are worked off.
    if (header.type === messageCodecs.READOUTS.id) this.#outbox.flush();
    // Replies are kept by whoever asked.
    const message = decodeMessage(header, borrowed && header.requestId !== 0 ? new Uint8Array(payload) : payload);
    if (isLinkError(message)) this.linkError(message);
    else this.#owner.linkMessage(this, message, header, borrowed);
  }

  linkError(error: LinkError): void {
    if (this.#ended) return;
    // A message that came damaged, or that is not known here, came from a device all the same.
    if (error.header !== undefined) this.#messages++;
    this.#owner.linkDamaged(this, error);
    // A device of another major version says nothing that can be understood, and it will not get better. A message that came whole
    // and is none for its type was made that way.
    const isMade = error.kind === linkErrorKind.VERSION || error.kind === linkErrorKind.MALFORMED;
    if (!error.fatal && !isMade) return;
    letGo(this.#transport.close());
    this.#finish(this.judge(linkErrorToOpuError(error)));
  }

  /** The same error, or what is behind it: bytes came over this link, and none of them was a message. */
  judge(error: OpuError): OpuError {
    if (this.#messages > 0 || this.bytesReceived === 0 || !this.#tellsOfNoDevice(error)) return error;
    return new OpuError(
      'LINK_CORRUPT',
      `What answers on ${this.address} is no OPU that this driver knows: none of the ${this.bytesReceived} bytes that came is ` +
        `part of a message. Check the address, the baud rate of a serial line, and the firmware. (${error.message})`,
      { cause: error, details: { address: this.address, bytes: this.bytesReceived } },
    );
  }

  /** A link may be lost in the middle of the first message of a device, too. */
  #tellsOfNoDevice({ code }: OpuError): boolean {
    return code === 'TIMEOUT' || code === 'LINK_CORRUPT' || (code === 'LINK_LOST' && (this.#reader.skipped ?? 0) > 0);
  }

  #finish(reason: OpuError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#outbox.end();
    this.#owner.linkEnded(this, reason);
  }
}
