import { OpuError } from '@opu/core';
import { unavailableReason } from '../generated/enums.js';
import type { Message, Readouts, ReadoutUnavailable, RunEnded } from '../generated/messages.js';
import { ownReadouts } from './own-readouts.js';
import { type ReadoutPart, ReadoutReceiver } from './readout-receiver.js';

const EVERYTHING = 0xffffffff;
/** Readouts are acknowledged after so many bytes, or when they are this share (1/4) of what the device keeps; and at a run's end. */
const ACKNOWLEDGED_BYTES = 4 << 20;
const ACKNOWLEDGED_SHARE = 4;
/** What a number on the wire can say at most; a device that talks nonsense may lead beyond it. */
const MOST_U64 = Number.MAX_SAFE_INTEGER;

export interface ReadoutFlowOutput {
  say(message: Message): void;
  deliver(message: Readouts, skipBelow: number, borrowed: boolean): void;
}

/**
 * Readouts from the device to the host: room, acknowledgements, what is missing, and when a run has brought all that it
 * will bring.
 */
export class ReadoutFlow {
  readonly #output: ReadoutFlowOutput;
  readonly #receiver = new ReadoutReceiver<Readouts>(0, (message) =>
    this.#isBorrowed ? ownReadouts(message) : message,
  );
  /** Whether the message that is being taken is. */
  #isBorrowed = false;
  /** Room for readouts, as a frame number once frame numbers are known and as a count before. */
  #room = 0;
  #knowsFrames = false;
  /** Number of the first frame of the run. */
  #firstFrame = 0;
  /** Number of the first frame since the last START of the run: there are several when the link was lost. */
  #reportsFrom = 0;
  /** START was answered, so that readouts of this run can be told from those of the one before. */
  #begun = false;
  #ending: RunEnded | undefined;
  #endsByReport = false;
  framesAsked = 0;
  /** Readouts that the device keeps until they are acknowledged, as it says itself. */
  retained = 1;
  #unacknowledgedBytes = 0;
  #unacknowledgedFrames = 0;

  constructor(output: ReadoutFlowOutput) {
    this.#output = output;
  }

  get repetitions(): number {
    return this.#receiver.repetitions;
  }

  /** True once START of the present run was answered. */
  get begun(): boolean {
    return this.#begun;
  }

  /** The frame that comes next; all below have come. */
  get expected(): number {
    return this.#receiver.expected;
  }

  get hasGap(): boolean {
    return this.#receiver.hasGap;
  }

  get hasRoom(): boolean {
    return this.#room > (this.#knowsFrames ? this.#receiver.expected : 0);
  }

  /** True when the device said that the run is over or stopped, and readouts of it are missing. */
  get isEnding(): boolean {
    return this.#ending !== undefined;
  }

  /** True when what is missing belongs to a run that was stopped, and did not end by itself. */
  get endsByReport(): boolean {
    return this.#endsByReport;
  }

  /** A run begins. */
  begin(): void {
    this.#ending = undefined;
    this.#begun = false;
  }

  /** The device said the number of the run's first frame. What is missing below belongs to a run that is over. */
  started(firstFrame: number): void {
    this.#begun = true;
    this.#firstFrame = this.#reportsFrom = firstFrame;
    if (!this.#knowsFrames) {
      this.#knowsFrames = true;
      this.#receiver.restart(firstFrame);
      this.#room += firstFrame;
      this.#sayCredit();
      return;
    }
    const skipped = firstFrame - this.#receiver.expected;
    if (skipped <= 0) return;
    this.#room += skipped;
    this.#hand(this.#receiver.skipTo(firstFrame));
    this.#acknowledge();
    this.#sayCredit();
  }

  /** The run was started again on a new connection: the device counts its frames from here. */
  restarted(firstFrame: number): void {
    this.#reportsFrom = firstFrame;
  }

  /** @param maySpeak whether the connection is ready; otherwise the credit is told when it is */
  grant(count: number, maySpeak: boolean): void {
    this.#room += count;
    if (this.#knowsFrames && maySpeak) this.#sayCredit();
  }

  /** Room that was granted and is not used up is not there any more. */
  revoke(): void {
    this.#room = this.#knowsFrames ? this.#receiver.expected : 0;
  }

  take(message: Readouts, borrowed = false): void {
    const { frames } = message;
    // Until START is answered nobody knows whose they are; they are asked for again.
    if (frames.count === 0 || !this.#begun) return;
    const from = frames.frame(0) - frames.droppedBefore(0);
    const end = frames.frame(frames.count - 1) + 1;
    this.#isBorrowed = borrowed;
    const verdict = this.#receiver.accept(from, end, message);
    if (verdict.kind === 'gap') {
      if (verdict.ask) this.#ask(verdict.count);
      return;
    }
    if (verdict.kind === 'deliver') {
      this.#hand(verdict.parts, borrowed ? message : undefined);
      const isMuch = this.#unacknowledgedBytes >= ACKNOWLEDGED_BYTES;
      if (!isMuch && this.#unacknowledgedFrames * ACKNOWLEDGED_SHARE < this.retained) return;
    }
    this.#acknowledge();
  }

  /** RUN_ENDED came. False when it is about an earlier run, came twice or late. */
  takeEnding(message: RunEnded): boolean {
    if (!this.#begun || message.nextFrame <= this.#firstFrame) return false;
    const isNews = this.#ending === undefined;
    this.#ending = message;
    this.#endsByReport = false;
    if (!isNews) return true;
    if (this.#receiver.expected < message.nextFrame) this.#ask(this.#missing);
    return true;
  }

  /** STOP or ABORT was answered: what the run has shown has to come still. */
  takeReport(tick: number, framesDone: number): void {
    if (!this.#begun || this.#ending !== undefined) return;
    const nextFrame = this.#reportsFrom + framesDone;
    if (this.#receiver.expected >= nextFrame) return;
    this.#ending = { type: 'RUN_ENDED', tick, framesDone, nextFrame };
    this.#endsByReport = true;
    this.#ask(this.#missing);
  }

  /** The end of the run, once, when all of its readouts have come. */
  completed(): RunEnded | undefined {
    const ending = this.#ending;
    if (ending === undefined || this.#receiver.expected < ending.nextFrame) return undefined;
    this.#ending = undefined;
    if (this.#unacknowledgedFrames > 0) this.#acknowledge();
    return ending;
  }

  /** @returns an error when readouts are lost for good; 'not-yet' when the device has sent all that it has */
  unavailable(message: ReadoutUnavailable): OpuError | 'not-yet' | undefined {
    if (message.reason === unavailableReason.GONE) {
      const end = message.from + message.count;
      if (end <= this.#receiver.expected) return undefined;
      return new OpuError(
        'FRAMES_LOST',
        `The device no longer keeps readouts ${message.from} to ${end - 1}, which were not received.`,
        { details: { from: message.from, count: message.count } },
      );
    }
    if (this.#ending === undefined) return 'not-yet';
    const answersThis = message.from === this.#receiver.expected && message.count === this.#missing;
    if (!answersThis || this.#receiver.hasGap) return undefined;
    // The run is over and no more is kept: what is missing at its end was dropped.
    this.#room += this.#missing;
    this.#receiver.restart(this.#ending.nextFrame);
    return undefined;
  }

  /** Says anew what is here and what there is room for; asks for the rest if there is to be some. */
  repeat(ask: boolean): void {
    if (!this.#knowsFrames) return;
    this.#acknowledge();
    this.#sayCredit();
    if (ask) this.#ask(this.#missing);
  }

  #hand(parts: readonly ReadoutPart<Readouts>[], borrowed?: Readouts): void {
    for (const { body, skipBelow } of parts) {
      for (let i = 0; i < body.frames.count; i++) this.#room += body.frames.droppedBefore(i);
      this.#unacknowledgedBytes += body.data.length;
      this.#unacknowledgedFrames += body.frames.count;
      this.#output.deliver(body, skipBelow, body === borrowed);
    }
  }

  /** Frames to ask for: up to the end of the run once that is known, and whatever there is before. */
  get #missing(): number {
    return this.#ending === undefined ? EVERYTHING : Math.max(0, this.#ending.nextFrame - this.#receiver.expected);
  }

  #ask(count: number): void {
    if (count !== EVERYTHING) this.framesAsked += count;
    const from = Math.min(this.#receiver.expected, MOST_U64);
    this.#output.say({ type: 'READOUT_RESEND', from, count: Math.min(count, EVERYTHING) });
  }

  #acknowledge(): void {
    this.#unacknowledgedBytes = 0;
    this.#unacknowledgedFrames = 0;
    this.#output.say({ type: 'READOUT_ACK', nextFrame: Math.min(this.#receiver.expected, MOST_U64) });
  }

  #sayCredit(): void {
    this.#output.say({ type: 'READOUT_CREDIT', creditLimit: Math.min(this.#room, MOST_U64) });
  }
}
