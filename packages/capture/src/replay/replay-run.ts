import {
  type Alarm,
  type Clock,
  type ConfigureReply,
  type DeviceMachine,
  type DeviceRequest,
  OpuError,
  type Ticks,
} from '@opu/protocol';
import type { FrameStore } from './frame-store.js';
import type { Answer, ReplayLibrary } from './library.js';
import { type ReplayedReadout, readoutsMessage, wireImageBytes } from './readouts-message.js';

/** A pattern that waits to be shown, with the readout that will answer it. */
export interface WaitingPattern {
  readonly id: number;
  readonly answer: Answer;
  readonly last: boolean;
  readonly arrivedTick: Ticks;
  /** Its slot of pattern RAM was given back to the host. */
  left: boolean;
}

/** A readout on its way: when its exposure ends it is sent. */
interface Due extends ReplayedReadout {
  readonly pattern: WaitingPattern;
  readonly endTick: Ticks;
}

/** Readouts that are due within this of each other travel together: 10 ms. */
const TOGETHER_TICKS = 1_000_000;
const TOGETHER_FRAMES = 256;
const TOGETHER_BYTES = 256 * 1024;

export interface ReplayRunOptions {
  readonly machine: () => DeviceMachine;
  readonly clock: Clock;
  readonly library: ReplayLibrary;
  readonly store: FrameStore;
  /** The file cannot be read any more. */
  readonly failed: (error: OpuError) => void;
}

/**
 * Shows the patterns of a run and sends their readouts on the ticks of the recording. When a readout's own tick has
 * passed before its pattern was there, it and those after it are moved as a whole to where there is time.
 */
export class ReplayRun {
  configuration: ConfigureReply;
  framesInAll = 0;
  readonly #options: ReplayRunOptions;
  #queue: WaitingPattern[] = [];
  #running = false;
  #startTick = 0;
  #shift = 0;
  /** Reset of the last frame that is planned, and of the last one that was exposed. */
  #lastReset = -1;
  #exposedReset = -1;
  #framesDone = 0;
  #droppedBefore = 0;
  #nextFrame = 0;
  #due: Due[] = [];
  #alarm: Alarm | undefined;
  #look: Alarm | undefined;
  /** Exposed, and not sent because the host has no room. */
  #held: Due[] = [];
  #stops: DeviceRequest[] = [];
  #endsAfter: number | undefined;

  constructor(configuration: ConfigureReply, options: ReplayRunOptions) {
    this.configuration = configuration;
    this.#options = options;
  }

  get running(): boolean {
    return this.#running;
  }

  get idle(): boolean {
    return !this.#running && this.#due.length === 0 && this.#held.length === 0;
  }

  get waitingPatterns(): number {
    return this.#queue.length;
  }

  add(patterns: readonly WaitingPattern[]): void {
    this.#queue.push(...patterns);
    if (this.#look !== undefined || !this.#running) return;
    // Later on the same tick: the protocol has to have taken them first.
    this.#look = this.#options.clock.at(this.#options.clock.now(), () => {
      this.#look = undefined;
      this.#guarded(() => this.#arm());
    });
  }

  /** Number of the first frame. */
  start(now: Ticks): number {
    this.#running = true;
    this.#startTick = now;
    this.#framesDone = 0;
    const firstFrame = this.#nextFrame;
    this.#guarded(() => this.#arm());
    return firstFrame;
  }

  /** Ends the run; what is being exposed is finished first. */
  halt(kind: 'stop' | 'abort', now: Ticks, request?: DeviceRequest): void {
    this.#running = false;
    this.#endsAfter = undefined;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    const exposed = this.#due.filter((due) => due.resetTick <= now);
    this.#takeBack(exposed.length);
    if (kind === 'abort') this.#throwAway();
    this.#setAlarm();
    if (request === undefined) return;
    if (this.idle) this.#report(request, now);
    else {
      request.pending(Math.max(0, (this.#due.at(-1)?.endTick ?? now) - now));
      this.#stops.push(request);
    }
  }

  /** The host has more room for readouts. */
  flush(): void {
    if (this.#held.length > 0) this.#guarded(() => this.#send());
  }

  powerOff(): void {
    this.#alarm?.cancel();
    this.#alarm = undefined;
    this.#look?.cancel();
    this.#look = undefined;
    this.#running = false;
    this.#queue = [];
    this.#due = [];
    this.#held = [];
  }

  /** Plans the next readouts, as many as travel together, and waits for the end of the last one's exposure. */
  #arm(): void {
    if (!this.#running || this.#due.length > 0 || this.#held.length > 0) return;
    const imageBytes = wireImageBytes(this.configuration);
    const room = Math.min(TOGETHER_BYTES, this.#options.machine().maximumReadoutPayload - 1024);
    const most = Math.min(TOGETHER_FRAMES, Math.max(1, Math.floor(room / (imageBytes + 64))));
    for (let pattern = this.#queue[0]; pattern !== undefined; pattern = this.#queue[0]) {
      if (this.#due.length >= most) break;
      if (pattern.answer.frame === undefined) {
        this.#skip(this.#queue.shift()!);
        continue;
      }
      const due = this.#plan(pattern);
      if (this.#due.length > 0 && due.endTick > this.#due[0]!.endTick + TOGETHER_TICKS) break;
      this.#queue.shift();
      this.#due.push(due);
      this.#lastReset = due.resetTick;
      this.#droppedBefore = 0;
      this.#leave(pattern);
      if (due.isLast) break;
    }
    this.#setAlarm();
  }

  /** A pattern whose readout the device had discarded: the next readout says so. */
  #skip(pattern: WaitingPattern): void {
    this.#droppedBefore += 1;
    this.#framesDone += 1;
    this.framesInAll += 1;
    this.#nextFrame += 1;
    this.#leave(pattern);
    if (!pattern.last) return;
    if (this.#due.length === 0) this.#end(this.#options.clock.now());
    else this.#endsAfter = this.#due.at(-1)!.endTick;
  }

  /** A planned pattern gives its slot back at once: a replay has memory, and the host has more time. */
  #leave(pattern: WaitingPattern): void {
    if (pattern.left) return;
    pattern.left = true;
    this.#options.machine().patternsLeft(1);
  }

  #plan(pattern: WaitingPattern): Due {
    const entry = pattern.answer.frame!;
    const ready = Math.max(this.#startTick, pattern.arrivedTick);
    // Where a frame goes that has to be moved: the next slot of the device's own grid.
    const slot = this.#lastReset < 0 ? ready : Math.max(ready, this.#lastReset + this.configuration.periodTicks);
    if (entry.resetTick + this.#shift < ready || entry.resetTick + this.#shift <= this.#lastReset) {
      this.#shift = slot - entry.resetTick;
    } else if (entry.resetTick >= slot) {
      this.#shift = 0;
    }
    const exposureStartTick = entry.exposureStartTick + this.#shift;
    const record = this.#options.store.read(entry);
    const frame = this.#nextFrame + this.#due.length;
    return {
      record,
      pattern,
      frame,
      patternId: pattern.id,
      resetTick: entry.resetTick + this.#shift,
      exposureStartTick,
      endTick: exposureStartTick + entry.exposureTicks,
      droppedBefore: this.#droppedBefore,
      isLast: pattern.last,
    };
  }

  #setAlarm(): void {
    const last = this.#due.at(-1);
    if (last === undefined || this.#alarm !== undefined) return;
    this.#alarm = this.#options.clock.at(last.endTick, () => {
      this.#alarm = undefined;
      this.#guarded(() => this.#exposed());
    });
  }

  /** A file that cannot be read any more ends the replay, not the process. */
  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof OpuError)) throw error;
      this.#options.failed(error);
    }
  }

  #exposed(): void {
    const { length } = this.#due;
    this.#exposedReset = this.#due.at(-1)!.resetTick;
    this.#held.push(...this.#due);
    if (this.#due.at(-1)!.isLast && this.#running) this.#endsAfter = this.#due.at(-1)!.endTick;
    this.#due = [];
    this.#framesDone += length;
    this.framesInAll += length;
    this.#nextFrame += length;
    this.#send();
  }

  #send(): void {
    const machine = this.#options.machine();
    let count = 0;
    while (count < this.#held.length && machine.mayRead(this.#held[count]!.frame, this.#held[count]!.droppedBefore)) {
      count++;
    }
    if (count > 0) machine.sendReadouts(readoutsMessage(this.#held.splice(0, count), this.configuration));
    if (this.#held.length > 0) return;
    if (this.#endsAfter !== undefined) this.#end(this.#endsAfter);
    if (this.idle) for (const request of this.#stops.splice(0)) this.#report(request, this.#options.clock.now());
    this.#arm();
  }

  #end(tick: Ticks): void {
    this.#running = false;
    this.#endsAfter = undefined;
    this.#options.machine().runEnded({
      type: 'RUN_ENDED',
      tick,
      framesDone: this.#framesDone,
      nextFrame: this.#nextFrame,
    });
  }

  #report(request: DeviceRequest, tick: Ticks): void {
    const nextPatternId = this.#options.machine().nextPatternId;
    request.reply({ type: 'RUN_REPORT', tick, framesDone: this.#framesDone, nextPatternId });
  }

  /** Planned readouts from `from` on wait again. */
  #takeBack(from: number): void {
    const back = this.#due.splice(from);
    this.#queue.unshift(...back.map((due) => due.pattern));
    const [first] = back;
    if (first !== undefined) this.#droppedBefore = first.droppedBefore;
    this.#lastReset = this.#due.at(-1)?.resetTick ?? this.#exposedReset;
  }

  #throwAway(): void {
    for (const pattern of this.#queue.splice(0).reverse()) this.#options.library.giveBack(pattern.answer);
  }
}
