import type { Ticks } from '@opu/core';
import { OpuError } from '@opu/core';
import type { Message, PatternCredit, Readouts, ReadoutUnavailable, RunReport } from '../generated/messages.js';
import { ClockFit } from './clock-fit.js';
import type { HostEffects } from './effects.js';
import { Handshake } from './handshake.js';
import type { HostOptions } from './host-options.js';
import { LinkWatch } from './link-watch.js';
import { creditQuestion, PATTERNS_OVERHEAD, patternsMessage } from './pattern-messages.js';
import { type PatternBlock, PatternSender } from './pattern-sender.js';
import { type Progress, ProgressWatch } from './progress-watch.js';
import { ReadoutFlow } from './readout-flow.js';
import { judgeReply, violation } from './reply-gate.js';
import { RequestTable } from './request-table.js';

/** What of a message's header counts here. */
export interface HostArrival {
  readonly requestId: number;
  readonly sequence: number;
  /** Id of the session that the message belongs to; 0, the default, outside of one. */
  readonly session?: number;
}

/**
 * The host's side of the protocol as a pure state machine: messages, ticks and wishes go in, messages and news come out.
 * It does no I/O and has no timer (ask `nextDeadline`). One machine lives as long as a session: it survives connections,
 * and after `connected` on a new one it goes on where the old one broke off, each frame once and in order.
 */
export class HostMachine {
  readonly clockFit = new ClockFit();
  readonly counters = { messagesLost: 0, messagesForeign: 0, probes: 0, resumed: 0 };
  readonly #options: HostOptions;
  readonly #effects: HostEffects;
  readonly #requests: RequestTable<Message>;
  readonly #patterns = new PatternSender();
  readonly #readouts: ReadoutFlow;
  readonly #watch: LinkWatch;
  #progress: ProgressWatch;
  readonly #handshake: Handshake;
  #state: 'closed' | 'greeting' | 'ready' = 'closed';
  #credit: PatternCredit | undefined;
  #running = false;
  #startRequest = 0;
  #restartRequest = 0;
  /** STOP and ABORT that are not answered. Until they are, no pattern is sent: it would get into the device behind them. */
  readonly #endings = new Set<number>();
  /** Their answer, while readouts of the run that they ended are still to come. */
  #reports: { readonly requestId: number; readonly message: RunReport; readonly aborted: boolean }[] = [];
  #restartDue = false;
  #wasRestarted = false;
  /** Patterns with an id below this were read out. */
  #readUpTo = 0;
  /** Ids of the patterns marked LAST whose run is not over, in order. */
  #lastIds: number[] = [];
  #loses = true;
  #nextSequence = 0;
  #waitingSaid = -1;
  /** The tick of the call that is being worked on. */
  #now: Ticks = 0;

  constructor(options: HostOptions, effects: HostEffects) {
    this.#options = options;
    this.#effects = effects;
    this.#requests = new RequestTable(options.requests, options.progressTicks);
    this.#watch = new LinkWatch(options);
    this.#progress = new ProgressWatch(options.progressTicks);
    this.#handshake = new Handshake(options);
    this.#readouts = new ReadoutFlow({
      say: (message) => this.#say(message),
      deliver: (message, skipBelow, borrowed) => this.#deliver(message, skipBelow, borrowed),
    });
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  /** Patterns that were sent again, requests that were sent again, readouts that came twice. */
  get repeats(): { readonly patterns: number; readonly requests: number; readonly readouts: number } {
    return { patterns: this.#patterns.resent, requests: this.#requests.retried, readouts: this.#readouts.repetitions };
  }

  /** Id of the session, which messages carry from the answer to HELLO on; 0 without one. */
  get session(): number {
    return this.#handshake.session;
  }

  /** True while something is expected of the device, so that silence has to be noticed. */
  get isBusy(): boolean {
    return this.#running || this.#requests.size > 0;
  }

  /** True where the device's time passes only while this host waits. */
  get isLockstep(): boolean {
    return this.#handshake.isLockstep;
  }

  /** True between `start` and the end of the run. */
  get isRunning(): boolean {
    return this.#running;
  }

  /** True when the run was started again on a new connection: the device may idle in a run that has no end. */
  get wasRestarted(): boolean {
    return this.#wasRestarted;
  }

  /** Patterns that were offered and not read out: between runs those that stayed in the device when one was stopped. */
  get patternsLeft(): number {
    return this.#patterns.next - this.#readUpTo;
  }

  /** True when one of the patterns that are left is marked LAST: the next run ends there, whatever is offered behind it. */
  get leftoversEnd(): boolean {
    return this.#lastIds.some((id) => id >= this.#readUpTo);
  }

  /** Id that the next offered pattern gets. */
  get nextPatternId(): number {
    return this.#patterns.next;
  }

  /** Patterns that could be offered and sent at once. */
  get patternRoom(): number {
    return this.#patterns.room;
  }

  /** True while the host's buffers have room for readouts. */
  get hasReadoutRoom(): boolean {
    return this.#readouts.hasRoom;
  }

  // Connections.

  /**
   * A transport is open. Starts the handshake.
   * @param loses whether messages can get lost without the connection ending
   */
  connected(now: Ticks, loses = true): void {
    this.#now = now;
    this.#state = 'greeting';
    this.#loses = loses;
    this.#nextSequence = 0;
    this.#waitingSaid = -1;
    this.#credit = undefined;
    this.#watch.restart(now);
    this.#askForHandshake(this.#handshake.begin(this.#requests.isOpen('CONFIGURE')), now);
  }

  /** The connection is gone. What is open stays open for the next one. */
  disconnected(): void {
    this.#state = 'closed';
    this.#requests.forget(this.#handshake.requestId);
  }

  /** There will be no further connection. */
  over(error: OpuError): void {
    this.#state = 'closed';
    for (const id of this.#requests.ids()) {
      this.#requests.forget(id);
      if (id !== this.#handshake.requestId) this.#effects.requestFailed(id, error);
    }
  }

  /** @param borrowed bytes and records of the message hold only until this returns: for READOUTS only */
  receive(message: Message, arrival: HostArrival, now: Ticks, borrowed = false): void {
    this.#now = now;
    if (this.#state === 'closed' || !this.#handshake.belongs(message, arrival.requestId, arrival.session ?? 0)) {
      this.counters.messagesForeign++;
      return;
    }
    if (arrival.sequence > this.#nextSequence) {
      this.counters.messagesLost += arrival.sequence - this.#nextSequence;
      if (message.type !== 'READOUTS') this.#watch.hurry(now);
    }
    this.#nextSequence = Math.max(this.#nextSequence, arrival.sequence + 1);
    this.#watch.heard(now);
    if (arrival.requestId !== 0) {
      this.#reply(message, arrival.requestId, now);
      return;
    }
    switch (message.type) {
      case 'READOUTS':
        this.#readouts.take(message, borrowed);
        this.#finishRun();
        break;
      case 'PATTERN_CREDIT':
        this.#takeCredit(message, now);
        break;
      case 'PATTERN_RESEND':
        this.#patterns.goBack(message.from);
        this.flush(now);
        break;
      case 'READOUT_UNAVAILABLE':
        this.#unavailable(message, now);
        break;
      case 'RUN_ENDED':
        if (!this.#running || !this.#readouts.takeEnding(message)) break;
        this.#restartDue = false;
        this.#finishRun();
        break;
      case 'EVENT':
        this.#effects.event(message);
        break;
      case 'REFUSED':
        this.#effects.refused(message);
        break;
    }
  }

  // Wishes.

  /** Sends a request, now or when the connection is ready. `replied` or `requestFailed` follows under the id. */
  request(message: Message, now: Ticks): number {
    this.#now = now;
    const isEnding = message.type === 'STOP' || message.type === 'ABORT';
    // A START that got lost and is sent again must not come behind it.
    const held = isEnding && this.#requests.isOpen('START');
    const id = this.#requests.add(message, message.type, now, held);
    if (isEnding) this.#endings.add(id);
    if (this.#state === 'ready' && !held) this.#say(message, id);
    return id;
  }

  /** Nobody wants to know the reply any more. That of STOP and ABORT counts all the same: they change what is in the device. */
  forget(requestId: number): void {
    if (!this.#endings.has(requestId)) this.#requests.forget(requestId);
  }

  /** Starts a run with the patterns offered so far and later; the reply comes under the returned id. */
  start(now: Ticks): number {
    this.#running = true;
    this.#lastIds = this.#lastIds.filter((id) => id >= this.#readUpTo);
    this.#readouts.begin();
    this.#wasRestarted = false;
    this.#startRequest = this.request({ type: 'START', flags: 0 }, now);
    return this.#startRequest;
  }

  /** The owner of the run has all that it wanted of it. */
  runOver(): void {
    this.#running = false;
    this.#restartDue = false;
  }

  /** Queues patterns and sends what the credit allows. @returns id of the first */
  offer(block: PatternBlock, now: Ticks): number {
    const first = this.#patterns.offer(block);
    if (block.last) this.#lastIds.push(this.#patterns.next - 1);
    this.flush(now);
    return first;
  }

  /** Sends patterns as far as credit and link allow. */
  flush(now: Ticks): void {
    this.#now = now;
    if (this.#state !== 'ready' || this.#endings.size > 0) return;
    const most = Math.min(this.#options.patternMessageBytes, this.#handshake.maximumPayload - PATTERNS_OVERHEAD);
    while (this.#effects.canSend()) {
      const part = this.#patterns.take(most);
      if (part === undefined) return;
      this.#watch.patternsSent(now);
      this.#say(patternsMessage(part));
    }
  }

  /** The host has buffers for `count` more readouts. */
  grant(count: number, now: Ticks): void {
    if (count <= 0) return;
    this.#now = now;
    this.#readouts.grant(count, this.#state === 'ready');
  }

  /** Room that was granted and is not used up is not there any more once the run is over. */
  revokeGrant(): void {
    this.#readouts.revoke();
  }

  /** Part of a message has come whose header is intact. */
  hearing(now: Ticks): void {
    this.#watch.hearing(now);
    this.#progress.moving();
  }

  /** The host has nothing to do until it hears from the device: in lockstep that lets virtual time pass. */
  waiting(now: Ticks): void {
    this.#now = now;
    if (this.#state !== 'ready' || !this.#handshake.isLockstep || this.#waitingSaid === this.#nextSequence) return;
    this.#waitingSaid = this.#nextSequence;
    this.#say({ type: 'HOST_WAITING', deviceSequence: this.#nextSequence });
  }

  // Time.

  nextDeadline(): Ticks | undefined {
    if (this.#state === 'closed') return undefined;
    const request = this.#requests.nextDeadline(this.#onlyRequest) ?? Number.POSITIVE_INFINITY;
    const isReady = this.#state === 'ready';
    const watch = isReady
      ? this.#watch.nextDeadline(this.#now, this.#isDue(), this.#mayBeLost)
      : Number.POSITIVE_INFINITY;
    const progress = isReady ? this.#progress.nextDeadline(this.#now, this.#isOwed) : Number.POSITIVE_INFINITY;
    const next = Math.min(request, watch, progress);
    return Number.isFinite(next) ? next : undefined;
  }

  advance(now: Ticks): void {
    this.#now = now;
    if (this.#state === 'closed') return;
    for (const expiry of this.#requests.expire(now, this.#onlyRequest)) {
      if (expiry.kind === 'again') this.#say(expiry.message, expiry.id, true);
      else if (expiry.id === this.#handshake.requestId) {
        this.#effects.failed(expiry.error);
        return;
      } else {
        this.#requestOver(expiry.id, now, true);
        this.#effects.requestFailed(expiry.id, expiry.error);
      }
    }
    if (this.#state !== 'ready') return;
    if (!this.#effects.canSend()) this.#progress.moving();
    const stalled = this.#progress.advance(now, this.#isOwed, () => this.#howFar());
    if (stalled !== undefined) {
      this.#effects.failed(stalled);
      return;
    }
    for (const action of this.#watch.advance(now, this.#isDue(), this.#mayBeLost)) {
      switch (action) {
        case 'heartbeat':
          this.#say({ type: 'HEARTBEAT' });
          break;
        case 'patterns-again':
          this.#patterns.goBack(this.#patterns.acknowledged);
          this.flush(now);
          break;
        case 'probe':
          this.#probe();
          break;
        case 'dead':
          this.#effects.failed(
            new OpuError('TIMEOUT', `The device fell silent: ${this.#options.probes} questions got no answer.`),
          );
          return;
      }
    }
  }

  /** Until the handshake is through nothing else is sent, so that nothing else can be late. */
  get #onlyRequest(): number | undefined {
    return this.#state === 'greeting' ? this.#handshake.requestId : undefined;
  }

  // Handshake.

  #askForHandshake(message: Message, now: Ticks): void {
    this.#handshake.requestId = this.#requests.add(message, message.type, now);
    this.#say(message, this.#handshake.requestId);
  }

  #continueHandshake(reply: Message, now: Ticks): void {
    const next = this.#handshake.next(reply);
    if (next instanceof OpuError) {
      this.#effects.failed(next);
      return;
    }
    if (next !== undefined) {
      this.#askForHandshake(next, now);
      return;
    }
    this.#state = 'ready';
    this.#watch.heartbeat(this.#handshake.heartbeatMicroseconds);
    const greeting = this.#handshake.greeting();
    this.#readouts.retained = greeting.description.retainedReadouts;
    const { virtualProgressTicks, progressTicks } = this.#options;
    const patience = this.#handshake.hasVirtualClock ? virtualProgressTicks : progressTicks;
    this.#requests.pendingTicks = patience;
    this.#progress = new ProgressWatch(patience);
    this.#progress.frames(this.#handshake.frameTicks);
    if (greeting.resumed) {
      this.counters.resumed++;
      if (!this.#resume(now)) return;
    } else if (this.#credit !== undefined) {
      this.#patterns.restart(this.#credit.nextPatternId, this.#credit.creditLimit);
      this.#readUpTo = this.#credit.nextPatternId;
    } else this.#say(creditQuestion());
    this.#effects.ready(greeting);
    this.flush(now);
  }

  /** Goes on after a loss: open requests, unacknowledged patterns and readouts that were not received. */
  #resume(now: Ticks): boolean {
    if (this.#credit === undefined) {
      this.#patterns.goBack(this.#patterns.acknowledged);
      this.#say(creditQuestion());
    } else if (!this.#patterns.resume(this.#credit.nextPatternId, this.#credit.creditLimit)) {
      this.#effects.failed(usedByOthers(this.#credit.nextPatternId, this.#patterns.acknowledged));
      return false;
    }
    for (const { id, message } of this.#requests.reopen(now)) this.#say(message, id, true);
    // The device stopped when the link ended. Where START's reply is not known, what follows it tells: see `#reply`.
    // A run that is being ended is not started again.
    this.#restartDue = this.#running && !this.#readouts.isEnding && this.#endings.size === 0;
    this.#readouts.repeat(this.#running);
    return true;
  }

  #reply(message: Message, requestId: number, now: Ticks): void {
    if (message.type === 'PENDING') {
      this.#requests.pending(requestId, now, message.expectedTicks);
      return;
    }
    const request = this.#requests.settle(requestId);
    if (request === undefined) return;
    const violation = judgeReply(request.message, message, this.#handshake.description);
    if (violation !== undefined) {
      this.#effects.requestFailed(requestId, violation);
      this.#effects.failed(violation);
      return;
    }
    if (requestId === this.#handshake.requestId) {
      this.#continueHandshake(message, now);
      return;
    }
    if (requestId === this.#startRequest && message.type === 'DONE') {
      this.#readouts.started(message.value);
      // The stored reply of a START that was carried out before the link was lost: the run it began is over.
      // What came while its reply was lost was not taken.
      if (this.#restartDue || request.attempts > 1) this.#readouts.repeat(true);
    }
    if (requestId === this.#restartRequest && message.type === 'DONE') this.#readouts.restarted(message.value);
    if (message.type === 'RUN_REPORT') {
      this.#takeReport(requestId, message, request.message.type === 'ABORT');
      return;
    }
    this.#requestOver(requestId, now);
    if (message.type === 'CONFIGURE_REPLY') {
      this.#handshake.configured(message);
      this.#progress.frames(this.#handshake.frameTicks);
    } else if (message.type === 'CLOCK_SYNC_REPLY' && request.attempts === 1) {
      this.clockFit.addReply(message, now);
    }
    this.#effects.replied(requestId, message);
  }

  /** A request got its answer or never will: what waited for that goes out. */
  #requestOver(requestId: number, now: Ticks, unanswered = false): void {
    if (this.#endings.delete(requestId)) this.flush(now);
    if (this.#requests.isOpen('START')) return;
    for (const { id, message } of this.#requests.release(now, unanswered)) {
      if (this.#state === 'ready') this.#say(message, id);
    }
  }

  // Runs.

  /** The run is over when its readouts are here, those that got lost among them. */
  #takeReport(requestId: number, message: RunReport, aborted: boolean): void {
    this.#reports.push({ requestId, message, aborted });
    if (this.#running) this.#readouts.takeReport(message.tick, message.framesDone);
    if (this.#running && this.#readouts.isEnding) this.#finishRun();
    else this.#tellReports();
  }

  #tellReports(): void {
    for (const { requestId, message, aborted } of this.#reports.splice(0)) {
      this.#stopped(message, aborted);
      this.#requestOver(requestId, this.#now);
      this.#effects.replied(requestId, message);
    }
  }

  #stopped(report: RunReport, aborted: boolean): void {
    this.runOver();
    this.#lastIds = this.#lastIds.filter((id) => id >= this.#readUpTo && !aborted);
    if (!aborted) return;
    this.#patterns.restart(report.nextPatternId, Math.max(report.nextPatternId, this.#patterns.limit));
    this.#readUpTo = report.nextPatternId;
  }

  #finishRun(): void {
    const ending = this.#readouts.completed();
    if (ending === undefined) return;
    if (!this.#readouts.endsByReport) {
      this.runOver();
      // Whatever was not read out up to the mark was dropped.
      const last = this.#lastIds.shift();
      if (last !== undefined) this.#readUpTo = Math.max(this.#readUpTo, last + 1);
      this.#effects.runEnded(ending);
    }
    this.#tellReports();
  }

  /** Something is due of the device: nothing may come for long. */
  #isDue(): boolean {
    if (!this.#running) return false;
    if (this.#readUpTo < this.#patterns.next) return this.hasReadoutRoom || this.#readouts.hasGap;
    // All that was offered was read out, so that there are free slots: without credit its announcement was lost.
    return this.#lastIds.length > 0 || this.#readouts.isEnding || this.#patterns.room === 0;
  }

  /** The device has all that it needs for what is due; in lockstep that is its time, too, which the host alone lets pass. */
  get #isOwed(): boolean {
    if (!this.#running || !this.#readouts.begun) return false;
    if (this.#handshake.isLockstep && this.#waitingSaid !== this.#nextSequence) return false;
    if (this.#readouts.isEnding || this.#readouts.hasGap) return true;
    // Whoever fires its frames decides when, and whether.
    return this.#handshake.firesItself && this.#isDue();
  }

  #howFar(): Progress {
    const { acknowledged, limit, next } = this.#patterns;
    const framesRead = this.#readouts.expected;
    let missing = 'RUN_ENDED, though all patterns are read out';
    if (this.#readouts.isEnding) missing = `the readouts from frame ${framesRead} on, though the run is over`;
    else if (this.#readouts.hasGap) missing = `frame ${framesRead}, though later ones came`;
    else if (this.#readUpTo < Math.min(next, limit)) missing = `the readout of pattern ${this.#readUpTo}`;
    else if (limit <= next) missing = `room for patterns from ${limit} on (PATTERN_CREDIT)`;
    // Taking patterns without end and showing none of them is no progress.
    const patternsTaken = Math.min(acknowledged, this.#readUpTo + (this.#handshake.description?.patternSlots ?? 0));
    return { patternsTaken, framesRead, hasRoom: limit > next, missing };
  }

  /** Patterns on their way that may never come. A device that is merely slow must not get them twice. */
  get #mayBeLost(): boolean {
    return this.#loses && this.#patterns.inFlight;
  }

  #probe(): void {
    this.counters.probes++;
    this.#say(creditQuestion());
    this.#readouts.repeat(true);
    this.#waitingSaid = -1;
  }

  // Patterns.

  #takeCredit(message: PatternCredit, now: Ticks): void {
    this.#credit = message;
    if (this.#state !== 'ready') return;
    if (this.#patterns.next === 0 && !this.#running && message.nextPatternId > 0) {
      this.#patterns.restart(message.nextPatternId, message.creditLimit);
      this.#readUpTo = message.nextPatternId;
    }
    if (!this.#patterns.credit(message.nextPatternId, message.creditLimit)) return;
    this.#watch.patternsProgressed(now);
    this.flush(now);
    this.#effects.patternProgress();
  }

  // Readouts.

  #deliver(message: Readouts, skipBelow: number, borrowed: boolean): void {
    const { frames } = message;
    const patternId = frames.patternId(frames.count - 1);
    if (patternId >= this.#patterns.next) {
      const offered = this.#patterns.next;
      this.#effects.failed(
        violation('OPU-RUN-2', `sent a readout of pattern ${patternId}, and patterns end below ${offered}`, {
          patternId,
          offered,
        }),
      );
      return;
    }
    this.#readUpTo = Math.max(this.#readUpTo, patternId + 1);
    // What was read out has come: an acknowledgement that got lost is not missed.
    if (this.#patterns.acknowledge(this.#readUpTo)) this.#watch.patternsProgressed(this.#now);
    this.#effects.readouts(message, skipBelow, borrowed);
  }

  #unavailable(message: ReadoutUnavailable, now: Ticks): void {
    const verdict = this.#readouts.unavailable(message);
    if (verdict instanceof OpuError) this.#effects.failed(verdict);
    else if (verdict === undefined) this.#finishRun();
    else if (this.#restartDue) {
      this.#restartDue = false;
      this.#wasRestarted = true;
      this.#restartRequest = this.request({ type: 'START', flags: 0 }, now);
    }
  }

  #say(message: Message, requestId = 0, repeated = false): void {
    this.#watch.said(this.#now);
    this.#effects.send(message, requestId, repeated);
  }
}

function usedByOthers(expected: number, acknowledged: number): OpuError {
  return new OpuError(
    'FRAMES_LOST',
    `After the reconnection the device expects pattern ${expected}, and those from ${acknowledged} on are not sure to ` +
      'have been shown: somebody else used it meanwhile.',
  );
}
