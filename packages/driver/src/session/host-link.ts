import {
  compatibleFlag,
  createMessageReader,
  decodeMessage,
  encodeMessage,
  frameForCarrier,
  isLinkError,
  type LinkError,
  linkErrorKind,
  linkErrorToOpuError,
  type Message,
  type MessageHeader,
  type MessageReader,
  type MessageSink,
  OpuError,
  type Transport,
  type TransportSink,
} from '@opu/protocol';

/** What a link tells the session that it belongs to. */
export interface LinkOwner {
  linkMessage(link: HostLink, message: Message, header: MessageHeader): void;
  /** Everything that a chunk brought was handed over. */
  linkSettled(link: HostLink): void;
  /** The transport takes more again. */
  linkDrained(link: HostLink): void;
  /** Bytes came that are no message; the link goes on unless it ends as well. */
  linkDamaged(link: HostLink, error: LinkError): void;
  linkEnded(link: HostLink, reason: OpuError | undefined): void;
}

/** One connection: messages to bytes and back. */
export class HostLink implements TransportSink, MessageSink {
  readonly #transport: Transport;
  readonly #owner: LinkOwner;
  readonly #reader: MessageReader;
  #sequence = 0;
  #backlog: Uint8Array[] | undefined;
  #ended = false;
  /** Whatever had the header of a message. */
  #messages = 0;
  bytesSent = 0;
  bytesReceived = 0;

  /** @param maximumPayload longest payload that the device may send, as it is told in HELLO */
  constructor(transport: Transport, maximumPayload: number, owner: LinkOwner) {
    this.#transport = transport;
    this.#owner = owner;
    this.#reader = createMessageReader(transport.carrier, this, { maximumPayload });
  }

  get address(): string {
    return this.#transport.address;
  }

  /** False while the transport is full: what is sent nevertheless waits in memory. */
  get isFree(): boolean {
    return this.#backlog === undefined;
  }

  open(): Promise<void> {
    return this.#transport.open(this);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  send(message: Message, requestId: number, repeated: boolean): void {
    if (this.#ended) return;
    const compatibleFlags = repeated ? compatibleFlag.REPEATED : 0;
    const bytes = encodeMessage({ requestId, sequence: this.#sequence++, compatibleFlags }, message);
    const chunk = frameForCarrier(this.#transport.carrier, bytes);
    this.bytesSent += chunk.length;
    if (this.#backlog !== undefined) {
      this.#backlog.push(chunk);
      return;
    }
    const pause = this.#transport.send(chunk);
    if (pause !== undefined) void this.#drain(pause);
  }

  receive(chunk: Uint8Array): void {
    if (this.#ended) return;
    this.bytesReceived += chunk.length;
    this.#reader.receive(chunk);
    this.#owner.linkSettled(this);
  }

  ended(reason?: OpuError): void {
    this.#finish(reason);
  }

  message(header: MessageHeader, payload: Uint8Array): void {
    if (this.#ended) return;
    const message = decodeMessage(header, payload);
    this.#messages++;
    if (isLinkError(message)) this.linkError(message);
    else this.#owner.linkMessage(this, message, header);
  }

  linkError(error: LinkError): void {
    if (this.#ended) return;
    // A message that came damaged, or that is not known here, came from a device all the same.
    if (error.header !== undefined) this.#messages++;
    this.#owner.linkDamaged(this, error);
    // A device of another major version says nothing that can be understood, and it will not get better.
    if (!error.fatal && error.kind !== linkErrorKind.VERSION) return;
    void this.#transport.close();
    this.#finish(this.judge(linkErrorToOpuError(error)));
  }

  /** The same error, or what is behind it: bytes came over this link, and none of them was a message. */
  judge(error: OpuError): OpuError {
    if (this.#messages > 0 || this.bytesReceived === 0 || (error.code !== 'TIMEOUT' && error.code !== 'LINK_CORRUPT')) {
      return error;
    }
    return new OpuError(
      'LINK_CORRUPT',
      `What answers on ${this.address} is no OPU that this driver knows: none of the ${this.bytesReceived} bytes that came is ` +
        `part of a message. Check the address, the baud rate of a serial line, and the firmware. (${error.message})`,
      { cause: error, details: { address: this.address, bytes: this.bytesReceived } },
    );
  }

  async #drain(pause: Promise<void>): Promise<void> {
    let waiting: Uint8Array[] = (this.#backlog = []);
    await pause;
    while (waiting.length > 0 && !this.#ended) {
      this.#backlog = [];
      for (const chunk of waiting) await this.#transport.send(chunk);
      waiting = this.#backlog;
    }
    this.#backlog = undefined;
    if (!this.#ended) this.#owner.linkDrained(this);
  }

  #finish(reason: OpuError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#owner.linkEnded(this, reason);
  }
}
