import type { Ticks } from '@opu/core';
import type { Edge, SequencerListener } from './edge.js';
import type { FrameRecord } from './frame-record.js';
import { FrameRing } from './frame-ring.js';
import { eventRank } from './rank.js';
import type { SequencerSettings } from './settings.js';

const NEVER = Number.POSITIVE_INFINITY;

// Stages that follow the reset at a fixed distance, in the order in which a frame passes them.
const SETTLED = 0;
const EXPOSURE_START = 1;
const EXPOSURE_END = 2;
const READOUT_START = 3;
const READOUT_END = 4;
const stages: readonly { readonly edge: Edge; readonly rank: number }[] = [
  { edge: 'settled', rank: eventRank.settled },
  { edge: 'exposureStart', rank: eventRank.exposureStart },
  { edge: 'exposureEnd', rank: eventRank.exposureEnd },
  { edge: 'readoutStart', rank: eventRank.readoutStart },
  { edge: 'readoutEnd', rank: eventRank.readoutEnd },
];
const stagesByRank = [READOUT_END, EXPOSURE_END, SETTLED, EXPOSURE_START, READOUT_START];

/**
 * Frames from their reset until their read-out has left. With the reset all later edges of a frame are known; they are
 * told on their ticks. Frames pass every stage in order, so each stage has a cursor: the first frame that has not
 * passed it.
 */
export class FramePipeline {
  readonly #listener: SequencerListener;
  readonly #ring = new FrameRing();
  #settings!: SequencerSettings;

  #next = 0;
  readonly #cursor = [0, 0, 0, 0, 0];
  /** When the frame at the cursor passes the stage. */
  readonly #due = [NEVER, NEVER, NEVER, NEVER, NEVER];
  /** Distance of the stage from the reset. */
  readonly #after = [0, 0, 0, 0, 0];
  // The cursors of the link skip frames whose image is discarded.
  #toSend = 0;
  #toEndSending = 0;
  #txStartDue = NEVER;
  #txEndDue = NEVER;

  #lastTxEnd = Number.NEGATIVE_INFINITY;
  #lastFrameEnd = Number.NEGATIVE_INFINITY;
  #lastReset = Number.NEGATIVE_INFINITY;
  #dropped = 0;
  #buffersTaken = 0;

  /** Tick and rank of the earliest edge, as of the last call of `look`; the tick is infinite when none waits. */
  tick: Ticks = NEVER;
  rank = 0;
  #stage = -1;

  constructor(listener: SequencerListener) {
    this.#listener = listener;
  }

  /** Number that the next frame gets. */
  get nextFrame(): number {
    return this.#next;
  }

  /** True while a frame is between its reset and the end of its read-out. */
  get inCamera(): boolean {
    return this.#cursor[READOUT_END]! < this.#next;
  }

  /** Tick of the last reset; minus infinity before the first one. */
  get lastReset(): Ticks {
    return this.#lastReset;
  }

  /** Tick on which the newest frame is done: read-out sent, or discarded and everything before it sent. */
  get lastFrameEnd(): Ticks {
    return this.#lastFrameEnd;
  }

  get buffersTaken(): number {
    return this.#buffersTaken;
  }

  /** New durations, for frames that begin from now on; only while no frame is in the camera. */
  configure(settings: SequencerSettings): void {
    const { S, W, D, E, T, Q } = settings;
    this.#settings = settings;
    this.#after[SETTLED] = S + W;
    this.#after[EXPOSURE_START] = S + W + D;
    this.#after[EXPOSURE_END] = S + W + D + E;
    this.#after[READOUT_START] = S + W + D + E + T;
    this.#after[READOUT_END] = S + W + D + E + T + Q;
  }

  /** The first tick on which a camera buffer is free; minus infinity when one is. One given back on a tick is free on it. */
  bufferFreeFrom(): Ticks {
    if (this.#buffersTaken < this.#settings.nbuf) return Number.NEGATIVE_INFINITY;
    return this.nextTxEnd();
  }

  /** When the next read-out has been sent, as far as the frames that have begun decide it. */
  nextTxEnd(): Ticks {
    return this.#toEndSending < this.#next ? this.#ring.txEnd[this.#toEndSending & this.#ring.mask]! : NEVER;
  }

  /** Resets the mirrors: a frame begins. `keep` says whether its image has a buffer. */
  begin(tick: Ticks, patternId: number, k: number, loadStart: Ticks, loadEnd: Ticks, keep: boolean): void {
    const frame = this.#next;
    const ring = this.#ring;
    ring.reserve(Math.min(this.#cursor[READOUT_END]!, this.#toEndSending), frame);
    const at = frame & ring.mask;
    ring.patternId[at] = patternId;
    ring.k[at] = k;
    ring.loadStart[at] = loadStart;
    ring.loadEnd[at] = loadEnd;
    ring.reset[at] = tick;
    ring.settings[at] = this.#settings;
    const readoutEnd = tick + this.#after[READOUT_END]!;
    if (keep) {
      const txStart = Math.max(readoutEnd, this.#lastTxEnd);
      ring.txStart[at] = txStart;
      this.#lastTxEnd = txStart + this.#settings.X;
      ring.txEnd[at] = this.#lastTxEnd;
      ring.droppedBefore[at] = this.#dropped;
      this.#dropped = 0;
      this.#buffersTaken++;
      this.#lastFrameEnd = this.#lastTxEnd;
      if (this.#toSend === frame) this.#txStartDue = txStart;
    } else {
      ring.txStart[at] = Number.NaN;
      ring.txEnd[at] = Number.NaN;
      ring.droppedBefore[at] = 0;
      this.#dropped++;
      this.#lastFrameEnd = Math.max(readoutEnd, this.#lastTxEnd);
      if (this.#toSend === frame) this.#toSend++;
      if (this.#toEndSending === frame) this.#toEndSending++;
    }
    this.#next = frame + 1;
    this.#lastReset = tick;
    if (this.#cursor[SETTLED] === frame) this.#due[SETTLED] = tick + this.#after[SETTLED]!;
    this.#listener.edge('reset', tick, frame, patternId);
    if (!keep) this.#listener.edge('overrun', tick, frame, patternId);
  }

  /** Finds the earliest edge: sets `tick` and `rank`. */
  look(): void {
    let tick = this.#txEndDue;
    let rank: number = eventRank.txEnd;
    let stage = -1;
    const dues = this.#due;
    // By index: an iterator costs more than all of this, ten times a frame.
    for (let i = 0; i < stagesByRank.length; i++) {
      const candidate = stagesByRank[i]!;
      const due = dues[candidate]!;
      if (due >= tick) continue;
      tick = due;
      stage = candidate;
    }
    if (stage >= 0) rank = stages[stage]!.rank;
    if (this.#txStartDue < tick) {
      tick = this.#txStartDue;
      stage = -1;
      rank = eventRank.txStart;
    }
    this.tick = tick;
    this.rank = rank;
    this.#stage = stage;
  }

  /** Lets the edge happen that `look` found. */
  fire(): void {
    if (this.rank === eventRank.txEnd) this.#endSending();
    else if (this.rank === eventRank.txStart) this.#startSending();
    else this.#pass(this.#stage);
  }

  /** Fills in the edges of a frame; false when it is too long ago. The newest 16 frames are always at hand. */
  describe(frame: number, into: FrameRecord): boolean {
    const ring = this.#ring;
    if (!ring.holds(frame, this.#next)) return false;
    const at = frame & ring.mask;
    const { S, W, D, E, T, Q } = ring.settings[at]!;
    into.frame = frame;
    into.k = ring.k[at]!;
    into.patternId = ring.patternId[at]!;
    into.loadStart = ring.loadStart[at]!;
    into.loadEnd = ring.loadEnd[at]!;
    into.reset = ring.reset[at]!;
    into.settled = into.reset + S + W;
    into.trigger = into.settled;
    into.exposureStart = into.trigger + D;
    into.exposureEnd = into.exposureStart + E;
    into.readoutStart = into.exposureEnd + T;
    into.readoutEnd = into.readoutStart + Q;
    into.txStart = ring.txStart[at]!;
    into.txEnd = ring.txEnd[at]!;
    into.droppedBefore = ring.droppedBefore[at]!;
    return true;
  }

  #pass(stage: number): void {
    const { tick } = this;
    const frame = this.#cursor[stage]!;
    const next = frame + 1;
    this.#cursor[stage] = next;
    const passed = stage === SETTLED ? this.#next : this.#cursor[stage - 1]!;
    this.#due[stage] = next < passed ? this.#resetOf(next) + this.#after[stage]! : NEVER;
    if (stage < READOUT_END && this.#cursor[stage + 1] === frame) {
      this.#due[stage + 1] = this.#resetOf(frame) + this.#after[stage + 1]!;
    }
    const patternId = this.#ring.patternId[frame & this.#ring.mask]!;
    this.#listener.edge(stages[stage]!.edge, tick, frame, patternId);
    if (stage === SETTLED) this.#listener.edge('trigger', tick, frame, patternId);
  }

  #startSending(): void {
    const frame = this.#toSend;
    const { mask, txStart, txEnd, patternId } = this.#ring;
    this.#toSend = this.#nextSent(frame + 1);
    this.#txStartDue = this.#toSend < this.#next ? txStart[this.#toSend & mask]! : NEVER;
    if (this.#toEndSending === frame) this.#txEndDue = txEnd[frame & mask]!;
    this.#listener.edge('txStart', this.tick, frame, patternId[frame & mask]!);
  }

  #endSending(): void {
    const frame = this.#toEndSending;
    const { mask, txEnd, patternId } = this.#ring;
    this.#toEndSending = this.#nextSent(frame + 1);
    this.#txEndDue = this.#toEndSending < this.#toSend ? txEnd[this.#toEndSending & mask]! : NEVER;
    this.#buffersTaken--;
    this.#listener.edge('txEnd', this.tick, frame, patternId[frame & mask]!);
  }

  #resetOf(frame: number): Ticks {
    return this.#ring.reset[frame & this.#ring.mask]!;
  }

  /** The first frame from `frame` on whose image is sent. */
  #nextSent(frame: number): number {
    let at = frame;
    while (at < this.#next && Number.isNaN(this.#ring.txStart[at & this.#ring.mask]!)) at++;
    return at;
  }
}
