import { type Clock, inBackground, OpuError, type Ticks, type Transport } from '@opu/core';
import {
  createMessageReader,
  decodeMessage,
  encodeMessage,
  frameForCarrier,
  HEADER_BYTES,
  isLinkError,
  type Message,
  type MessageHeader,
  PROTOCOL_VERSION_MINOR,
  resultCode,
  TRAILER_BYTES,
} from '@opu/protocol';
import type { WireLog } from '../log/wire-log.js';
import { fail } from '../runner/case.js';
import { type RawMessage, rawMessage } from './raw-message.js';

export type OfType<Type extends Message['type']> = Extract<Message, { type: Type }>;

export interface Heard {
  readonly message: Message;
  readonly header: Readonly<MessageHeader>;
}

export interface WireClientOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: WireLog;
  /** Number of this connection in the log. */
  readonly connection: number;
  /** How long one step may take. */
  readonly stepTicks: Ticks;
  readonly signal?: AbortSignal | undefined;
}

/** Longest payload that this host takes. */
export const HOST_MAXIMUM_PAYLOAD = 2 ** 26;
/** What both sides take before the handshake says more. */
export const LEAST_MAXIMUM_PAYLOAD = 4096;
/** Longer payloads are images, which are looked at elsewhere. */
const LONGEST_COMPARED = 4096;

/** A host that says exactly what it is told to, remembers all it hears, and finds what no device may ever do. */
export class WireClient {
  readonly heard: Heard[] = [];
  /** What the device did on this connection that it may never do; the clause first. */
  readonly complaints: string[] = [];
  /** Set when the link ended. */
  end: string | undefined;
  readonly transport: Transport;
  readonly #options: WireClientOptions;
  #sequence = 0;
  #requestId = 0;
  #maximumPayload = LEAST_MAXIMUM_PAYLOAD;
  #wakers: (() => void)[] = [];
  readonly #open = new Set<number>();

  constructor(options: WireClientOptions) {
    this.#options = options;
    this.transport = options.transport;
  }

  async open(): Promise<this> {
    const names: string[] = [];
    const reader = createMessageReader(
      this.transport.carrier,
      {
        message: (header, payload) => {
          this.#checkHeader(header);
          const message = decodeMessage(header, payload);
          if (isLinkError(message)) {
            this.complaints.push(`OPU-LNK-1: ${message.text}`);
            return;
          }
          names.push(message.type);
          this.#checkPayload(message, header, payload);
          this.heard.push({ message, header: { ...header } });
          this.#checkReply(message, header);
        },
        linkError: (error) => void this.complaints.push(`OPU-MSG-3: the device sent no sound message: ${error.text}`),
      },
      { maximumPayload: HOST_MAXIMUM_PAYLOAD },
    );
    const { log, connection } = this.#options;
    await this.transport.open({
      receive: (chunk) => {
        names.length = 0;
        reader.receive(chunk);
        log.add(connection, 'device', chunk, [...names]);
        this.#wake();
      },
      ended: (reason) => {
        this.end = reason?.message ?? 'it was closed';
        this.#wake();
      },
    });
    return this;
  }

  /** Id of the session, which all but HELLO carries. */
  session = 0;

  /** Number of the next message of this host. */
  get sequence(): number {
    return this.#sequence;
  }

  nextRequestId(): number {
    return ++this.#requestId;
  }

  /** Request ids go on from here: for a host that comes back. */
  continueRequestIds(last: number): void {
    this.#requestId = last;
  }

  /** Bytes as they are, without framing. */
  sendBytes(bytes: Uint8Array, names: readonly string[] = []): void {
    this.#options.log.add(this.#options.connection, 'host', bytes, names);
    // It never rejects: what went wrong is told to the sink.
    inBackground(this.transport.send(bytes), () => {});
  }

  /** Leaves numbers out, as if messages had been lost. */
  skipSequence(count: number): void {
    this.#sequence += count;
  }

  /** A request with this id was sent as bytes. */
  expectReply(requestId: number): void {
    this.#open.add(requestId);
  }

  send(message: Message, requestId = 0): void {
    if (requestId !== 0) this.#open.add(requestId);
    if (message.type === 'HELLO') this.#maximumPayload = Math.max(LEAST_MAXIMUM_PAYLOAD, message.maximumPayload);
    const session = message.type === 'HELLO' ? 0 : this.session;
    const bytes = encodeMessage({ requestId, sequence: this.#sequence++, session }, message);
    this.sendBytes(frameForCarrier(this.transport.carrier, bytes), [message.type]);
  }

  sendRaw(raw: RawMessage): void {
    if (raw.requestId !== undefined && raw.damage === undefined) this.#open.add(raw.requestId);
    const bytes = rawMessage({ sequence: this.#sequence++, ...raw });
    this.sendBytes(frameForCarrier(this.transport.carrier, bytes), [`type 0x${raw.type.toString(16)}`]);
  }

  /** The reply to a request. */
  async replyTo(requestId: number, what: string, from = 0): Promise<Heard> {
    return await this.until(`the reply to ${what}`, () => this.finalReplies(requestId, from)[0]);
  }

  finalReplies(requestId: number, from = 0): Heard[] {
    return this.heard.slice(from).filter((h) => h.header.requestId === requestId && h.message.type !== 'PENDING');
  }

  async ask(message: Message, requestId = this.nextRequestId()): Promise<Message> {
    const from = this.heard.length;
    this.send(message, requestId);
    return (await this.replyTo(requestId, message.type, from)).message;
  }

  /** Sends a request that has to be answered by `type`. */
  async get<Type extends Message['type']>(message: Message, type: Type, requestId?: number): Promise<OfType<Type>> {
    const reply = await this.ask(message, requestId);
    if (reply.type !== type) {
      const text = reply.type === 'REFUSED' ? ` (code ${reply.resultCode}: ${reply.text})` : '';
      fail(`${message.type} was answered ${reply.type}${text}; expected is ${type}.`);
    }
    return reply as OfType<Type>;
  }

  /** Waits until `look` finds something; fails after the time that a step may take, or when the link ends. */
  async until<T>(what: string, look: () => T | undefined): Promise<T> {
    const { clock, stepTicks, signal } = this.#options;
    let late = false;
    const alarm = clock.at(clock.now() + stepTicks, () => {
      late = true;
      this.#wake();
    });
    const abort = (): void => this.#wake();
    signal?.addEventListener('abort', abort);
    try {
      for (;;) {
        const found = look();
        if (found !== undefined) return found;
        if (signal?.aborted) throw new OpuError('ABORTED', 'The suite was interrupted.');
        if (this.end !== undefined) fail(`The link ended while waiting for ${what}: ${this.end}`);
        if (late) fail(`Waited ${stepTicks / 100_000} ms for ${what}; it did not come.`);
        await new Promise<void>((resolve) => this.#wakers.push(resolve));
      }
    } finally {
      alarm.cancel();
      signal?.removeEventListener('abort', abort);
    }
  }

  all<Type extends Message['type']>(type: Type, from = 0): OfType<Type>[] {
    const messages = this.heard.slice(from).map((h) => h.message);
    return messages.filter((message): message is OfType<Type> => message.type === type);
  }

  async close(): Promise<void> {
    await this.transport.close();
  }

  /** Sequence and flags are looked at in every message of every case. */
  #checkHeader(header: MessageHeader): void {
    const last = this.heard.at(-1)?.header.sequence ?? -1;
    if (header.sequence !== last + 1) {
      this.complaints.push(
        `OPU-MSG-4: a message of the device has the sequence ${header.sequence}; expected is ${last + 1}.`,
      );
    }
    if (header.incompatibleFlags !== 0 || (header.compatibleFlags & ~1) !== 0) {
      this.complaints.push(
        `OPU-MSG-6: a message of the device has flags that are not defined: ${header.incompatibleFlags} and ${header.compatibleFlags}.`,
      );
    }
  }

  /** Fields without gaps, reserved ones 0, and no more than this host takes: looked at in every message of every case. */
  #checkPayload(message: Message, header: MessageHeader, payload: Uint8Array): void {
    if (payload.length > this.#maximumPayload) {
      this.complaints.push(
        `OPU-HS-3: ${message.type} has a payload of ${payload.length} bytes, and the host takes ${this.#maximumPayload}.`,
      );
    }
    // A later minor version may say more, and bytes that are no UTF-8 do not come back as they were.
    const isBroken = Object.values(message).some((v) => typeof v === 'string' && v.includes('\ufffd'));
    if (payload.length > LONGEST_COMPARED || header.versionMinor > PROTOCOL_VERSION_MINOR || isBroken) return;
    const again = encodeMessage(header, message).subarray(HEADER_BYTES, -TRAILER_BYTES);
    // An earlier one says less.
    const isWhole = again.length === payload.length || header.versionMinor < PROTOCOL_VERSION_MINOR;
    if (isWhole && payload.every((byte, i) => byte === again[i])) return;
    this.complaints.push(
      `OPU-PAY-1, OPU-MSG-6: the payload of ${message.type} has bytes that are in no field, or reserved fields that are not 0.`,
    );
  }

  #checkReply(message: Message, header: MessageHeader): void {
    if (header.requestId !== 0 && !this.#open.has(header.requestId)) {
      this.complaints.push(
        `OPU-REQ-1: ${message.type} carries the request id ${header.requestId}, which was never asked.`,
      );
    }
    // REPLY_GONE is no reply to the request itself.
    if (message.type === 'REFUSED' && message.resultCode === resultCode.REPLY_GONE) return;
    const isFresh = header.requestId !== 0 && header.compatibleFlags === 0 && message.type !== 'PENDING';
    if (isFresh && this.finalReplies(header.requestId).length > 1) {
      this.complaints.push(
        `OPU-REQ-1, OPU-MSG-7: request ${header.requestId} was answered twice, and the second reply has not REPEATED.`,
      );
    }
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
