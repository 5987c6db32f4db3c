import type { Ticks } from '@opu/core';
import {
  type FrameListener,
  type FrameSequencer,
  type FrameTicks,
  type IgnoredTriggerReason,
  imageBytesOf,
  type RunEnd,
  readoutMessageBytes,
  type SequencerCounters,
  type StoredPattern,
  type TriggerOutcome,
} from '@opu/device';
import { overrunMode, type PlayedSequence, triggerMode } from '@opu/protocol';
import type { DeviceBehaviour } from '../behaviour/behaviour.js';
import { type TicksPerByte, transmitTicks } from '../link/rate.js';
import type { Edge, SequencerListener } from '../sequencer/edge.js';
import { heardByBoth } from '../sequencer/heard-by-both.js';
import { Sequencer } from '../sequencer/sequencer.js';
import type { SequencerSettings } from '../sequencer/settings.js';
import type { EmulatedConfiguration } from './emulated-configurations.js';

export interface EmulatedSequencerOptions {
  /** `Nbuf`: camera frame buffers. */
  readonly nbuf: number;
  /** Ticks that a byte takes on the link. */
  readonly ticksPerByte: TicksPerByte;
  /** Hears every edge of the sequencer, for traces. */
  readonly trace?: SequencerListener | undefined;
  /** Things added between the sequencer or the trigger input and the firmware. */
  readonly behaviours: readonly DeviceBehaviour[];
}

/** The exact sequencer as the firmware takes it: of its edges the firmware hears those that concern it. */
export class EmulatedSequencer implements FrameSequencer<EmulatedConfiguration>, SequencerListener {
  readonly #listener: FrameListener;
  readonly #options: EmulatedSequencerOptions;
  readonly #sequencer: Sequencer;
  #ignoredReason: IgnoredTriggerReason = 'not-running';
  #lastReset: Ticks = 0;

  constructor(listener: FrameListener, configuration: EmulatedConfiguration, options: EmulatedSequencerOptions) {
    this.#listener = listener;
    this.#options = options;
    let outer: SequencerListener = this;
    for (const behaviour of options.behaviours) outer = behaviour.sequencer?.(outer) ?? outer;
    // A trace shows what the sequencer does, not what the firmware is told of it.
    const { trace } = options;
    this.#sequencer = new Sequencer(this.#settingsOf(configuration), trace ? heardByBoth(outer, trace) : outer);
  }

  get running(): boolean {
    return this.#sequencer.running;
  }

  get configurable(): boolean {
    return this.#sequencer.configurable;
  }

  get isTriggered(): boolean {
    return this.#sequencer.settings.trigger !== 'internal';
  }

  get counters(): SequencerCounters {
    return this.#sequencer.counters;
  }

  configure(tick: Ticks, configuration: EmulatedConfiguration): void {
    this.#sequencer.configure(tick, this.#settingsOf(configuration));
  }

  patternArrived(tick: Ticks, { id, last }: StoredPattern): void {
    this.#sequencer.patternArrived(tick, id, last);
  }

  start(tick: Ticks, played?: PlayedSequence): void {
    if (played === undefined) this.#sequencer.start(tick);
    else {
      const places = played.patterns.map((_, place) => place);
      this.#sequencer.play(tick, places, played.repetitions);
    }
  }

  stop(tick: Ticks): number {
    return this.#sequencer.stop(tick);
  }

  abort(tick: Ticks): number {
    return this.#sequencer.abort(tick);
  }

  trigger(tick: Ticks, origin: 'software' | 'external'): TriggerOutcome {
    if (this.#options.behaviours.some((behaviour) => behaviour.losesTrigger?.(tick))) return 'lost';
    const sequencer = this.#sequencer;
    const fired = origin === 'software' ? sequencer.softwareTrigger(tick) : sequencer.externalTrigger(tick);
    return fired ? 'fired' : this.#ignoredReason;
  }

  limitReadouts(tick: Ticks, limit: number): void {
    this.#sequencer.limitReadouts(tick, limit);
  }

  advance(tick: Ticks): void {
    this.#sequencer.advance(tick);
  }

  nextWakeTick(): Ticks | undefined {
    return this.#sequencer.nextWakeTick();
  }

  remainingTicks(): Ticks {
    const { S, W, D, E, T, Q } = this.#sequencer.settings;
    return S + W + D + E + T + Q;
  }

  guess(ahead: number): FrameTicks {
    const { P, S, W, D, E } = this.#sequencer.settings;
    const resetTick = this.#lastReset + (ahead + 1) * P;
    return { resetTick, exposureStartTick: resetTick + S + W + D, exposureTicks: E };
  }

  // SequencerListener.

  edge(edge: Edge, tick: Ticks, frame: number, patternId: number): void {
    switch (edge) {
      case 'reset': {
        const { S, W, D, E } = this.#sequencer.settings;
        this.#lastReset = tick;
        this.#listener.began(tick, frame, patternId, tick + S + W + D, E);
        break;
      }
      case 'overrun':
        this.#listener.discarded(tick, frame);
        break;
      case 'txEnd':
        this.#listener.sent(tick, frame);
        break;
    }
  }

  slotsPassed(why: 'underrun' | 'stall', tick: Ticks): void {
    this.#listener.slotsPassed(why, tick);
  }

  triggerIgnored(tick: Ticks, reason: IgnoredTriggerReason): void {
    this.#ignoredReason = reason;
    this.#listener.triggerIgnored(tick, reason);
  }

  runEnded(end: RunEnd): void {
    this.#listener.runEnded(end);
  }

  #settingsOf({ timing, reply }: EmulatedConfiguration): SequencerSettings {
    const triggers = { [triggerMode.SOFTWARE]: 'software', [triggerMode.EXTERNAL]: 'external' } as const;
    return {
      ...timing,
      X: transmitTicks(readoutMessageBytes(imageBytesOf(reply)), this.#options.ticksPerByte),
      nbuf: this.#options.nbuf,
      overrun: reply.overrunMode === overrunMode.DROP ? 'drop' : 'hold',
      trigger: triggers[reply.triggerMode as 1 | 2] ?? 'internal',
    };
  }
}
