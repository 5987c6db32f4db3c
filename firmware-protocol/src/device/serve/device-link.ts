import type { Clock } from '../../clock/clock.js';
import type { MessageHeader } from '../../codec/header.js';
import type { LinkError } from '../../codec/link-error.js';
import { decodeMessage, encodeMessage, isLinkError } from '../../codec/message.js';
import type { OpuError } from '../../errors/opu-error.js';
import { frameForCarrier } from '../../framing/frame.js';
import { createMessageReader, type MessageReader, type MessageSink } from '../../framing/message-reader.js';
import { compatibleFlag, linkErrorKind } from '../../generated/enums.js';
import type { Message } from '../../generated/messages.js';
import type { Transport, TransportSink } from '../../transport/transport.js';
import type { DeviceConnection, UnreadableCode } from '../device-connection.js';
import type { DeviceMachine } from '../device-machine.js';
import type { Outlet } from '../effects.js';

/** What a link tells the device that it belongs to. */
export interface LinkObserver {
  /** A message was handed to the transport. */
  spoke(): void;
  /** Bytes came that are no message. */
  linkError(error: LinkError): void;
  /** Everything that a chunk brought was dealt with. */
  settled(): void;
  ended(link: DeviceLink): void;
}

/** Messages that wait for the transport, beyond which events are left out. */
const EVENTS_BACKLOG_MESSAGES = 64;
/**
 * What may wait for the transport before the host is given up: more than the readouts that are kept for it, asked for
 * once again.
 */
const MOST_BACKLOG_BYTES = 256 * 2 ** 20;
const MOST_BACKLOG_MESSAGES = 2 ** 18;

/** How a message is refused whose header is intact and that cannot be taken (OPU-LNK-5). */
const answerTo: ReadonlyMap<number, UnreadableCode> = new Map<number, UnreadableCode>([
  [linkErrorKind.UNKNOWN_TYPE, 'NOT_SUPPORTED'],
  [linkErrorKind.INCOMPATIBLE_FLAG, 'NOT_SUPPORTED'],
  [linkErrorKind.MALFORMED, 'MALFORMED'],
  [linkErrorKind.TOO_LONG, 'NO_ROOM'],
  [linkErrorKind.VERSION, 'VERSION_MISMATCH'],
]);

/** One connection of a host: bytes to messages for the device's state machine, and back. */
export class DeviceLink implements TransportSink, MessageSink, Outlet {
  readonly #transport: Transport;
  readonly #connection: DeviceConnection;
  readonly #reader: MessageReader;
  readonly #clock: Clock;
  readonly #observer: LinkObserver;
  readonly #maximumPayload: number;
  #sequence = 0;
  /** Chunks that wait because the transport asked for a pause. */
  #backlog: Uint8Array[] | undefined;
  #backlogBytes = 0;
  #ended = false;

  constructor(transport: Transport, machine: DeviceMachine, clock: Clock, observer: LinkObserver) {
    this.#transport = transport;
    this.#clock = clock;
    this.#observer = observer;
    this.#maximumPayload = machine.options.hello.maximumPayload;
    this.#connection = machine.connect(this);
    this.#reader = createMessageReader(transport.carrier, this);
  }

  get address(): string {
    return this.#transport.address;
  }

  get isBehind(): boolean {
    return this.#backlog !== undefined && this.#backlog.length >= EVENTS_BACKLOG_MESSAGES;
  }

  open(): Promise<void> {
    return this.#transport.open(this);
  }

  /** Ends the connection from the device's side. */
  async close(): Promise<void> {
    await this.#transport.close();
  }

  receive(chunk: Uint8Array): void {
    if (this.#ended) return;
    this.#reader.receive(chunk);
    this.#observer.settled();
  }

  ended(_reason?: OpuError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#backlog = undefined;
    this.#connection.disconnected(this.#clock.now());
    this.#observer.ended(this);
  }

  message(header: MessageHeader, payload: Uint8Array): void {
    const decoded = decodeMessage(header, payload);
    if (isLinkError(decoded)) {
      this.linkError(decoded);
      return;
    }
    this.#connection.receive(decoded, header, this.#clock.now());
    // HELLO tells the host what fits; from then on it does.
    if (decoded.type === 'HELLO') this.#reader.maximumPayload = this.#maximumPayload;
  }

  linkError(error: LinkError): void {
    this.#observer.linkError(error);
    const { header } = error;
    const code = answerTo.get(error.kind);
    if (header !== undefined && code !== undefined) {
      this.#connection.receiveUnreadable(header.type, header.requestId, code, error.text, this.#clock.now());
    }
    if (error.fatal) void this.close();
  }

  send(message: Message, requestId: number, repeated: boolean): void {
    if (this.#ended) return;
    const bytes = encodeMessage(
      { requestId, sequence: this.#sequence++, compatibleFlags: repeated ? compatibleFlag.REPEATED : 0 },
      message,
    );
    this.#observer.spoke();
    const chunk = frameForCarrier(this.#transport.carrier, bytes);
    if (this.#backlog === undefined) this.#hand(chunk);
    else this.#keep(chunk);
  }

  /** A host that asks and asks and never reads is given up before its replies fill the memory. */
  #keep(chunk: Uint8Array): void {
    const count = this.#backlog?.push(chunk) ?? 0;
    this.#backlogBytes += chunk.length;
    if (this.#backlogBytes <= MOST_BACKLOG_BYTES && count <= MOST_BACKLOG_MESSAGES) return;
    void this.#transport.close();
    this.ended();
  }

  #hand(chunk: Uint8Array): void {
    const pause = this.#transport.send(chunk);
    if (pause === undefined) return;
    const backlog: Uint8Array[] = [];
    this.#backlog = backlog;
    void pause.then(async () => {
      for (let next = backlog.shift(); next !== undefined && !this.#ended; next = backlog.shift()) {
        this.#backlogBytes -= next.length;
        await this.#transport.send(next);
      }
      if (this.#backlog === backlog) this.#backlog = undefined;
    });
  }
}
