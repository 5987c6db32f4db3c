import { unavailableReason } from '../generated/enums.js';
import type { Message, ReadoutResend, Readouts, RunEnded } from '../generated/messages.js';
import { ReadoutStore } from './readout-store.js';

/** Readouts from the device to the host: what may be sent, what is kept, and what is sent again. */
export class ReadoutWindow {
  readonly store: ReadoutStore<Readouts>;
  /** The end of the last run, to be told again when somebody asks for more readouts of it. */
  runEnded: RunEnded | undefined;
  /** Readouts that were sent again. */
  resent = 0;

  /** @param freed called with what was acknowledged */
  constructor(retainedBytes: number, freed?: (message: Readouts) => void) {
    this.store = new ReadoutStore(retainedBytes, freed);
  }

  mayRead(frame: number, droppedBefore: number): boolean {
    return frame - droppedBefore < this.store.creditLimit && this.store.hasRoom;
  }

  /** Keeps what is sent now for the first time. */
  keep(message: Readouts): void {
    const { frames } = message;
    const from = frames.frame(0) - frames.droppedBefore(0);
    const end = frames.frame(frames.count - 1) + 1;
    this.store.add(from, end, message.data.byteLength, message);
    // Dropped frames use up numbers and no buffer; the host counts its room alike.
    let dropped = 0;
    for (let i = 0; i < frames.count; i++) dropped += frames.droppedBefore(i);
    if (dropped > 0) this.store.credit(this.store.creditLimit + dropped);
  }

  /** Another host takes over: what was sent is nobody's, and its credit is its own. */
  clear(): void {
    this.store.clear();
    this.store.revokeCredit();
    this.runEnded = undefined;
  }

  /** Answers a request for readouts. */
  answer(message: ReadoutResend, send: (message: Message, repeated: boolean) => void): void {
    const end = message.from + message.count;
    let from = message.from;
    let verdict = this.store.find(from, end - from);
    if (verdict.kind === 'gone') {
      send({ type: 'READOUT_UNAVAILABLE', from, count: verdict.count, reason: unavailableReason.GONE }, false);
      from += verdict.count;
      if (from >= end) return;
      verdict = this.store.find(from, end - from);
    }
    if (verdict.kind === 'send') {
      for (const body of verdict.bodies) {
        this.resent += body.frames.count;
        send(body, true);
      }
      from = this.store.next;
    }
    if (from >= end) return;
    // The end of the run first: with it the host knows that NOT_YET means never.
    if (this.runEnded !== undefined) send(this.runEnded, true);
    send({ type: 'READOUT_UNAVAILABLE', from, count: end - from, reason: unavailableReason.NOT_YET }, false);
  }
}
