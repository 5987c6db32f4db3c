import { OpuError, type Ticks } from '@opu/core';
import type { resultCode } from '../generated/enums.js';
import { type Hello, type Message, messageCodecs } from '../generated/messages.js';
import type { ConnectionOwner } from './connection-owner.js';
import type { DeviceRequest, Outlet } from './effects.js';
import { refused } from './refused.js';
import type { ReplyMemory } from './reply-memory.js';

/** Why a message with a sound header cannot be taken. */
export type UnreadableCode = 'NOT_SUPPORTED' | 'MALFORMED' | 'NO_ROOM' | 'VERSION_MISMATCH';

/** What of a message's header counts here. */
export interface Arrival {
  readonly requestId: number;
  readonly sequence: number;
}

/**
 * One connection of a host: its handshake, its requests and their stored replies. Made by `DeviceMachine.connect`.
 */
export class DeviceConnection {
  readonly #machine: ConnectionOwner<DeviceConnection>;
  readonly #outlet: Outlet;
  #hello: Hello | undefined;
  #replies: ReplyMemory<Message> | undefined;
  #sent = 0;
  #nextSequence = 0;
  #closed = false;
  #isBorrowing = false;

  constructor(machine: ConnectionOwner<DeviceConnection>, outlet: Outlet) {
    this.#machine = machine;
    this.#outlet = outlet;
  }

  /** Messages that were sent: the sequence of the next one. */
  get sent(): number {
    return this.#sent;
  }

  /** A number that the host keeps over reconnections; 0 before the handshake or when it keeps none. */
  get hostId(): number {
    return this.#hello?.hostId ?? 0;
  }

  get hasShakenHands(): boolean {
    return this.#hello !== undefined;
  }

  /** True while its link takes less than it is given. */
  get isBehind(): boolean {
    return this.#outlet.isBehind === true;
  }

  /** Whether the host on this connection controls the device. */
  get isInControl(): boolean {
    return this.#machine.isController(this);
  }

  /** Longest payload that the host takes, bytes. */
  get maximumPayload(): number {
    return this.#hello?.maximumPayload ?? 0;
  }

  /** Whether the bytes of the message that is being dealt with hold only as long as that takes. */
  get isBorrowing(): boolean {
    return this.#isBorrowing;
  }

  /**
   * A whole, undamaged message came.
   * @param borrowed the bytes of the message hold only until this returns: for PATTERNS only
   */
  receive(message: Message, arrival: Arrival, now: Ticks, borrowed = false): void {
    if (this.#closed) return;
    this.#isBorrowing = borrowed;
    this.#machine.count(arrival.sequence, this.#nextSequence);
    this.#nextSequence = Math.max(this.#nextSequence, arrival.sequence + 1);
    this.#machine.heard(this, now);
    const { requestId } = arrival;
    if (message.type === 'HELLO') {
      this.#greet(message, requestId, now);
      return;
    }
    if (this.#hello === undefined || this.#replies === undefined) {
      this.refuse(
        requestId,
        message.type,
        'NO_HANDSHAKE',
        `${message.type} came before HELLO, which opens a connection.`,
      );
      return;
    }
    if (requestId === 0) {
      this.#machine.handle(this, message, this.#unasked(), now);
      return;
    }
    const known = this.#replies.look(requestId);
    switch (known.kind) {
      case 'new':
        this.#replies.begin(requestId);
        this.#machine.handle(this, message, this.#request(requestId), now);
        break;
      case 'working':
        this.#machine.repeatedRequests++;
        this.send({ type: 'PENDING', expectedTicks: 0 }, requestId, true);
        break;
      case 'answered':
        this.#machine.repeatedRequests++;
        this.send(known.reply, requestId, true);
        break;
      case 'forgotten':
        this.refuse(
          requestId,
          message.type,
          'REPLY_GONE',
          `Request ${requestId} was answered before, and its reply is no longer stored.`,
        );
        break;
    }
  }

  /** A HELLO of another session is about to come over the same link: both ends count their messages from 0 again. */
  renew(): void {
    this.#sent = 0;
    this.#nextSequence = 0;
  }

  /** A message with a sound header came that cannot be taken: its type, version, length, flags or payload are not ours. */
  receiveUnreadable(type: number, requestId: number, code: UnreadableCode, text: string, now: Ticks): void {
    if (this.#closed) return;
    this.#machine.heard(this, now);
    this.send({ ...refused(code, text), requestType: type }, requestId, false);
  }

  /** The link ended, or was given up. */
  disconnected(now: Ticks): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#machine.gone(this, now);
  }

  send(message: Message, requestId = 0, repeated = false): void {
    if (this.#closed) return;
    this.#sent++;
    this.#outlet.send(message, requestId, repeated);
  }

  refuse(requestId: number, request: Message['type'], code: keyof typeof resultCode, text: string): void {
    this.send({ ...refused(code, text), requestType: messageCodecs[request].id }, requestId, false);
  }

  #greet(hello: Hello, requestId: number, now: Ticks): void {
    const mine = this.#machine.options.hello;
    if (hello.versionMajor !== mine.versionMajor) {
      this.refuse(
        requestId,
        'HELLO',
        'VERSION_MISMATCH',
        `The host speaks version ${hello.versionMajor}.${hello.versionMinor} of the protocol and this device speaks ` +
          `${mine.versionMajor}.${mine.versionMinor}: the major versions must be equal. Update the older of the two.`,
      );
      return;
    }
    this.#hello = hello;
    this.#replies = this.#machine.repliesOf(hello.hostId);
    this.#machine.greeted(this, now);
    this.send(mine, requestId, false);
  }

  #request(requestId: number): DeviceRequest {
    const replies = this.#replies!;
    let answered = false;
    const reply = (message: Message): void => {
      if (answered) throw new OpuError('BUG', `Request ${requestId} was answered twice, now with ${message.type}.`);
      answered = true;
      replies.answer(requestId, message);
      this.send(message, requestId, false);
    };
    return {
      pending: (expectedTicks) => this.send({ type: 'PENDING', expectedTicks }, requestId, false),
      reply,
      done: (tick, value = 0) => reply({ type: 'DONE', tick, value }),
    };
  }

  /** A message without a request id is carried out, and nothing but a refusal is heard of it. */
  #unasked(): DeviceRequest {
    return {
      pending: () => {},
      reply: (message) => {
        if (message.type === 'REFUSED') this.send(message);
      },
      done: () => {},
    };
  }
}
