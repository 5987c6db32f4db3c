import type { Alarm, Clock, OpuError, Ticks } from '@opu/core';
import {
  type DeviceMachine,
  type DeviceRequest,
  type EventKind,
  eventKind,
  ignoredTriggerReason,
  type PlayedSequence,
  type Readouts,
} from '@opu/protocol';
import type { PatternMemory } from '../patterns/pattern-memory.js';
import type { PatternRam } from '../patterns/pattern-ram.js';
import { ReadoutPath } from '../readout/readout-path.js';
import type { Configuration } from '../source/configuration.js';
import type {
  FrameListener,
  FrameSequencer,
  IgnoredTriggerReason,
  RunEnd,
  SequencerCounters,
  TriggerOutcome,
} from '../source/frame-sequencer.js';
import type { FrameSource } from '../source/frame-source.js';
import type { StoredPattern } from '../source/stored-pattern.js';
import { FrameMaker } from './frame-maker.js';

export interface RunControlOptions<C extends Configuration> {
  readonly machine: DeviceMachine;
  readonly clock: Clock;
  readonly ram: PatternRam;
  readonly source: FrameSource<C>;
  readonly configuration: C;
  /** Light takes its time: other work of the process gets its turn. */
  readonly pause: () => void;
  /** The source has no image for a frame, and never will. */
  readonly failed: (error: OpuError) => void;
}

/** After everything else that happens on a tick. */
const SEQUENCER_ALARM = { rank: 14 } as const;

/** Why a trigger fired nothing, as the wire says it. */
export const triggerReasonOnWire: Record<IgnoredTriggerReason, number> = {
  'not-running': ignoredTriggerReason.NOT_RUNNING,
  'other-trigger-mode': ignoredTriggerReason.NOT_RUNNING,
  'not-loaded': ignoredTriggerReason.NOT_LOADED,
  'no-buffer': ignoredTriggerReason.NO_BUFFER,
  'too-early': ignoredTriggerReason.TOO_EARLY,
};

/** Puts a source's sequencer on the clock and makes frames, readouts, events and the ends of runs of what it tells. */
export class RunControl<C extends Configuration> implements FrameListener {
  readonly #machine: DeviceMachine;
  readonly #clock: Clock;
  readonly #ram: PatternRam;
  readonly #source: FrameSource<C>;
  readonly #frames: FrameMaker;
  readonly #sequencer: FrameSequencer<C>;
  readonly #path: ReadoutPath;
  #alarm: Alarm | undefined;
  /** One for all alarms: there are several a frame. */
  readonly #wake = (): void => {
    const { tick } = this.#alarm!;
    this.#alarm = undefined;
    this.#sequencer.advance(Math.max(tick, this.#clock.now()));
    this.arm();
  };
  /** STOP and ABORT that are not answered yet. */
  #waiting: { readonly kind: 'stop' | 'abort'; readonly request: DeviceRequest }[] = [];
  /** Answers to them, which are given once the sequencer can be commanded. */
  #answers: (() => void)[] = [];
  #ends: RunEnd[] = [];
  /** Runs that were started and whose end was not told yet. */
  #openRuns = 0;
  #readoutLimit = Number.POSITIVE_INFINITY;
  /** Frames below it were those of another host: they hold no buffer of this one. */
  #firstOfOwner = 0;
  #toldUnderrun = false;
  #toldStall = false;

  constructor(options: RunControlOptions<C>) {
    const { machine, clock, ram, source, configuration } = options;
    const remembersPattern = source.remembersPattern ?? false;
    this.#machine = machine;
    this.#clock = clock;
    this.#ram = ram;
    this.#source = source;
    this.#frames = new FrameMaker(ram, configuration.reply, remembersPattern);
    this.#sequencer = source.createSequencer(this, configuration);
    this.#path = new ReadoutPath({
      machine,
      images: source.images,
      remembersPattern,
      clock,
      guess: (limit) => {
        const sequencer = this.#sequencer;
        if (sequencer.guess === undefined || !sequencer.running) return [];
        return this.#frames.guess(limit, (ahead) => sequencer.guess!(ahead));
      },
      drained: () => this.#tellEnds(),
      waitedEnough: () => this.arm(),
      pause: () => options.pause(),
      failed: (error) => options.failed(error),
    });
    this.#path.configure(configuration.reply);
  }

  /** Where large patterns are kept that came in borrowed memory; they are given back when their light was computed. */
  get memory(): PatternMemory {
    return this.#path.memory;
  }

  /** Readouts that the host has: their memory is used again. */
  recycle(message: Readouts): void {
    this.#path.recycle(message);
  }

  get running(): boolean {
    return this.#sequencer.running;
  }

  /** Nothing is under way, not even a readout that the host has no room for. */
  get idle(): boolean {
    return this.#sequencer.configurable && this.#path.pending === 0;
  }

  get counters(): SequencerCounters {
    this.#sequencer.advance(this.#clock.now());
    // It may have ended a run that somebody waits for.
    this.arm();
    return this.#sequencer.counters;
  }

  get saturatedPixels(): number {
    return this.#path.saturatedPixels;
  }

  resetSaturatedPixels(): void {
    this.#path.saturatedPixels = 0;
  }

  /** Only while `idle`. */
  configure(configuration: C, now: Ticks): void {
    this.#sequencer.configure(now, configuration);
    this.#frames.configure(configuration.reply);
    this.#path.configure(configuration.reply);
  }

  patternArrived(pattern: StoredPattern, now: Ticks): void {
    this.#sequencer.patternArrived(now, pattern);
  }

  /** Number of the first frame. */
  start(now: Ticks, played?: PlayedSequence): number {
    this.#sequencer.start(now, played);
    this.#frames.start(played);
    this.#openRuns++;
    this.#path.start();
    this.arm();
    return this.#frames.nextFrame;
  }

  /** Ends the run and answers when the last frame under way is sent; at once when none is. */
  halt(kind: 'stop' | 'abort', now: Ticks, request?: DeviceRequest): void {
    // What was due before happens first: the run may be over by then.
    const framesDone = kind === 'stop' ? this.#sequencer.stop(now) : this.#sequencer.abort(now);
    if (kind === 'abort') this.#source.patterns?.release(this.#ram.clear());
    if (request !== undefined) {
      this.#waiting.push({ kind, request });
      if (this.#openRuns === 0) this.#answerAll(now, framesDone);
      else {
        request.pending(this.#sequencer.remainingTicks(now));
      }
    }
    if (kind === 'abort' && this.#source.images.isSlow === true) this.#path.cut(this.#frames.nextFrame);
    else this.#path.expectNoMore();
    this.arm();
  }

  trigger(origin: 'software' | 'external', now: Ticks): TriggerOutcome {
    const outcome = this.#sequencer.trigger(now, origin);
    this.arm();
    return outcome;
  }

  /** The room for readouts, at the host or in the memory for those that it has not acknowledged, is another one. */
  roomChanged(): void {
    if (this.#path.pending > 0) this.#path.flush();
    this.arm();
  }

  /** Another host controls the device: what frames so far show is none of its business. */
  forgetReadouts(): void {
    this.#firstOfOwner = this.#frames.nextFrame;
    this.#path.forget(this.#firstOfOwner);
    this.arm();
  }

  /** Sets the alarm for what the sequencer does next. To be called after every command. */
  arm(): void {
    this.#limitReadouts();
    // Whatever is told of the time may end a run: in real time it goes on in between.
    while (this.#answers.length > 0) {
      for (const answer of this.#answers.splice(0)) answer();
      this.#limitReadouts();
    }
    const next = this.#sequencer.nextWakeTick();
    if (this.#alarm !== undefined) {
      if (this.#alarm.tick === next) return;
      this.#alarm.cancel();
      this.#alarm = undefined;
    }
    if (next === undefined) return;
    this.#alarm = this.#clock.at(next, this.#wake, SEQUENCER_ALARM);
  }

  /**
   * Readouts without room keep their camera buffers: so many frames are made beyond the room, and then the device waits.
   */
  #limitReadouts(): void {
    const unread = this.#path.firstWaiting ?? Math.max(this.#machine.readoutCreditLimit, this.#firstOfOwner);
    const limit = unread + this.#source.facts.frameBuffers;
    if (limit === this.#readoutLimit) return;
    this.#readoutLimit = limit;
    this.#sequencer.limitReadouts(this.#clock.now(), limit);
  }

  /** Nothing happens any more. */
  powerOff(): void {
    this.#alarm?.cancel();
    this.#alarm = undefined;
    this.#path.powerOff();
  }

  // FrameListener.

  began(tick: Ticks, frame: number, pattern: number, exposureStartTick: Ticks, exposureTicks: Ticks): void {
    const { frame: begun, leftRam } = this.#frames.begin(tick, frame, pattern, exposureStartTick, exposureTicks);
    this.#toldUnderrun = false;
    this.#toldStall = false;
    this.#path.begin(begun);
    if (leftRam) this.#machine.patternsLeft(1);
  }

  discarded(tick: Ticks, frame: number): void {
    this.#path.discard();
    const text = `Frame ${frame} was made and discarded: no camera buffer was free.`;
    this.#event(eventKind.OVERRUN, tick, frame, text);
  }

  sent(tick: Ticks): void {
    this.#path.sent(tick, this.#moreComes());
  }

  slotsPassed(why: 'underrun' | 'stall', tick: Ticks, text?: string): void {
    // One event each time it begins; the counters say how often.
    if (why === 'underrun' ? this.#toldUnderrun : this.#toldStall) return;
    const patternId = this.#frames.nextPatternId ?? this.#machine.nextPatternId;
    if (why === 'underrun') {
      this.#toldUnderrun = true;
      const passed = `A slot passed because pattern ${patternId} was not loaded.`;
      this.#event(eventKind.UNDERRUN, tick, patternId, text ?? passed);
    } else {
      this.#toldStall = true;
      this.#event(eventKind.STALL, tick, patternId, text ?? 'A slot passed because no camera buffer was free.');
    }
  }

  triggerIgnored(tick: Ticks, reason: IgnoredTriggerReason): void {
    this.#event(
      eventKind.IGNORED_TRIGGER,
      tick,
      triggerReasonOnWire[reason],
      `A trigger edge fired nothing: ${reason}.`,
    );
  }

  runEnded(end: RunEnd): void {
    this.#ends.push(end);
    this.#path.flush();
  }

  /** Another frame follows without anybody's help. */
  #moreComes(): boolean {
    if (!this.#sequencer.running || this.#sequencer.isTriggered) return false;
    return this.#frames.hasNext;
  }

  /** A run is over for the host when its last readout was handed over. */
  #tellEnds(): void {
    const ends = this.#ends;
    if (ends.length === 0) return;
    this.#ends = [];
    this.#openRuns -= ends.length;
    for (const { tick, frames: framesDone, reason } of ends) {
      if (reason === 'last-pattern') {
        this.#machine.runEnded({ type: 'RUN_ENDED', tick, framesDone, nextFrame: this.#frames.nextFrame });
      }
    }
    const { tick, frames } = ends.at(-1)!;
    this.#answerAll(tick, frames);
  }

  #answerAll(tick: Ticks, framesDone: number): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { kind, request } of waiting) {
      this.#answers.push(() => {
        request.reply({ type: 'RUN_REPORT', tick, framesDone, nextPatternId: this.#machine.nextPatternId });
        if (kind === 'abort') this.#throwAway();
      });
    }
  }

  /** Patterns that were on their way when the host aborted: its report says that all below `nextPatternId` are gone. */
  #throwAway(): void {
    if (this.#sequencer.running) return;
    const thrown = this.#ram.clear();
    if (thrown.length === 0) return;
    this.#source.patterns?.release(thrown);
    this.#sequencer.abort(this.#clock.now());
    this.#machine.patternsLeft(thrown.length);
  }

  #event(kind: EventKind, tick: Ticks, value: number, text: string): void {
    this.#machine.event({ type: 'EVENT', kind, tick, value, text });
  }
}
