import { type Alarm, type Clock, OpuError, type Ticks } from '@opu/core';
import type { StageDurations } from '@opu/driver';
import {
  type ConfigureReply,
  type DeviceMachine,
  type DeviceRequest,
  type IgnoredTriggerReason,
  ignoredTriggerReason,
  triggerMode,
} from '@opu/protocol';
import type { RecordedLimits } from '../format/records.js';
import type { FrameEntry } from '../read/capture-index.js';
import type { Answers } from './answers.js';
import type { FrameStore } from './frame-store.js';
import { PatternFeed, type PlayedPatterns, type WaitingPattern } from './pattern-feed.js';
import { type ReplayedReadout, readoutsMessage, wireImageBytes } from './readouts-message.js';
import { noStages, readoutTicks } from './stage-durations.js';
import { whyTriggerIgnored } from './trigger-rules.js';

/** A readout on its way: when it is read out it is sent. */
interface Due extends ReplayedReadout {
  readonly pattern: WaitingPattern;
  readonly endTick: Ticks;
}

function hasFrame(
  pattern: WaitingPattern,
): pattern is WaitingPattern & { readonly answer: { readonly frame: FrameEntry } } {
  return pattern.answer.frame !== undefined;
}

/** Readouts that are due within this of each other travel together: 10 ms. */
const TOGETHER_TICKS = 1_000_000;
const TOGETHER_FRAMES = 256;
const TOGETHER_BYTES = 256 * 1024;

export interface ReplayRunOptions {
  readonly machine: () => DeviceMachine;
  readonly clock: Clock;
  readonly answers: Answers;
  readonly limits: RecordedLimits;
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
  readonly #stages: StageDurations;
  readonly #feed = new PatternFeed();
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
    this.#stages = options.limits.stages ?? noStages;
  }

  get running(): boolean {
    return this.#running;
  }

  get idle(): boolean {
    return !this.#running && this.#due.length === 0 && this.#held.length === 0;
  }

  get waitingPatterns(): number {
    return this.#feed.waitingInRam;
  }

  add(patterns: readonly WaitingPattern[]): void {
    this.#feed.add(patterns);
    if (this.#look !== undefined || !this.#running) return;
    // Later on the same tick: the protocol has to have taken them first.
    this.#look = this.#options.clock.at(this.#options.clock.now(), () => {
      this.#look = undefined;
      this.#guarded(() => this.#arm());
    });
  }

  /** Number of the first frame. */
  start(now: Ticks, played?: PlayedPatterns): number {
    this.#running = true;
    this.#feed.play(played);
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
    this.#options.answers.giveBack(this.#feed.endPlaying());
    if (kind === 'abort') this.#options.answers.giveBack(this.#feed.clearRam());
    this.#setAlarm();
    if (request === undefined) return;
    if (this.idle) this.#report(request, now);
    else {
      request.pending(Math.max(0, (this.#due.at(-1)?.endTick ?? now) - now));
      this.#stops.push(request);
    }
  }

  /**
   * A trigger edge: shows the next pattern now, with its readout as it was recorded.
   * @returns why it shows nothing
   */
  trigger(now: Ticks): IgnoredTriggerReason | undefined {
    const ignored = this.#whyIgnored(now);
    if (ignored === undefined) this.#guarded(() => this.#fire(now));
    return ignored;
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
    this.#feed.clearRam();
    this.#due = [];
    this.#held = [];
  }

  /** Plans the next readouts, as many as travel together, and waits until the last one is read out. */
  #arm(): void {
    if (!this.#running || this.#isTriggered || this.#due.length > 0 || this.#held.length > 0) return;
    const imageBytes = wireImageBytes(this.configuration);
    const room = Math.min(TOGETHER_BYTES, this.#options.machine().maximumReadoutPayload - 1024);
    const most = Math.min(TOGETHER_FRAMES, Math.max(1, Math.floor(room / (imageBytes + 64))));
    while (this.#due.length < most) {
      const pattern = this.#feed.first;
      if (pattern === undefined) break;
      if (pattern.answer.frame === undefined) {
        this.#skip(pattern);
        continue;
      }
      const due = this.#plan(pattern, pattern.answer.frame);
      if (this.#due.length > 0 && due.endTick > this.#due[0]!.endTick + TOGETHER_TICKS) break;
      this.#show(due);
      if (due.isLast) break;
    }
    if (this.#due.length === 0) this.#feed.ranOut();
    this.#setAlarm();
  }

  #whyIgnored(now: Ticks): IgnoredTriggerReason | undefined {
    if (!this.#running || !this.#isTriggered) return ignoredTriggerReason.NOT_RUNNING;
    const pattern = this.#shown();
    if (pattern === undefined) this.#feed.ranOut();
    return whyTriggerIgnored(now, {
      readyTick: pattern && Math.max(this.#startTick, pattern.arrivedTick),
      lastReset: this.#lastReset < 0 ? undefined : this.#lastReset,
      stages: this.#stages,
      minimumPeriodTicks: this.configuration.minimumPeriodTicks,
      freeBuffers: this.#options.limits.frameBuffers - this.#due.length - this.#held.length,
    });
  }

  /** The next pattern that has a readout. */
  #shown(): (WaitingPattern & { readonly answer: { readonly frame: FrameEntry } }) | undefined {
    for (;;) {
      const pattern = this.#feed.first;
      if (pattern === undefined || hasFrame(pattern)) return pattern;
      this.#skip(pattern);
    }
  }

  #fire(now: Ticks): void {
    const pattern = this.#shown()!;
    const entry = pattern.answer.frame;
    this.#show(this.#dueOf(pattern, entry, now - entry.resetTick));
    this.#setAlarm();
  }

  #show(due: Due): void {
    this.#feed.take();
    this.#due.push(due);
    this.#lastReset = due.resetTick;
    this.#droppedBefore = 0;
    this.#leave(due.pattern);
  }

  /** A pattern whose readout the device had discarded: the next readout says so. */
  #skip(pattern: WaitingPattern): void {
    this.#feed.take();
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
    if (!pattern.takesSlot) return;
    pattern.takesSlot = false;
    this.#options.machine().patternsLeft(1);
  }

  #plan(pattern: WaitingPattern, entry: FrameEntry): Due {
    const ready = Math.max(this.#startTick, pattern.arrivedTick);
    // Where a frame goes that has to be moved: the next slot of the device's own grid.
    const slot = this.#lastReset < 0 ? ready : Math.max(ready, this.#lastReset + this.configuration.periodTicks);
    if (entry.resetTick + this.#shift < ready || entry.resetTick + this.#shift <= this.#lastReset) {
      this.#shift = slot - entry.resetTick;
    } else if (entry.resetTick >= slot) {
      this.#shift = 0;
    }
    return this.#dueOf(pattern, entry, this.#shift);
  }

  #dueOf(pattern: WaitingPattern, entry: FrameEntry, shift: Ticks): Due {
    const exposureStartTick = entry.exposureStartTick + shift;
    return {
      record: this.#options.store.read(entry),
      pattern,
      frame: this.#nextFrame + this.#due.length,
      patternId: pattern.id,
      resetTick: entry.resetTick + shift,
      exposureStartTick,
      endTick: exposureStartTick + entry.exposureTicks + readoutTicks(this.#stages, this.configuration),
      droppedBefore: this.#droppedBefore,
      isLast: pattern.last,
    };
  }

  get #isTriggered(): boolean {
    return this.configuration.triggerMode === triggerMode.SOFTWARE;
  }

  #setAlarm(): void {
    // What is triggered is sent frame by frame; what is planned together travels together.
    const next = this.#isTriggered ? this.#due[0] : this.#due.at(-1);
    if (next === undefined || this.#alarm !== undefined) return;
    this.#alarm = this.#options.clock.at(next.endTick, () => {
      this.#alarm = undefined;
      this.#guarded(() => this.#readOut(next.endTick));
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

  #readOut(tick: Ticks): void {
    const rest = this.#due.findIndex((due) => due.endTick > tick);
    const ready = this.#due.splice(0, rest < 0 ? this.#due.length : rest);
    const last = ready.at(-1)!;
    this.#exposedReset = last.resetTick;
    this.#held.push(...ready);
    if (last.isLast && this.#running) this.#endsAfter = last.endTick;
    this.#framesDone += ready.length;
    this.framesInAll += ready.length;
    this.#nextFrame += ready.length;
    this.#setAlarm();
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
    this.#feed.putBack(back.map((due) => due.pattern));
    const [first] = back;
    if (first !== undefined) this.#droppedBefore = first.droppedBefore;
    this.#lastReset = this.#due.at(-1)?.resetTick ?? this.#exposedReset;
  }
}
