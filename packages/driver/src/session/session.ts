import { type Alarm, Closer, OpuError, TICKS_PER_MILLISECOND, type Ticks, type Transport } from '@opu/core';
import {
  type Event,
  type Greeting,
  type HostEffects,
  HostMachine,
  type Message,
  type MessageHeader,
  messageCodecs,
  type Readouts,
  type Refused,
  type RunEnded,
  type RunReport,
  refusalError,
} from '@opu/protocol';
import { judgeReadouts } from '../readout/readout-gate.js';
import { abortError, onAbort, orAbort } from './abort.js';
import { DeadlineAlarm } from './deadline-alarm.js';
import { EventListeners } from './event-listeners.js';
import { Exclusive } from './exclusive.js';
import { LinkKeeper, type LinkUser } from './link-keeper.js';
import { DEFAULT_PROGRESS, MAXIMUM_PAYLOAD, type SessionOptions } from './options.js';
import { randomHostId, randomNonce } from './random-host-id.js';
import type { Run } from './run.js';
import { type RunPort, runPort } from './run-port.js';

/** A link ends within this at least, as a close waits for it: a USB transfer under way cannot be called off, and takes 250 ms. */
const LINK_END_MILLISECONDS = 1000;

interface Waiter {
  readonly name: string;
  resolve(message: Message): void;
  reject(error: OpuError): void;
}

/**
 * A session with a device over any transport: gives the host's state machine a link, a clock and promises, and a new link
 * when one is lost.
 */
export class Session implements HostEffects, LinkUser {
  readonly machine: HostMachine;
  readonly runs = new Exclusive();
  /** What runs may do. */
  readonly port: RunPort;
  readonly events = new EventListeners();
  readonly #options: SessionOptions;
  readonly #waiters = new Map<number, Waiter>();
  readonly #links: LinkKeeper;
  readonly #alarm: DeadlineAlarm;
  #run: Run | undefined;
  #opening: { resolve(greeting: Greeting): void; reject(error: OpuError): void } | undefined;
  #error: OpuError | undefined;
  readonly #closer: Closer;
  /** STOP and ABORT. No run begins before they are answered, though nobody waits for the answer any more. */
  readonly #endings = new Set<Promise<unknown>>();

  constructor(options: SessionOptions) {
    this.#options = options;
    const { timeouts } = options;
    // Of the host's time, whatever the device's is: an answer to ABORT, one to RELEASE_CONTROL, and the link's own end.
    const patience = 2 * timeouts.request + Math.max(timeouts.request, LINK_END_MILLISECONDS);
    this.#closer = new Closer({ clock: options.clock, deadlineTicks: patience * TICKS_PER_MILLISECOND });
    this.#links = new LinkKeeper(options, this);
    this.#alarm = new DeadlineAlarm(options.clock, () => {
      this.machine.advance(this.now);
      this.settled();
    });
    this.machine = new HostMachine(
      {
        hostId: randomHostId(),
        drawNonce: randomNonce,
        hostName: options.hostName,
        maximumPayload: MAXIMUM_PAYLOAD,
        heartbeatMicroseconds: timeouts.heartbeat * 1000,
        pacing: options.pacing,
        requests: { timeoutTicks: timeouts.request * TICKS_PER_MILLISECOND, retries: timeouts.retries },
        probeTicks: timeouts.silence * TICKS_PER_MILLISECOND,
        probes: timeouts.probes,
        progressTicks: (timeouts.progress ?? DEFAULT_PROGRESS.real) * TICKS_PER_MILLISECOND,
        virtualProgressTicks: (timeouts.progress ?? DEFAULT_PROGRESS.virtual) * TICKS_PER_MILLISECOND,
        patternMessageBytes: options.patternMessageBytes,
      },
      this,
    );
    this.port = runPort(this.machine, this);
  }

  get error(): OpuError | undefined {
    return this.#error;
  }

  /** What its links have seen. */
  get counters(): LinkKeeper['counters'] {
    return this.#links.counters;
  }

  get now(): Ticks {
    return this.#options.clock.now();
  }

  /** Opens the first connection and shakes hands. */
  open(transport: Transport): Promise<Greeting> {
    const greeting = new Promise<Greeting>((resolve, reject) => {
      this.#opening = { resolve, reject };
    });
    greeting.catch(() => {});
    this.#links.open(transport);
    return greeting;
  }

  /** Sends a request; resolves with its reply, rejects with a refusal, a time-out or the end of the session. */
  request(message: Message, signal?: AbortSignal): Promise<Message> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (signal?.aborted) return Promise.reject(abortError(signal));
    return this.#ask(message, signal).promise;
  }

  /** `promise` ends with the signal; `answered`, which never rejects unheard, when the device has answered or never will. */
  #ask(message: Message, signal?: AbortSignal): { promise: Promise<Message>; answered: Promise<Message> } {
    const id = this.machine.request(message, this.now);
    const changesRun = message.type === 'STOP' || message.type === 'ABORT';
    const answered = new Promise<Message>((resolve, reject) => {
      this.#waiters.set(id, { name: message.type, resolve, reject });
    });
    answered.catch(() => {});
    if (changesRun) this.#holdRuns(answered.catch(() => {}));
    const promise = new Promise<Message>((resolve, reject) => {
      const stop = onAbort(signal, (error) => {
        if (!changesRun) this.#waiters.delete(id);
        this.machine.forget(id);
        reject(error);
      });
      answered.then(resolve, reject).finally(stop);
    });
    this.settled();
    return { promise, answered };
  }

  /**
   * Ends the run whose turn it is, in whatever state: one that has not begun never does, one whose START is not answered is
   * ended behind it. When this resolves all that the run has shown has come, and the device is in no run.
   */
  async end(by: 'STOP' | 'ABORT', signal?: AbortSignal): Promise<RunReport> {
    if (this.#error !== undefined) throw this.#error;
    if (signal?.aborted) throw abortError(signal);
    const turn = this.runs.current;
    if (turn !== undefined) turn.endedBy ??= by;
    const run = this.#run;
    run?.stopping(by);
    const { promise, answered } = this.#ask({ type: by }, signal);
    const over = answered.then(
      () => run?.stopped(by),
      (error: OpuError) => run?.failed(error),
    );
    this.#holdRuns(over);
    const reply = await promise;
    if (reply.type === 'RUN_REPORT') return reply;
    throw new OpuError('PROTOCOL_VIOLATION', `The device answered ${by} with ${reply.type} instead of RUN_REPORT.`);
  }

  #holdRuns(ending: Promise<unknown>): void {
    this.#endings.add(ending);
    const over = (): unknown => this.#endings.delete(ending);
    ending.then(over, over);
  }

  /** Resolves when the device is in no run that somebody is ending. */
  async ended(...signals: readonly (AbortSignal | undefined)[]): Promise<void> {
    while (this.#endings.size > 0) await orAbort(Promise.all(this.#endings), signals);
  }

  /** Takes over what readouts come, until `leave`. The caller holds `runs`. */
  enter(run: Run): void {
    this.#run = run;
  }

  /** Calls back after some of the host's time. */
  after(ticks: Ticks, action: () => void): Alarm {
    return this.#options.clock.at(this.now + ticks, action);
  }

  /** Starts the run that was entered; its refusal fails the run. */
  start(): void {
    const id = this.machine.start(this.now);
    const run = this.#run;
    this.#waiters.set(id, {
      name: 'START',
      resolve: () => {},
      reject: (error) => {
        if (this.#run === run) run?.failed(error);
      },
    });
  }

  leave(): void {
    this.#run = undefined;
    this.machine.runOver();
    this.machine.revokeGrant();
  }

  close(): Promise<void> {
    return this.#closer.close(
      () => this.#close(),
      () => this.#giveUp(new OpuError('INVALID_STATE', 'The session was closed.')),
    );
  }

  async #close(): Promise<void> {
    this.#links.closing();
    const { link } = this.#links;
    if (this.machine.isReady) await this.#farewell();
    this.#giveUp(new OpuError('INVALID_STATE', 'The session was closed.'));
    await link?.close();
    await this.#options.dispose?.();
    this.events.over();
  }

  /** The caller did what there was to do: says so to the device if it has to wait now, and sets the next alarm. */
  settled(): void {
    if (this.#error !== undefined) return;
    if (this.#waiters.size > 0 || this.#run?.isStarving === true) {
      this.machine.waiting(this.now);
      this.#links.link?.expectSoon();
    }
    this.#alarm.set(this.machine.nextDeadline(), !this.machine.isBusy);
  }

  // LinkUser.

  linkOpened(transport: Transport): void {
    this.machine.connected(this.now, transport.carrier !== 'length');
    this.settled();
  }

  linkMessage(message: Message, header: MessageHeader, borrowed: boolean): void {
    this.machine.receive(message, header, this.now, borrowed);
  }

  linkSettled(isWithinMessage: boolean): void {
    if (isWithinMessage) this.machine.hearing(this.now);
    this.settled();
  }

  linkDrained(): void {
    this.machine.flush(this.now);
    this.#run?.progress();
    this.settled();
  }

  linkLost(): void {
    this.machine.disconnected();
  }

  linksOver(error: OpuError): void {
    this.#giveUp(error);
  }

  // HostEffects.

  send(message: Message, requestId: number, repeated: boolean): void {
    const session = message.type === 'HELLO' ? 0 : this.machine.session;
    this.#links.link?.send(message, requestId, repeated, session);
  }

  canSend(): boolean {
    return this.#links.link?.isFree === true;
  }

  ready(greeting: Greeting): void {
    this.#links.ready();
    this.#opening?.resolve(greeting);
    this.#opening = undefined;
    this.#run?.progress();
  }

  replied(requestId: number, message: Message): void {
    const waiter = this.#waiters.get(requestId);
    this.#links.progressed();
    if (waiter === undefined) return;
    this.#waiters.delete(requestId);
    if (message.type === 'REFUSED') waiter.reject(refusalError(message, waiter.name));
    else waiter.resolve(message);
  }

  requestFailed(requestId: number, error: OpuError): void {
    const waiter = this.#waiters.get(requestId);
    this.#waiters.delete(requestId);
    waiter?.reject(error);
  }

  readouts(message: Readouts, skipBelow: number, borrowed: boolean): void {
    this.#links.progressed();
    const run = this.#run;
    if (run === undefined) return;
    const violation = judgeReadouts(message, run.shape);
    if (violation === undefined) run.readouts(message, skipBelow, borrowed);
    else this.failed(violation);
  }

  patternProgress(): void {
    this.#run?.progress();
  }

  runEnded(message: RunEnded): void {
    this.#run?.ended(message);
  }

  event(message: Event): void {
    this.events.tell(message);
  }

  refused(message: Refused): void {
    if (message.requestType === messageCodecs.PATTERNS.id) this.#run?.failed(refusalError(message, 'PATTERNS'));
  }

  failed(error: OpuError): void {
    this.#links.fail(error);
  }

  /** Stops the device and gives control back; a device that does not answer is not waited for longer than a reply. */
  async #farewell(): Promise<void> {
    const giveUp = new AbortController();
    const { signal } = giveUp;
    const alarm = this.after(this.#options.timeouts.request * TICKS_PER_MILLISECOND, () => giveUp.abort());
    await this.request({ type: 'ABORT' }, signal).catch(() => {});
    await this.request({ type: 'RELEASE_CONTROL' }, signal).catch(() => {});
    alarm.cancel();
  }

  #giveUp(error: OpuError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.#alarm.cancel();
    this.#links.over();
    this.machine.over(error);
    for (const waiter of this.#waiters.values()) waiter.reject(error);
    this.#waiters.clear();
    this.#opening?.reject(error);
    this.#opening = undefined;
    const run = this.#run;
    this.#run = undefined;
    run?.failed(error);
  }
}
