/** Durations in ticks, by the symbols of SPEC.md, section 8; X: sending one readout. */
export interface ModelTiming {
  readonly L: number;
  readonly S: number;
  readonly W: number;
  readonly D: number;
  readonly E: number;
  readonly T: number;
  readonly Q: number;
  readonly P: number;
  readonly V: number;
  readonly X: number;
  readonly buffers: number;
  readonly drop: boolean;
  readonly triggered: boolean;
}

export interface ModelFrame {
  readonly frame: number;
  readonly patternId: number;
  readonly reset: number;
  readonly exposureStart: number;
  readonly exposureTicks: number;
  readonly isLast: boolean;
  readonly droppedBefore: number;
  readonly place: number;
}

export interface ModelEvent {
  readonly tick: number;
  readonly kind: 'UNDERRUN' | 'STALL' | 'OVERRUN' | 'IGNORED_TRIGGER';
  readonly value: number;
}

export interface ModelCounters {
  FRAMES: number;
  UNDERRUN: number;
  STALL: number;
  OVERRUN: number;
  IGNORED_TRIGGERS: number;
}

interface Waiting {
  readonly id: number;
  readonly arrival: number;
  readonly isLast: boolean;
}

interface InBuffer {
  readonly frame: ModelFrame;
  /** On this tick it has been sent, if there is credit for it. */
  readonly transmitted: number;
}

/** A stored sequence that is played, or nothing for uploaded patterns. */
export interface ModelPlay {
  readonly firstPatternId: number;
  /** Frames in all; infinite with `repetitions` 0. */
  readonly frames: number;
}

export type IgnoredReason = 'NOT_RUNNING' | 'NOT_LOADED' | 'NO_BUFFER' | 'TOO_EARLY';

/** The sequencer and what follows it up to the sending of readouts, by the rules of SPEC.md 8, 10 and 11. */
export class SequencerModel {
  timing: ModelTiming;
  now: number;
  nextFrame: number;
  nextId = 0;
  creditLimit: number;
  running = false;
  framesInRun = 0;
  readonly queue: Waiting[] = [];
  readonly sent: ModelFrame[] = [];
  readonly events: ModelEvent[] = [];
  readonly counters: ModelCounters = { FRAMES: 0, UNDERRUN: 0, STALL: 0, OVERRUN: 0, IGNORED_TRIGGERS: 0 };
  /** Ticks on which runs were over, by their last pattern. */
  readonly ended: { readonly tick: number; readonly framesDone: number; readonly nextFrame: number }[] = [];
  #play: ModelPlay | undefined;
  #buffers: InBuffer[] = [];
  #started = 0;
  #lastReset = Number.NEGATIVE_INFINITY;
  #lastEnd = 0;
  #lastTransmitted = 0;
  #lastSent = 0;
  #slot: number | undefined;
  #dropped = 0;
  #ending: number | undefined;
  /** Reset of the frame before in this run; the load of the next one waits for it. */
  #loadFrom = 0;

  constructor(timing: ModelTiming, now: number, nextFrame: number) {
    this.timing = timing;
    this.now = now;
    this.nextFrame = nextFrame;
    this.creditLimit = nextFrame;
  }

  get minimumPeriod(): number {
    const { S, W, D, E, L, T, Q, V } = this.timing;
    return Math.ceil(Math.max(S + W + D + E, S + L, T + Q) / V) * V;
  }

  /** Nothing of a run is left that has to happen. */
  get isIdle(): boolean {
    return !this.running && this.#buffers.length === 0 && this.#ending === undefined && this.now >= this.#lastEnd;
  }

  /** Frames that were reset and not sent. */
  get underWay(): number {
    return this.#buffers.length;
  }

  get nextSlot(): number | undefined {
    return this.#slot ?? this.#firstSlot();
  }

  upload(id: number, isLast: boolean): void {
    this.queue.push({ id, arrival: this.now, isLast });
  }

  start(play?: ModelPlay): void {
    this.running = true;
    this.#play = play;
    this.framesInRun = 0;
    this.#started = this.now;
    this.#loadFrom = Math.max(this.now, this.#lastReset + this.timing.S);
    this.#slot = undefined;
  }

  /** STOP or ABORT. @returns whether there is something that the report waits for */
  halt(throwAway: boolean): boolean {
    this.running = false;
    this.#slot = undefined;
    if (throwAway) this.queue.length = 0;
    return this.#buffers.length > 0 || this.now < this.#lastEnd;
  }

  credit(limit: number): void {
    this.creditLimit = Math.max(this.creditLimit, limit);
    this.#send(this.now);
  }

  trigger(isRightMode: boolean): IgnoredReason | undefined {
    const reason = this.#whyIgnored(isRightMode);
    if (reason === undefined) this.#reset(this.now, true);
    return reason;
  }

  /** The edge is counted and told. */
  ignore(value: number): void {
    this.counters.IGNORED_TRIGGERS++;
    this.events.push({ tick: this.now, kind: 'IGNORED_TRIGGER', value });
  }

  /** Lets time pass, with every slot up to `to`. */
  advance(to: number): void {
    for (;;) {
      const slot = this.nextSlot;
      if (slot === undefined || slot > to) break;
      this.#slot = slot;
      this.#send(slot);
      this.#atSlot(slot);
    }
    this.#send(to);
    this.now = to;
  }

  /** The first slot of the grid: the end of the first load. */
  #firstSlot(): number | undefined {
    if (!this.running || this.timing.triggered || this.framesInRun > 0) return undefined;
    const loaded = this.#loadEnd();
    if (loaded === undefined) return undefined;
    const { V } = this.timing;
    return Math.ceil(Math.max(loaded, this.#lastReset + this.minimumPeriod) / V) * V;
  }

  #loadEnd(): number | undefined {
    const arrival = this.#play === undefined ? this.queue[0]?.arrival : this.#started;
    return arrival === undefined ? undefined : Math.max(arrival, this.#loadFrom) + this.timing.L;
  }

  #atSlot(slot: number): void {
    const loaded = this.#loadEnd();
    const id = this.#nextPatternId();
    if (loaded === undefined || loaded > slot) {
      this.counters.UNDERRUN++;
      this.events.push({ tick: slot, kind: 'UNDERRUN', value: id });
    } else if (this.#buffers.length >= this.timing.buffers && !this.timing.drop) {
      this.counters.STALL++;
      this.events.push({ tick: slot, kind: 'STALL', value: id });
    } else {
      this.#reset(slot, this.#buffers.length < this.timing.buffers);
    }
    if (this.running) this.#slot = slot + this.timing.P;
  }

  #nextPatternId(): number {
    if (this.#play !== undefined) return this.#play.firstPatternId + this.framesInRun;
    return this.queue[0]?.id ?? this.nextId;
  }

  #reset(tick: number, isKept: boolean): void {
    const { S, W, D, E, T, Q, X } = this.timing;
    const place = this.framesInRun++;
    const patternId = this.#play === undefined ? this.queue[0]!.id : this.#play.firstPatternId + place;
    const isLast = this.#play === undefined ? this.queue.shift()!.isLast : place + 1 >= this.#play.frames;
    const frame = this.nextFrame++;
    this.counters.FRAMES++;
    const exposureStart = tick + S + W + D;
    const readoutEnd = exposureStart + E + T + Q;
    this.#lastReset = tick;
    this.#lastEnd = readoutEnd;
    this.#loadFrom = tick + S;
    if (isKept) {
      this.#lastTransmitted = Math.max(readoutEnd, this.#lastTransmitted) + X;
      const record = { frame, patternId, reset: tick, exposureStart, exposureTicks: E, isLast, place };
      this.#buffers.push({ frame: { ...record, droppedBefore: this.#dropped }, transmitted: this.#lastTransmitted });
      this.#lastEnd = this.#lastTransmitted;
      this.#dropped = 0;
    } else {
      this.#dropped++;
      this.counters.OVERRUN++;
      this.events.push({ tick, kind: 'OVERRUN', value: frame });
    }
    if (!isLast) return;
    this.running = false;
    this.#slot = undefined;
    this.#ending = this.framesInRun;
  }

  /** Sends what may be sent up to `tick`; a buffer that is given back on a tick is free on it. */
  #send(tick: number): void {
    for (let head = this.#buffers[0]; head !== undefined; head = this.#buffers[0]) {
      const { frame, transmitted } = head;
      if (transmitted > tick || frame.frame - frame.droppedBefore >= this.creditLimit) break;
      this.#buffers.shift();
      this.creditLimit += frame.droppedBefore;
      this.#lastSent = Math.max(transmitted, this.now, this.#lastSent);
      this.sent.push(frame);
    }
    if (this.#ending === undefined || this.#buffers.length > 0 || tick < this.#lastEnd) return;
    const ended = Math.max(this.#lastSent, this.#lastEnd);
    this.ended.push({ tick: ended, framesDone: this.#ending, nextFrame: this.nextFrame });
    this.#ending = undefined;
  }

  #whyIgnored(isRightMode: boolean): IgnoredReason | undefined {
    if (!this.running || !isRightMode) return 'NOT_RUNNING';
    const loaded = this.#loadEnd();
    if (loaded === undefined || loaded > this.now) return 'NOT_LOADED';
    this.#send(this.now);
    if (this.#buffers.length >= this.timing.buffers) return 'NO_BUFFER';
    return this.now < this.#lastReset + this.minimumPeriod ? 'TOO_EARLY' : undefined;
  }
}
