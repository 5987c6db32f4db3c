import type { Ticks } from '@opu/core';
import { type PlayedSequence, triggerMode } from '@opu/protocol';
import type { Configuration } from '../source/configuration.js';
import type { DeviceFacts } from '../source/device-facts.js';
import type {
  FrameListener,
  FrameSequencer,
  RunEnd,
  RunEndReason,
  SequencerCounters,
  TriggerOutcome,
} from '../source/frame-sequencer.js';
import type { StoredPattern } from '../source/stored-pattern.js';
import { type Due, DuePatterns } from './due-patterns.js';
import type { DuePattern, FramePlanner, NoFrame } from './frame-planner.js';
import { whyTriggerIgnored } from './trigger-rules.js';

const NEVER = Number.POSITIVE_INFINITY;

/** What happens next, and on which tick. */
interface Next {
  readonly what: 'sent' | 'end' | 'begin' | 'discard' | 'nothing-left' | 'never';
  readonly tick: Ticks;
}

/**
 * Shows patterns on the ticks that a planner gives for each. Frames begin in the order of their patterns; one whose tick passes
 * while the host has no room for its readout begins as soon as there is some.
 */
export class PlannedSequencer<C extends Configuration> implements FrameSequencer<C> {
  readonly #listener: FrameListener;
  readonly #planner: FramePlanner<C>;
  readonly #facts: DeviceFacts;
  readonly #due = new DuePatterns();
  #configuration: C;
  #now: Ticks = 0;
  #running = false;
  #framesInRun = 0;
  #nextFrame = 0;
  #lastReset: Ticks | undefined;
  /** Frames that have begun and are not sent yet, oldest first. */
  #underWay: { readonly frame: number; readonly tick: Ticks }[] = [];
  #lastSent: Ticks = 0;
  #ends: RunEnd[] = [];
  #readoutLimit = NEVER;
  /** One past the last frame that was not discarded. */
  #keptUpTo = 0;
  #hasToldNothingLeft = false;
  #counters = { underrun: 0, stall: 0, overrun: 0, ignoredTrigger: 0 };

  constructor(listener: FrameListener, planner: FramePlanner<C>, facts: DeviceFacts, configuration: C) {
    this.#listener = listener;
    this.#planner = planner;
    this.#facts = facts;
    this.#configuration = configuration;
  }

  get running(): boolean {
    return this.#running;
  }

  get configurable(): boolean {
    return !this.#running && this.#underWay.length === 0;
  }

  get isTriggered(): boolean {
    const mode = this.#configuration.reply.triggerMode;
    if (mode === triggerMode.EXTERNAL) return this.#planner.knowsExternalTriggers !== true;
    return mode === triggerMode.SOFTWARE;
  }

  get counters(): SequencerCounters {
    return { frames: this.#nextFrame, ...this.#counters };
  }

  configure(tick: Ticks, configuration: C): void {
    this.#catchUp(tick);
    this.#configuration = configuration;
    this.#planner.configure(configuration);
  }

  patternArrived(tick: Ticks, pattern: StoredPattern): void {
    this.#catchUp(tick);
    this.#due.add(tick, pattern);
  }

  start(tick: Ticks, played?: PlayedSequence): void {
    this.#catchUp(tick);
    this.#running = true;
    this.#framesInRun = 0;
    this.#hasToldNothingLeft = false;
    this.#due.start(tick, played);
  }

  stop(tick: Ticks): number {
    this.#catchUp(tick);
    if (this.#running) this.#endRun('stop', tick);
    return this.#framesInRun;
  }

  abort(tick: Ticks): number {
    this.#catchUp(tick);
    if (this.#running) this.#endRun('abort', tick);
    this.#due.clear();
    return this.#framesInRun;
  }

  trigger(tick: Ticks, origin: 'software' | 'external'): TriggerOutcome {
    this.#catchUp(tick);
    const due = this.#running ? this.#skipDiscarded() : undefined;
    const reason = this.#whyIgnored(tick, origin, due);
    if (reason !== undefined) {
      this.#counters.ignoredTrigger++;
      this.#listener.triggerIgnored(tick, reason);
      return reason;
    }
    this.#begin(due!, tick);
    return 'fired';
  }

  limitReadouts(tick: Ticks, limit: number): void {
    this.#catchUp(tick);
    this.#readoutLimit = limit;
  }

  advance(tick: Ticks): void {
    for (let next = this.#next(); next.tick <= tick; next = this.#next()) this.#let(next);
    this.#now = tick;
  }

  nextWakeTick(): Ticks | undefined {
    const { tick } = this.#next();
    return tick === NEVER ? undefined : tick;
  }

  remainingTicks(now: Ticks): Ticks {
    return Math.max(0, this.#lastSent - now);
  }

  /** Commands come before a frame that would begin on their tick, and after one that is sent on it. */
  #catchUp(tick: Ticks): void {
    for (let next = this.#next(); next.tick <= tick; next = this.#next()) {
      if (next.tick === tick && next.what !== 'sent' && next.what !== 'end') break;
      this.#let(next);
    }
    this.#now = tick;
  }

  #next(): Next {
    const sent = this.#underWay[0]?.tick ?? NEVER;
    const end = this.#ends[0]?.tick ?? NEVER;
    const begin = this.#nextBegin();
    if (sent <= end && sent <= begin.tick) return { what: 'sent', tick: sent };
    return end <= begin.tick ? { what: 'end', tick: end } : begin;
  }

  #nextBegin(): Next {
    const never: Next = { what: 'never', tick: NEVER };
    if (!this.#running || this.isTriggered) return never;
    const due = this.#due.first();
    if (due === undefined) return never;
    const planned = this.#plannedFor(due.pattern, due.readyTick);
    if (typeof planned === 'object') {
      if (planned.why === 'discarded') return { what: 'discard', tick: this.#now };
      return this.#hasToldNothingLeft || this.#underWay.length > 0 ? never : { what: 'nothing-left', tick: this.#now };
    }
    if (this.#keptUpTo >= this.#readoutLimit) return never;
    return { what: 'begin', tick: this.#onTime(due, planned) };
  }

  /** A frame that had to wait for room begins where there is time for it: not in the past. */
  #onTime({ pattern }: Due, planned: Ticks): Ticks {
    if (planned >= this.#now) return planned;
    const later = this.#plannedFor(pattern, this.#now);
    return typeof later === 'number' ? later : this.#now;
  }

  #plannedFor(pattern: DuePattern, earliest: Ticks): Ticks | NoFrame {
    return this.#planner.resetTick(pattern, earliest, this.#lastReset, this.#framesInRun === 0);
  }

  #let({ what, tick }: Next): void {
    this.#now = Math.max(this.#now, tick);
    switch (what) {
      case 'sent':
        this.#listener.sent(tick, this.#underWay.shift()!.frame);
        break;
      case 'end':
        this.#listener.runEnded(this.#ends.shift()!);
        break;
      case 'begin':
        this.#begin(this.#due.first()!, tick);
        break;
      case 'discard':
        this.#discard(this.#due.first()!, tick);
        break;
      case 'nothing-left':
        this.#tellNothingLeft(tick);
        break;
    }
  }

  #begin({ pattern, place }: Due, tick: Ticks): void {
    const frame = this.#nextFrame++;
    const planned = this.#planner.frame(pattern, tick, frame);
    this.#due.take();
    this.#framesInRun++;
    this.#lastReset = tick;
    this.#lastSent = Math.max(this.#lastSent, planned.sentTick);
    this.#keptUpTo = frame + 1;
    this.#underWay.push({ frame, tick: this.#lastSent });
    this.#listener.began(tick, frame, place, planned.exposureStartTick, planned.exposureTicks);
    if (pattern.last) this.#endRun('last-pattern', tick);
  }

  #discard({ pattern, place }: Due, tick: Ticks): void {
    const frame = this.#nextFrame++;
    this.#planner.discarded?.(pattern);
    this.#due.take();
    this.#framesInRun++;
    this.#counters.overrun++;
    this.#listener.began(tick, frame, place, tick, 0);
    this.#listener.discarded(tick, frame);
    if (pattern.last) this.#endRun('last-pattern', tick);
  }

  #tellNothingLeft(tick: Ticks): void {
    const due = this.#due.first()!;
    const planned = this.#plannedFor(due.pattern, due.readyTick);
    this.#hasToldNothingLeft = true;
    this.#counters.underrun++;
    const text = typeof planned === 'object' && planned.why === 'none' ? planned.text : undefined;
    this.#listener.slotsPassed('underrun', tick, text);
  }

  #endRun(reason: RunEndReason, tick: Ticks): void {
    this.#running = false;
    const ahead = this.#due.end();
    if (ahead !== undefined) this.#planner.release?.(ahead);
    this.#ends.push({ tick: Math.max(tick, this.#lastSent), frames: this.#framesInRun, reason });
  }

  /** The pattern that an edge would show: those that the device discarded do not count. */
  #skipDiscarded(): Due | undefined {
    for (let due = this.#due.first(); due !== undefined; due = this.#due.first()) {
      const planned = this.#plannedFor(due.pattern, due.readyTick);
      if (typeof planned === 'number') return due;
      if (planned.why === 'none') {
        if (!this.#hasToldNothingLeft) this.#tellNothingLeft(this.#now);
        return undefined;
      }
      this.#discard(due, this.#now);
    }
    return undefined;
  }

  #whyIgnored(tick: Ticks, origin: 'software' | 'external', due: Due | undefined) {
    const mode = origin === 'software' ? triggerMode.SOFTWARE : triggerMode.EXTERNAL;
    const { triggerMode: inForce, minimumPeriodTicks } = this.#configuration.reply;
    if (inForce !== mode || !this.isTriggered) return 'other-trigger-mode';
    if (!this.#running) return 'not-running';
    return whyTriggerIgnored(tick, {
      readyTick: due?.readyTick,
      lastReset: this.#lastReset,
      stages: this.#facts,
      minimumPeriodTicks,
      freeBuffers: Math.min(this.#facts.frameBuffers - this.#underWay.length, this.#readoutLimit - this.#keptUpTo),
    });
  }
}
