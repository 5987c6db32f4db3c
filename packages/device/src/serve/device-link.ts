import { type Clock, letGo, type OpuError, type Transport, type TransportSink } from '@opu/core';
import type { DeviceConnection, DeviceMachine, LinkError, MessageHeader, Outlet, UnreadableCode } from '@opu/protocol';
import {
  compatibleFlag,
  createMessageReader,
  decodeMessage,
  encodeMessage,
  frameForCarrier,
  isLinkError,
  linkErrorKind,
  type Message,
  type MessageReader,
  type MessageSink,
  messageType,
  Outbox,
} from '@opu/protocol';

/** Types other than PATTERNS whose bytes or records are kept. */
const holdsBytes: ReadonlySet<number> = new Set([messageType.STORE_SEQUENCE, messageType.PLAY_SEQUENCE]);

/** What a link tells the device that it belongs to. */
export interface LinkObserver {
  /** A message was sent. */
  spoke(): void;
  /** True while the device is in a turn after which `flush` is called. */
  readonly isInTurn: boolean;
  /** A chunk came and is about to be dealt with; `settled` follows. */
  receiving(): void;
  /** Bytes came that are no message. */
  linkError(error: LinkError): void;
  /** Everything that a chunk brought was dealt with. */
  settled(): void;
  /** The transport takes more again. */
  drained(): void;
  /** A host that does not read was given up; `ended` follows. */
  gaveUp(): void;
  ended(link: DeviceLink): void;
}

/** Messages that wait for the transport, beyond which events are left out. */
const EVENTS_BACKLOG_MESSAGES = 64;
/**
 * What may wait for a host before it is given up, in memory: answers and news; for the one in control the readouts that are kept for
 * it as well, asked for once again.
 */
const MOST_BACKLOG_BYTES = 16 * 2 ** 20;
/** Memory that a message takes besides its bytes, about. */
const MESSAGE_OVERHEAD_BYTES = 512;
const DEFAULT_RETAINED_BYTES = 64 * 2 ** 20;

/** How a message is refused whose header is intact and that cannot be taken (OPU-LNK-5). */
const answerTo: ReadonlyMap<number, UnreadableCode> = new Map<number, UnreadableCode>([
  [linkErrorKind.UNKNOWN_TYPE, 'NOT_SUPPORTED'],
  [linkErrorKind.INCOMPATIBLE_FLAG, 'NOT_SUPPORTED'],
  [linkErrorKind.MALFORMED, 'MALFORMED'],
  [linkErrorKind.TOO_LONG, 'NO_ROOM'],
  [linkErrorKind.VERSION, 'VERSION_MISMATCH'],
]);

/** Answers to HELLO belong to no session: they open one (OPU-HS-11). */
function opensSession(message: Message): boolean {
  return message.type === 'HELLO_REPLY' || (message.type === 'REFUSED' && message.requestType === messageType.HELLO);
}

/** One connection of a host: bytes to messages for the device's state machine, and back. */
export class DeviceLink implements TransportSink, MessageSink, Outlet {
  readonly takesBorrowed = true;
  readonly #transport: Transport;
  readonly #connection: DeviceConnection;
  readonly #reader: MessageReader;
  readonly #clock: Clock;
  readonly #observer: LinkObserver;
  readonly #maximumPayload: number;
  readonly #retainedBytes: number;
  readonly #outbox: Outbox;
  /** Whether the transport gives back what it sends: by copying it into a frame, or when it has arrived. */
  readonly #lends: boolean;
  #sequence = 0;
  #ended = false;

  constructor(transport: Transport, machine: DeviceMachine, clock: Clock, observer: LinkObserver) {
    this.#transport = transport;
    this.#clock = clock;
    this.#observer = observer;
    this.#maximumPayload = machine.options.hello.maximumPayload;
    this.#retainedBytes = machine.options.retainedReadoutBytes ?? DEFAULT_RETAINED_BYTES;
    this.#connection = machine.connect(this);
    this.#reader = createMessageReader(transport.carrier, this, { seeksHandshake: true });
    this.#lends = transport.carrier === 'stream' || transport.givesBack === true;
    this.#outbox = new Outbox(transport, () => observer.drained());
  }

  get address(): string {
    return this.#transport.address;
  }

  get isBehind(): boolean {
    return this.#outbox.waiting >= EVENTS_BACKLOG_MESSAGES;
  }

  /** False while the host in control does not take what is sent to it. */
  get isFree(): boolean {
    return this.#outbox.isFree || !this.#connection.isInControl;
  }

  open(): Promise<void> {
    return this.#transport.open(this);
  }

  /** Ends the connection from the device's side. */
  async close(): Promise<void> {
    this.#outbox.flush();
    await this.#transport.close();
  }

  receive(chunk: Uint8Array, borrowed = false): void {
    if (this.#ended) return;
    this.#observer.receiving();
    // What comes COBS-framed is copied by the reader anyway.
    this.#reader.receive(chunk, borrowed || this.#transport.carrier === 'stream');
    this.#observer.settled();
  }

  ended(_reason?: OpuError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#outbox.end();
    this.#connection.disconnected(this.#clock.now());
    this.#observer.ended(this);
  }

  message(header: MessageHeader, payload: Uint8Array, borrowed: boolean): void {
    const decoded = decodeMessage(header, borrowed && holdsBytes.has(header.type) ? new Uint8Array(payload) : payload);
    if (isLinkError(decoded)) {
      this.linkError(decoded);
      return;
    }
    this.#connection.receive(decoded, header, this.#clock.now(), borrowed);
    // HELLO tells the host what fits; from then on it does.
    if (decoded.type === 'HELLO') this.#reader.maximumPayload = this.#maximumPayload;
    // A HELLO may be an old one; what comes in the session that it opened is not.
    if (header.session === this.#connection.session && this.#connection.hasShakenHands) this.#reader.settle?.();
  }

  linkError(error: LinkError): void {
    this.#observer.linkError(error);
    const { header } = error;
    const code = answerTo.get(error.kind);
    if (header !== undefined && code !== undefined) {
      this.#connection.receiveUnreadable(header.type, header.requestId, code, error.text, this.#clock.now());
    }
    if (error.fatal) letGo(this.close());
  }

  send(message: Message, requestId: number, repeated: boolean): void {
    if (this.#ended) return;
    const bytes = encodeMessage(
      {
        requestId,
        sequence: this.#sequence++,
        compatibleFlags: repeated ? compatibleFlag.REPEATED : 0,
        session: opensSession(message) ? 0 : this.#connection.session,
      },
      message,
      this.#lends,
    );
    this.#observer.spoke();
    this.#outbox.send(frameForCarrier(this.#transport.carrier, bytes, this.#outbox.memory), this.#observer.isInTurn);
    // A host that asks and asks and never reads is given up before its replies fill the memory.
    const backlog = this.#outbox.waitingBytes + MESSAGE_OVERHEAD_BYTES * this.#outbox.waiting;
    const kept = this.#connection.isInControl ? this.#retainedBytes : 0;
    if (backlog <= MOST_BACKLOG_BYTES + kept) return;
    this.#observer.gaveUp();
    letGo(this.#transport.close());
    this.ended();
  }

  /** The device's turn is over: what was said in it goes out. */
  flush(): void {
    this.#outbox.flush();
  }
}
