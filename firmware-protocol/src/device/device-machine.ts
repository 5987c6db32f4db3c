import { type Ticks, ticksFromMicroseconds } from '@opu/core';
import { counterId, eventKind, type resultCode } from '../generated/enums.js';
import {
  type AcquireControl,
  type Event,
  type Message,
  messageCodecs,
  type Patterns,
  type Readouts,
  type Refused,
  type RunEnded,
} from '../generated/messages.js';
import type { CounterRecordList } from '../generated/records.js';
import type { ConnectionOwner } from './connection-owner.js';
import { ControlLease } from './control-lease.js';
import { counterRecords } from './counter-records.js';
import { CreditNews } from './credit-news.js';
import { DeviceConnection } from './device-connection.js';
import type { DeviceMachineOptions } from './device-options.js';
import type { DeviceEffects, DeviceRequest, Outlet } from './effects.js';
import { OPEN_TO_ALL } from './open-to-all.js';
import { PatternReceiver } from './pattern-receiver.js';
import { ReadoutWindow } from './readout-window.js';
import { refused } from './refused.js';
import { ReplyMemories } from './reply-memories.js';
import type { ReplyMemory } from './reply-memory.js';
import { SessionNonces } from './session-nonces.js';
import { VirtualTime } from './virtual-time.js';

const DEFAULT_RETAINED_BYTES = 64 * 2 ** 20;
/** What a count on the wire can say at most. */
const MOST_U32 = 0xffff_ffff;

/**
 * The device's side of the protocol as a pure state machine: messages, ticks and firmware's news go in, messages and
 * calls of `DeviceEffects` come out. It does no I/O, has no timer (ask `nextDeadline`) and no clock: every method that
 * needs the time is told it.
 *
 * It knows connections, versions, stored replies, the control lease, the pattern window, the readout store and pacing;
 * firmware knows sequencer, light, pattern RAM and what a configuration means.
 */
export class DeviceMachine implements ConnectionOwner<DeviceConnection> {
  readonly options: DeviceMachineOptions;
  /** Requests that came again and were answered from their stored reply. */
  repeatedRequests = 0;
  /** Events that were not sent to a host because its link was behind. */
  eventsLeftOut = 0;
  readonly #effects: DeviceEffects;
  readonly #connections = new Set<DeviceConnection>();
  readonly #lease = new ControlLease<DeviceConnection>();
  readonly #patterns: PatternReceiver;
  readonly #readouts: ReadoutWindow;
  readonly #replies: ReplyMemories<Message>;
  readonly #time: VirtualTime;
  readonly #credit: CreditNews;
  readonly #nonces: SessionNonces;
  /** Host whose patterns and readouts are in the device. */
  #owner = 0;
  #lostMessages = 0;
  #foreignMessages = 0;
  #watchdogs = 0;
  #requestedPatterns = 0;

  constructor(options: DeviceMachineOptions, effects: DeviceEffects) {
    this.options = options;
    this.#nonces = new SessionNonces(options.hello.bootId);
    this.#effects = effects;
    this.#patterns = new PatternReceiver(options.description.patternSlots);
    this.#readouts = new ReadoutWindow(options.retainedReadoutBytes ?? DEFAULT_RETAINED_BYTES, (message) =>
      effects.readoutsDone?.(message),
    );
    this.#replies = new ReplyMemories(options.description.storedReplies);
    this.#time = new VirtualTime(effects);
    this.#credit = new CreditNews(
      () => this.#toController({ type: 'PATTERN_CREDIT', ...this.#patterns.announce() }),
      () => this.#time.isLockstep,
    );
  }

  // What whoever serves the device calls.

  /** Until `endTurn`, news of patterns are gathered to one message: see `CreditNews`. */
  beginTurn(): void {
    this.#credit.beginTurn();
  }

  /**
   * @param goesOn whether another turn follows by itself
   * @param isFull whether the link takes nothing before that, because READOUTS are waiting for it
   */
  endTurn(goesOn = false, isFull = false): void {
    this.#credit.endTurn(goesOn, isFull);
  }

  // What firmware calls.

  /** A transport was opened to a host. Give the connection what arrives; what it says goes to `outlet`. */
  connect(outlet: Outlet): DeviceConnection {
    const connection = new DeviceConnection(this, outlet);
    this.#connections.add(connection);
    return connection;
  }

  isController(connection: DeviceConnection): boolean {
    return this.#lease.isHeldBy(connection);
  }

  /** True while some host holds the control lease. */
  get isControlled(): boolean {
    return this.#lease.holder !== undefined;
  }

  /** Longest payload that the host in control takes; what the device itself takes while there is none. */
  get maximumReadoutPayload(): number {
    return this.#lease.holder?.maximumPayload ?? this.options.hello.maximumPayload;
  }

  /**
   * Whether the readout of `frame` may be sent now: the host has a buffer for it, and there is memory to keep it. Frames
   * that were dropped before it take no buffer, so they do not count against the credit.
   */
  mayRead(frame: number, droppedBefore = 0): boolean {
    return this.#readouts.mayRead(frame, droppedBefore);
  }

  /** Frames below this are covered by the host's credit. */
  get readoutCreditLimit(): number {
    return this.#readouts.store.creditLimit;
  }

  /**
   * Sends readouts and keeps them until they are acknowledged. Frames are in order and follow those sent before; those
   * that were dropped in between are told by `droppedBefore`. The message and its data are handed over for good. Ask
   * `mayRead` first. Without a controlling host they are kept for it to ask for.
   */
  sendReadouts(message: Readouts): void {
    this.#readouts.keep(message);
    this.#credit.beforeReadouts();
    this.#toController(message);
  }

  /** Patterns left pattern RAM at their reset. */
  patternsLeft(count: number): void {
    if (this.#patterns.leave(count)) this.#credit.announce();
  }

  /** Pattern RAM has another number of slots for the host's uploads, because stored sequences take some. */
  resizePatternRam(slots: number): void {
    this.#patterns.resize(slots);
  }

  /** Id of the next pattern that is taken: all below have come. */
  get nextPatternId(): number {
    return this.#patterns.expected;
  }

  /** The sequencer idles after the last pattern's readout was sent. */
  runEnded(message: RunEnded): void {
    this.#readouts.runEnded = message;
    this.#credit.beforeRunEnded();
    this.#toController(message);
  }

  /** Something happened that everybody should hear of. A host that does not keep up hears less; counters miss nothing. */
  event(message: Event): void {
    for (const connection of this.#connections) {
      if (!connection.hasShakenHands) continue;
      if (connection.isBehind) this.eventsLeftOut++;
      else connection.send(message);
    }
  }

  /**
   * Whether virtual time may pass. Always true in free pacing; in lockstep only from the host's word that it has worked
   * off all that was sent to it to the next message to it. Look again after every step of the clock.
   */
  get timeMayPass(): boolean {
    return this.#time.mayPass(this.#lease.holder);
  }

  get isLockstep(): boolean {
    return this.#time.isLockstep;
  }

  /** Tick on which `advance` has to be called, if nothing comes before. */
  nextDeadline(): Ticks | undefined {
    return this.#lease.deadline;
  }

  /** Time has come to `now`. */
  advance(now: Ticks): void {
    const silent = this.#lease.expire(now);
    if (silent === undefined) return;
    this.#watchdogs++;
    this.#controlEnded(now);
    this.event({
      type: 'EVENT',
      tick: now,
      kind: eventKind.WATCHDOG,
      value: 0,
      text: 'The control lease ran out because the host fell silent.',
    });
  }

  // What connections call.

  count(sequence: number, expected: number): void {
    if (sequence > expected) this.#lostMessages += sequence - expected;
  }

  foreign(): void {
    this.#foreignMessages++;
  }

  drawNonce(): number {
    return this.#nonces.draw();
  }

  heard(connection: DeviceConnection, now: Ticks): void {
    this.#lease.renew(connection, now);
  }

  repliesOf(hostId: number): ReplyMemory<Message> {
    return this.#replies.of(hostId);
  }

  /** The same host over a new connection: the old one is dead, whether the carrier noticed or not. */
  greeted(connection: DeviceConnection, now: Ticks): void {
    if (connection.hostId === 0) return;
    for (const other of this.#connections) {
      if (other !== connection && other.hostId === connection.hostId) other.disconnected(now);
    }
  }

  left(connection: DeviceConnection, now: Ticks): void {
    if (this.#lease.release(connection)) this.#controlEnded(now);
  }

  gone(connection: DeviceConnection, now: Ticks): void {
    this.#connections.delete(connection);
    this.left(connection, now);
  }

  handle(connection: DeviceConnection, message: Message, request: DeviceRequest, now: Ticks): void {
    const isController = this.#lease.isHeldBy(connection);
    if (!isController && !OPEN_TO_ALL.has(message.type)) {
      request.reply(
        this.#refuse(
          message,
          'NOT_IN_CONTROL',
          `${message.type} needs the control lease; ask for it with ACQUIRE_CONTROL.`,
        ),
      );
      return;
    }
    switch (message.type) {
      case 'DESCRIBE':
        request.reply(this.options.description);
        break;
      case 'ACQUIRE_CONTROL':
        this.#acquire(connection, message, request, now);
        break;
      case 'RELEASE_CONTROL':
        this.left(connection, now);
        request.done(now);
        break;
      case 'HEARTBEAT':
        request.done(now);
        break;
      case 'CLOCK_SYNC':
        request.reply({ type: 'CLOCK_SYNC_REPLY', hostTime: message.hostTime, arrivalTick: now, departureTick: now });
        break;
      case 'CONFIGURE':
        request.reply(this.#about(message, this.#effects.configure(message, now)));
        break;
      case 'GET_CONFIGURATION':
        request.reply(this.#effects.configuration());
        break;
      case 'QUERY_PERIOD':
        request.reply(this.#about(message, this.#effects.queryPeriod(message)));
        break;
      case 'PATTERNS':
        this.#receivePatterns(connection, message, now);
        break;
      case 'START':
        this.#readouts.runEnded = undefined;
        this.#effects.start(message, request, now);
        break;
      case 'STOP':
        this.#effects.stop(request, now);
        break;
      case 'ABORT':
        this.#patterns.clear();
        this.#effects.abort(request, now);
        this.#credit.announce();
        break;
      case 'SOFTWARE_TRIGGER':
        this.#effects.softwareTrigger(message, request, now);
        break;
      case 'STORE_SEQUENCE':
        this.#effects.storeSequence(message, request, now);
        break;
      case 'PLAY_SEQUENCE':
        this.#readouts.runEnded = undefined;
        this.#effects.playSequence(message, request, now);
        break;
      case 'ERASE_SEQUENCE':
        this.#effects.eraseSequence(message, request, now);
        break;
      case 'READOUT_ACK':
        if (this.#readouts.store.acknowledge(message.nextFrame)) this.#effects.readoutRoom(now);
        break;
      case 'READOUT_CREDIT':
        if (this.#readouts.store.credit(message.creditLimit)) this.#effects.readoutRoom(now);
        break;
      case 'READOUT_RESEND':
        this.#readouts.answer(message, (answer, repeated) => connection.send(answer, 0, repeated));
        break;
      case 'GET_COUNTERS':
        request.reply({ type: 'COUNTERS_REPLY', tick: now, counters: this.#counters() });
        break;
      case 'RESET_COUNTERS':
        this.#resetCounters();
        request.done(now);
        break;
      case 'SET_PACING':
      case 'HOST_WAITING':
      case 'SPEND':
        if (this.#time.handle(message, request, this.#lease.holder, now)) break;
        request.reply(
          this.#refuse(
            message,
            'NOT_SUPPORTED',
            `${message.type} is for devices whose time is virtual; this one runs in real time.`,
          ),
        );
        break;
      default:
        request.reply(this.#refuse(message, 'NOT_SUPPORTED', `${message.type} is not a message for a device.`));
    }
  }

  #acquire(connection: DeviceConnection, message: AcquireControl, request: DeviceRequest, now: Ticks): void {
    const { minimumHeartbeatMicroseconds: least, maximumHeartbeatMicroseconds: most } = this.options.description;
    const asked = message.heartbeatMicroseconds;
    const interval = asked === 0 ? most : Math.min(Math.max(asked, least), most);
    if (!this.#lease.acquire(connection, ticksFromMicroseconds(interval), now)) {
      request.reply(
        this.#refuse(
          { type: 'ACQUIRE_CONTROL' },
          'CONTROL_TAKEN',
          'Another host controls the device; it has to end its session first.',
        ),
      );
      return;
    }
    if (connection.hostId === 0 || connection.hostId !== this.#owner) {
      this.#owner = connection.hostId;
      this.#readouts.clear();
      this.#effects.ownerChanged?.(now);
    }
    this.#patterns.reconnect();
    request.done(now, interval);
    this.#credit.sayNow();
  }

  #controlEnded(now: Ticks): void {
    this.#time.free();
    this.#effects.controlLost(now);
    this.#effects.pacing?.(undefined, now);
  }

  #receivePatterns(connection: DeviceConnection, message: Patterns, now: Ticks): void {
    const verdict = this.#patterns.judge(message.firstPatternId, message.count);
    switch (verdict.kind) {
      case 'take': {
        const refusal = this.#effects.patterns(message, verdict.skip, now, connection.isBorrowing);
        if (refusal !== undefined) {
          connection.send(this.#about(message, refusal));
          return;
        }
        this.#credit.announce(!this.#patterns.taken(message.firstPatternId + message.count));
        break;
      }
      case 'repetition':
        this.#credit.announce();
        break;
      case 'gap':
        if (!verdict.ask) return;
        this.#requestedPatterns += verdict.count;
        connection.send({ type: 'PATTERN_RESEND', from: verdict.from, count: Math.min(verdict.count, MOST_U32) });
        break;
      case 'beyond-credit':
        connection.send({
          ...this.#refuse(
            message,
            'NO_CREDIT',
            `Patterns up to ${message.firstPatternId + message.count} came, and there is room for those below ${this.#patterns.limit}.`,
          ),
          field: 'count',
          value: message.count,
          bound: Math.max(0, this.#patterns.limit - message.firstPatternId),
        });
        break;
    }
  }

  #toController(message: Message): void {
    this.#lease.holder?.send(message);
  }

  #refuse(message: { readonly type: Message['type'] }, code: keyof typeof resultCode, text: string): Refused {
    return this.#about(message, refused(code, text));
  }

  /** A refusal says which request it is about. */
  #about<M extends Message>(message: { readonly type: Message['type'] }, reply: M): M {
    return reply.type === 'REFUSED' ? { ...reply, requestType: messageCodecs[message.type].id } : reply;
  }

  #counters(): CounterRecordList {
    return counterRecords([
      ...this.#effects.counters(),
      { id: counterId.MESSAGES_LOST, value: this.#lostMessages },
      { id: counterId.READOUTS_RESENT, value: this.#readouts.resent },
      { id: counterId.PATTERNS_REQUESTED, value: this.#requestedPatterns },
      { id: counterId.REQUESTS_REPEATED, value: this.repeatedRequests },
      { id: counterId.EVENTS_LEFT_OUT, value: this.eventsLeftOut },
      { id: counterId.WATCHDOG, value: this.#watchdogs },
      { id: counterId.MESSAGES_FOREIGN, value: this.#foreignMessages },
    ]);
  }

  #resetCounters(): void {
    this.#lostMessages = 0;
    this.#readouts.resent = 0;
    this.#requestedPatterns = 0;
    this.repeatedRequests = 0;
    this.eventsLeftOut = 0;
    this.#watchdogs = 0;
    this.#foreignMessages = 0;
    this.#effects.resetCounters();
  }
}
