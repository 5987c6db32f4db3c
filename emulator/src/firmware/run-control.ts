import type { Alarm, Clock, Ticks } from '@opu/core';
import {
  type DeviceMachine,
  type DeviceRequest,
  type EventKind,
  eventKind,
  ignoredTriggerReason,
  type PlayedSequence,
  type Readouts,
} from '@opu/protocol';
import type { DeviceBehaviour } from '../device/behaviour.js';
import type { Edge, IgnoredTriggerReason, RunEnd, SequencerListener } from '../sequencer/edge.js';
import { eventRank } from '../sequencer/rank.js';
import { Sequencer, type SequencerCounters } from '../sequencer/sequencer.js';
import type { SequencerSettings } from '../sequencer/settings.js';
import type { ResolvedConfiguration } from './configuration.js';
import { FrameMaker } from './frame-maker.js';
import type { PatternMemory } from './pattern-memory.js';
import type { PatternRam } from './pattern-ram.js';
import { ReadoutPath } from './readout-path.js';
import type { Renderer } from './renderer.js';

export interface RunControlOptions {
  readonly machine: DeviceMachine;
  readonly clock: Clock;
  readonly ram: PatternRam;
  readonly renderer: Renderer;
  readonly settings: SequencerSettings;
  readonly configuration: ResolvedConfiguration;
  /** Whether light depends on the pattern before (liquid crystal). */
  readonly remembersPattern: boolean;
  /** Light takes its time: other work of the process gets its turn. */
  readonly pause?: (() => void) | undefined;
  /** Hears every edge of the sequencer, for traces. */
  readonly trace?: SequencerListener | undefined;
  /** Things added between the sequencer or the trigger input and the firmware. */
  readonly behaviours?: readonly DeviceBehaviour[] | undefined;
}

const SEQUENCER_ALARM = { rank: eventRank.sequencer } as const;

/** Why a trigger fired nothing, as the wire says it. */
export const triggerReasonOnWire: Record<IgnoredTriggerReason, number> = {
  'not-running': ignoredTriggerReason.NOT_RUNNING,
  'other-trigger-mode': ignoredTriggerReason.NOT_RUNNING,
  'not-loaded': ignoredTriggerReason.NOT_LOADED,
  'no-buffer': ignoredTriggerReason.NO_BUFFER,
  'too-early': ignoredTriggerReason.TOO_EARLY,
};

/** Puts the sequencer on the clock and makes frames, readouts, events and the ends of runs of its edges. */
export class RunControl implements SequencerListener {
  readonly #machine: DeviceMachine;
  readonly #clock: Clock;
  readonly #ram: PatternRam;
  readonly #behaviours: readonly DeviceBehaviour[];
  readonly #frames: FrameMaker;
  readonly #sequencer: Sequencer;
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
  #toldUnderrun = false;
  #toldStall = false;
  #ignoredReason: IgnoredTriggerReason = 'not-running';

  constructor(options: RunControlOptions) {
    this.#machine = options.machine;
    this.#clock = options.clock;
    this.#ram = options.ram;
    this.#behaviours = options.behaviours ?? [];
    this.#frames = new FrameMaker(options.ram, options.configuration, options.remembersPattern);
    let listener: SequencerListener = this;
    for (const behaviour of this.#behaviours) listener = behaviour.sequencer?.(listener) ?? listener;
    // A trace shows what the sequencer does, not what the firmware is told of it.
    this.#sequencer = new Sequencer(options.settings, options.trace ? heardByBoth(listener, options.trace) : listener);
    this.#path = new ReadoutPath({
      machine: options.machine,
      renderer: options.renderer,
      remembersPattern: options.remembersPattern,
      clock: options.clock,
      guess: (limit) => (this.#sequencer.running ? this.#frames.guess(limit) : []),
      drained: () => this.#tellEnds(),
      waitedEnough: () => this.arm(),
      pause: () => options.pause?.(),
    });
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
    return this.#sequencer.counters;
  }

  get saturatedPixels(): number {
    return this.#path.saturatedPixels;
  }

  resetSaturatedPixels(): void {
    this.#path.saturatedPixels = 0;
  }

  /** Only while `idle`. */
  configure(configuration: ResolvedConfiguration, settings: SequencerSettings, ghostRisk: boolean, now: Ticks): void {
    this.#sequencer.configure(now, settings);
    this.#frames.configure(configuration);
    this.#path.configure(configuration, ghostRisk);
  }

  patternArrived(id: number, last: boolean, now: Ticks): void {
    this.#sequencer.patternArrived(now, id, last);
  }

  /** Number of the first frame. */
  start(now: Ticks, played?: PlayedSequence): number {
    if (played === undefined) this.#sequencer.start(now);
    else {
      const steps = played.patterns.map((_, index) => index);
      this.#sequencer.play(now, steps, played.repetitions);
    }
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
    if (kind === 'abort') this.#ram.clear();
    if (request !== undefined) {
      this.#waiting.push({ kind, request });
      if (this.#openRuns === 0) this.#answerAll(now, framesDone);
      else {
        const { S, W, D, E, T, Q } = this.#sequencer.settings;
        request.pending(S + W + D + E + T + Q);
      }
    }
    this.#path.expectNoMore();
    this.arm();
  }

  /** A trigger edge. The reason when it fired nothing. */
  trigger(origin: 'software' | 'external', now: Ticks): IgnoredTriggerReason | undefined {
    if (this.#behaviours.some((behaviour) => behaviour.losesTrigger?.(now))) return undefined;
    const fired = origin === 'software' ? this.#sequencer.softwareTrigger(now) : this.#sequencer.externalTrigger(now);
    this.arm();
    return fired ? undefined : this.#ignoredReason;
  }

  /** The room for readouts, at the host or in the memory for those that it has not acknowledged, is another one. */
  roomChanged(): void {
    if (this.#path.pending > 0) this.#path.flush();
    this.arm();
  }

  /** Another host controls the device: what frames so far show is none of its business. */
  forgetReadouts(): void {
    this.#path.forget(this.#frames.nextFrame);
    this.arm();
  }

  /** Sets the alarm for what the sequencer does next. To be called after every command. */
  arm(): void {
    if (this.#answers.length > 0) for (const answer of this.#answers.splice(0)) answer();
    this.#limitReadouts();
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
    const limit = (this.#path.firstWaiting ?? this.#machine.readoutCreditLimit) + this.#sequencer.settings.nbuf;
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

  // What the sequencer tells.

  edge(edge: Edge, tick: Ticks, frame: number, patternId: number): void {
    switch (edge) {
      case 'reset':
        this.#begin(tick, frame, patternId);
        break;
      case 'overrun':
        this.#path.discard();
        this.#event(
          eventKind.OVERRUN,
          tick,
          frame,
          `Frame ${frame} was made and discarded: no camera buffer was free.`,
        );
        break;
      case 'txEnd':
        this.#path.sent(tick, this.#moreComes());
        break;
    }
  }

  slotsPassed(why: 'underrun' | 'stall', tick: Ticks): void {
    // One event each time it begins; the counters say how often.
    if (why === 'underrun' ? this.#toldUnderrun : this.#toldStall) return;
    const patternId = this.#frames.nextPatternId ?? this.#machine.nextPatternId;
    if (why === 'underrun') {
      this.#toldUnderrun = true;
      this.#event(eventKind.UNDERRUN, tick, patternId, `A slot passed because pattern ${patternId} was not loaded.`);
    } else {
      this.#toldStall = true;
      this.#event(eventKind.STALL, tick, patternId, `A slot passed because no camera buffer was free.`);
    }
  }

  triggerIgnored(tick: Ticks, reason: IgnoredTriggerReason): void {
    this.#ignoredReason = reason;
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

  #begin(tick: Ticks, number: number, id: number): void {
    const { frame, leftRam } = this.#frames.begin(tick, number, id);
    this.#toldUnderrun = false;
    this.#toldStall = false;
    this.#path.begin(frame);
    if (leftRam) this.#machine.patternsLeft(1);
  }

  /** Another frame follows without anybody's help. */
  #moreComes(): boolean {
    if (!this.#sequencer.running || this.#sequencer.settings.trigger !== 'internal') return false;
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
    if (thrown === 0) return;
    this.#sequencer.abort(this.#clock.now());
    this.#machine.patternsLeft(thrown);
  }

  #event(kind: EventKind, tick: Ticks, value: number, text: string): void {
    this.#machine.event({ type: 'EVENT', kind, tick, value, text });
  }
}

/** The first one hears everything first. */
function heardByBoth(first: SequencerListener, second: SequencerListener): SequencerListener {
  return {
    edge(edge, tick, frame, patternId) {
      first.edge(edge, tick, frame, patternId);
      second.edge(edge, tick, frame, patternId);
    },
    slotsPassed(why, tick, count, frame) {
      first.slotsPassed?.(why, tick, count, frame);
      second.slotsPassed?.(why, tick, count, frame);
    },
    triggerIgnored(tick, reason) {
      first.triggerIgnored?.(tick, reason);
      second.triggerIgnored?.(tick, reason);
    },
    runEnded(end) {
      first.runEnded?.(end);
      second.runEnded?.(end);
    },
  };
}
