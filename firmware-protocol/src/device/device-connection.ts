import { OpuError, type Ticks } from '@opu/core';
import { sessionId } from '../codec/session-id.js';
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
  /** Id of the session that the message belongs to; 0, the default, outside of one. */
  readonly session?: number;
}

/** A HELLO that was answered, and the id of the session that it opens; 0 for one without. */
interface Opening {
  readonly hello: Hello;
  readonly session: number;
  readonly deviceNonce: number;
  /** Of the next message that its host sends, if none is lost. */
  nextSequence: number;
}

/**
 * One connection of a host: its handshake, its requests and their stored replies. Made by `DeviceMachine.connect`.
 */
export class DeviceConnection {
  readonly #machine: ConnectionOwner<DeviceConnection>;
  readonly #outlet: Outlet;
  #current: Opening | undefined;
  /** A later HELLO of another session: it counts from its session's first message on, because it may be an old one itself. */
  #next: Opening | undefined;
  #replies: ReplyMemory<Message> | undefined;
  #sent = 0;
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
    return this.#current?.hello.hostId ?? 0;
  }

  get hasShakenHands(): boolean {
    return this.#current !== undefined;
  }

  /** Id of the session, which its messages carry; 0 without one. */
  get session(): number {
    return this.#current?.session ?? 0;
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
    return this.#current?.hello.maximumPayload ?? 0;
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
    const { requestId } = arrival;
    if (message.type === 'HELLO') {
      this.#greet(message, arrival, now);
      return;
    }
    if (this.#current !== undefined && !this.#belongs(arrival.session ?? 0, now)) {
      this.#machine.foreign();
      return;
    }
    this.#isBorrowing = borrowed;
    this.#machine.heard(this, now);
    if (this.#current === undefined || this.#replies === undefined) {
      this.refuse(
        requestId,
        message.type,
        'NO_HANDSHAKE',
        `${message.type} came before HELLO, which opens a connection.`,
      );
      return;
    }
    this.#count(this.#current, arrival.sequence);
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

  #greet(hello: Hello, { requestId, sequence }: Arrival, now: Ticks): void {
    this.#machine.heard(this, now);
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
    const opening = hello.hostNonce === 0 ? this.#openWithoutId(hello) : this.#open(hello);
    this.#count(opening, sequence);
    if (this.session === 0 || opening.hello.hostNonce === this.#current?.hello.hostNonce) this.#begin(opening, now);
    else this.#next = opening;
    this.send({ ...mine, hostNonce: hello.hostNonce, deviceNonce: opening.deviceNonce }, requestId, false);
  }

  #openWithoutId(hello: Hello): Opening {
    return { hello, session: 0, deviceNonce: 0, nextSequence: this.#current?.nextSequence ?? 0 };
  }

  /** A HELLO that comes again opens the same session again. */
  #open(hello: Hello): Opening {
    const { hostNonce } = hello;
    const known = [this.#current, this.#next].find((opening) => opening?.hello.hostNonce === hostNonce);
    if (known !== undefined) return known;
    const deviceNonce = this.#machine.drawNonce();
    return { hello, session: sessionId(hostNonce, deviceNonce), deviceNonce, nextSequence: 0 };
  }

  #count(opening: Opening, sequence: number): void {
    this.#machine.count(sequence, opening.nextSequence);
    opening.nextSequence = Math.max(opening.nextSequence, sequence + 1);
  }

  #begin(opening: Opening, now: Ticks): void {
    this.#current = opening;
    this.#next = undefined;
    this.#replies = this.#machine.repliesOf(opening.hello.hostId);
    this.#machine.greeted(this, now);
  }

  /** Whether a message is one of this session. The first of the session that a later HELLO opened begins that. */
  #belongs(session: number, now: Ticks): boolean {
    if (session === this.session) return true;
    if (this.#next === undefined || session !== this.#next.session) return false;
    if (this.#next.hello.hostId !== this.hostId) this.#machine.left(this, now);
    this.#begin(this.#next, now);
    return true;
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
