import {
  type Alarm,
  type Event,
  type Greeting,
  type HostEffects,
  HostMachine,
  isOpuError,
  type LinkError,
  type Message,
  type MessageHeader,
  messageCodecs,
  OpuError,
  type Readouts,
  type Refused,
  type RunEnded,
  type RunReport,
  refusalError,
  type Ticks,
  type Transport,
} from '@opu/protocol';
import { abortError, onAbort, orAbort } from './abort.js';
import { Exclusive } from './exclusive.js';
import { HostLink, type LinkOwner } from './host-link.js';
import { type SessionOptions, TICKS_PER_MILLISECOND } from './options.js';
import { randomHostId } from './random-host-id.js';
import { Recovery } from './recovery.js';

/** Longest payload that a session takes, bytes: a batch of readouts, or one readout of a 16-megapixel sensor. */
export const MAXIMUM_PAYLOAD = 64 * 2 ** 20;
const PATTERN_MESSAGE_BYTES = 256 * 1024;

/** Whoever shows patterns: one at a time. */
export interface Run {
  /** True while it has nothing to do until the device says something. */
  readonly isStarving: boolean;
  /** @param borrowed the message holds only until this returns */
  readouts(message: Readouts, skipBelow: number, borrowed: boolean): void;
  /** There may be room to offer more patterns. */
  progress(): void;
  ended(message: RunEnded): void;
  /** STOP or ABORT is about to be asked for: nothing more is to be offered or started. */
  stopping(by: 'STOP' | 'ABORT'): void;
  /** Somebody stopped or aborted it, and all that it has shown has come. */
  stopped(by: 'STOP' | 'ABORT'): void;
  failed(error: OpuError): void;
}

interface Waiter {
  readonly name: string;
  resolve(message: Message): void;
  reject(error: OpuError): void;
}

/**
 * A session with a device over any transport: gives the host's state machine a link, a clock and promises, and a new link
 * when one is lost.
 */
export class Session implements HostEffects, LinkOwner {
  readonly machine: HostMachine;
  readonly runs = new Exclusive();
  readonly counters = { linksLost: 0, damaged: 0, attempts: 0, bytesSent: 0, bytesReceived: 0 };
  onEvent: ((event: Event) => void) | undefined;
  readonly #options: SessionOptions;
  readonly #waiters = new Map<number, Waiter>();
  #link: HostLink | undefined;
  #run: Run | undefined;
  #alarm: Alarm | undefined;
  #alarmIsBackground = false;
  #greeting: Greeting | undefined;
  #opening: { resolve(greeting: Greeting): void; reject(error: OpuError): void } | undefined;
  #error: OpuError | undefined;
  #closing = false;
  readonly #recovery: Recovery;
  #patience: Alarm | undefined;
  #openAlarm: Alarm | undefined;
  #backoff: (() => void) | undefined;
  /** STOP and ABORT. No run begins before they are answered, though nobody waits for the answer any more. */
  readonly #endings = new Set<Promise<unknown>>();

  constructor(options: SessionOptions) {
    this.#options = options;
    const { timeouts } = options;
    this.#recovery = new Recovery(timeouts.reconnect);
    this.machine = new HostMachine(
      {
        hostId: randomHostId(),
        hostName: options.hostName,
        maximumPayload: MAXIMUM_PAYLOAD,
        heartbeatMicroseconds: timeouts.heartbeat * 1000,
        pacing: options.pacing,
        requests: { timeoutTicks: timeouts.request * TICKS_PER_MILLISECOND, retries: timeouts.retries },
        probeTicks: timeouts.silence * TICKS_PER_MILLISECOND,
        probes: timeouts.probes,
        patternMessageBytes: PATTERN_MESSAGE_BYTES,
      },
      this,
    );
  }

  get error(): OpuError | undefined {
    return this.#error;
  }

  /** Bytes that went over all links of the session, framing included. */
  get traffic(): { readonly sent: number; readonly received: number } {
    const { bytesSent, bytesReceived } = this.counters;
    return {
      sent: bytesSent + (this.#link?.bytesSent ?? 0),
      received: bytesReceived + (this.#link?.bytesReceived ?? 0),
    };
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
    this.#connect(transport).catch((error: unknown) => this.#giveUp(asOpuError(error)));
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
    void ending.then(() => this.#endings.delete(ending));
  }

  /** Resolves when the device is in no run that somebody is ending. */
  async ended(...signals: readonly (AbortSignal | undefined)[]): Promise<void> {
    while (this.#endings.size > 0) await orAbort(Promise.all(this.#endings), signals);
  }

  /** Takes over what readouts come, until `leave`. The caller holds `runs`. */
  enter(run: Run): void {
    this.#run = run;
  }

  isCurrent(run: Run): boolean {
    return this.#run === run;
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

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#backoff?.();
    const link = this.#link;
    if (this.machine.isReady) await this.#farewell();
    this.#giveUp(new OpuError('INVALID_STATE', 'The session was closed.'));
    await link?.close();
    await this.#options.dispose?.();
  }

  /** The caller did what there was to do: says so to the device if it has to wait now, and sets the next alarm. */
  settled(): void {
    if (this.#error !== undefined) return;
    if (this.#waiters.size > 0 || this.#run?.isStarving === true) this.machine.waiting(this.now);
    this.#arm();
  }

  // LinkOwner.

  linkMessage(link: HostLink, message: Message, header: MessageHeader, borrowed: boolean): void {
    if (link === this.#link) this.machine.receive(message, header, this.now, borrowed);
  }

  linkSettled(link: HostLink): void {
    if (link === this.#link) this.settled();
  }

  linkDrained(link: HostLink): void {
    if (link !== this.#link) return;
    this.machine.flush(this.now);
    this.#run?.progress();
    this.settled();
  }

  linkDamaged(_link: HostLink, _error: LinkError): void {
    this.counters.damaged++;
  }

  linkEnded(link: HostLink, reason: OpuError | undefined): void {
    if (link === this.#link) this.#lost(reason ?? new OpuError('LINK_LOST', `${link.address} was closed.`));
  }

  // HostEffects.

  send(message: Message, requestId: number, repeated: boolean): void {
    this.#link?.send(message, requestId, repeated);
  }

  canSend(): boolean {
    return this.#link?.isFree === true;
  }

  ready(greeting: Greeting): void {
    this.#greeting = greeting;
    this.#recovery.ready(this.now);
    this.#patience?.cancel();
    this.#patience = undefined;
    this.#opening?.resolve(greeting);
    this.#opening = undefined;
    this.#run?.progress();
  }

  replied(requestId: number, message: Message): void {
    const waiter = this.#waiters.get(requestId);
    this.#recovery.progressed();
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
    this.#recovery.progressed();
    this.#run?.readouts(message, skipBelow, borrowed);
  }

  patternProgress(): void {
    this.#run?.progress();
  }

  runEnded(message: RunEnded): void {
    this.#run?.ended(message);
  }

  event(message: Event): void {
    this.onEvent?.(message);
  }

  refused(message: Refused): void {
    if (message.requestType === messageCodecs.PATTERNS.id) this.#run?.failed(refusalError(message, 'PATTERNS'));
  }

  failed(error: OpuError): void {
    const link = this.#link;
    this.#lost(link?.judge(error) ?? error);
    void link?.close();
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

  // Connections.

  async #connect(transport: Transport): Promise<void> {
    const link = new HostLink(transport, MAXIMUM_PAYLOAD, this);
    this.#link = link;
    await this.#openInTime(link);
    if (this.#error !== undefined || this.#link !== link) {
      await link.close();
      return;
    }
    this.machine.connected(this.now, transport.carrier !== 'length');
    this.settled();
  }

  /** A way that neither opens nor refuses is waited for as long as a request with all of its repetitions. */
  #openInTime(link: HostLink): Promise<void> {
    const { request, retries } = this.#options.timeouts;
    const milliseconds = request * (2 ** (retries + 1) - 1);
    return new Promise((resolve, reject) => {
      const alarm = (this.#openAlarm = this.after(milliseconds * TICKS_PER_MILLISECOND, () => {
        reject(new OpuError('TIMEOUT', `${link.address} did not open within ${milliseconds} ms.`));
        void link.close();
      }));
      link
        .open()
        .then(resolve, reject)
        .finally(() => alarm.cancel());
    });
  }

  #lost(error: OpuError): void {
    if (this.#error !== undefined || this.#link === undefined) return;
    this.counters.bytesSent += this.#link.bytesSent;
    this.counters.bytesReceived += this.#link.bytesReceived;
    this.#link = undefined;
    this.machine.disconnected();
    this.counters.linksLost++;
    const { reconnect } = this.#options;
    if (this.#closing || reconnect === undefined || !isWorthAnother(error) || this.#greeting === undefined) {
      this.#giveUp(error);
      return;
    }
    this.#recovery.lost(this.now, error);
    // Whatever the time is spent on: waiting, opening, or a handshake that gets no answer.
    this.#patience ??= this.#options.clock.at(Math.max(this.now, this.#recovery.deadline!), () => {
      const link = this.#link;
      this.#giveUp(this.#recovery.verdict());
      void link?.close();
    });
    void this.#reconnect(reconnect);
  }

  /** Opens links with growing pauses until one holds; the alarm that was set at the loss ends it. */
  async #reconnect(open: () => Promise<Transport>): Promise<void> {
    while (this.#error === undefined) {
      await this.#pause(this.#recovery.pause(this.now));
      if (this.#error !== undefined || this.#closing) return;
      this.counters.attempts++;
      try {
        await this.#connect(await open());
        return;
      } catch (error) {
        this.#link = undefined;
        const cause = asOpuError(error);
        this.#recovery.lost(this.now, cause);
        // What is at the other end was closed for good.
        if (cause.code === 'INVALID_STATE') {
          this.#giveUp(
            new OpuError('LINK_LOST', `The link was lost and cannot come back: ${cause.message}`, { cause }),
          );
        }
      }
    }
  }

  #pause(ticks: Ticks): Promise<void> {
    return new Promise((resolve) => {
      const alarm = this.#options.clock.at(this.now + ticks, () => {
        this.#backoff = undefined;
        resolve();
      });
      this.#backoff = () => {
        alarm.cancel();
        resolve();
      };
    });
  }

  #giveUp(error: OpuError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    this.#patience?.cancel();
    this.#openAlarm?.cancel();
    this.#backoff?.();
    this.#link = undefined;
    this.machine.over(error);
    for (const waiter of this.#waiters.values()) waiter.reject(error);
    this.#waiters.clear();
    this.#opening?.reject(error);
    this.#opening = undefined;
    const run = this.#run;
    this.#run = undefined;
    run?.failed(error);
  }

  /** Sets the alarm for the machine's next deadline. One that is set too early is left: it costs less than moving it. */
  #arm(): void {
    const deadline = this.machine.nextDeadline();
    const current = this.#alarm;
    if (deadline === undefined) return;
    const background = !this.machine.isBusy;
    if (current !== undefined) {
      if (current.tick <= deadline && this.#alarmIsBackground === background) return;
      current.cancel();
    }
    this.#alarmIsBackground = background;
    this.#alarm = this.#options.clock.at(
      deadline,
      () => {
        this.#alarm = undefined;
        this.machine.advance(this.now);
        this.settled();
      },
      { background },
    );
  }
}

function asOpuError(error: unknown): OpuError {
  if (isOpuError(error)) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new OpuError('LINK_UNAVAILABLE', `The link cannot be opened: ${text}`, { cause: error });
}

/** A new link may help against what a link did, and against nothing else. */
function isWorthAnother(error: OpuError): boolean {
  return error.blame === 'link' || error.code === 'DEVICE_BUSY';
}
