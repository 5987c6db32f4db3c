import { OpuError, type Ticks } from '@opu/core';
import type { IgnoredTriggerReason, RunEnd, RunEndReason } from '@opu/device';
import { minimumPeriodOf, roundUpTo } from '@opu/device';
import type { SequencerListener } from './edge.js';
import { FramePipeline } from './frame-pipeline.js';
import type { FrameRecord } from './frame-record.js';
import { PatternQueue, type PatternSupply, StoredSequence } from './pattern-queue.js';
import { eventRank } from './rank.js';
import { checkSettings, type SequencerSettings } from './settings.js';

const NEVER = Number.POSITIVE_INFINITY;

/** What the mirror SRAM is doing. */
type Loader = 'empty' | 'waiting' | 'loading' | 'loaded';

export interface SequencerCounters {
  /** Frames since the device was switched on. */
  frames: number;
  underrun: number;
  stall: number;
  overrun: number;
  ignoredTrigger: number;
}

/**
 * The device's sequencer: patterns in, edges out, exact to the tick, integers only. It has no clock: whoever owns it
 * says up to which tick things have happened.
 *
 * On a clock, it is driven like this:
 * - Commands (`patternArrived`, `start`, `stop`, `abort`, `softwareTrigger` ...) are called on their tick, from alarms of
 *   rank `eventRank.arrival` or `eventRank.command`. Each first lets everything happen that comes before it.
 * - After every command, and after every `advance`, the owner sets one alarm of rank `eventRank.sequencer` for
 *   `nextEventTick()`, and calls `advance(tick)` from it. Or for `nextWakeTick()`, which passes over the edges that change
 *   nothing for anybody outside: then one call of `advance` tells several edges, each with its own tick.
 * - While patterns are missing, slots pass without waking anybody. They are counted and told by the next `advance` or
 *   command. An owner that wants them told in time sets a *background* alarm for `nextPassingSlotTick()`.
 *
 * Between runs: a START while frames of the run before are under way is taken at once; its first reset is no earlier
 * than the minimum period after the last one, and nothing is loaded into settling mirrors.
 */
export class Sequencer {
  readonly #listener: SequencerListener;
  readonly #frames: FramePipeline;
  readonly #queue = new PatternQueue();
  #settings!: SequencerSettings;
  #minimumPeriod = 0;
  #readoutLimit: number = Number.POSITIVE_INFINITY;
  /** One past the last frame whose image was kept. */
  #keptUpTo = 0;
  #now: Ticks = 0;

  #supply: PatternSupply = this.#queue;
  #running = false;
  #framesInRun = 0;
  #runEnds: RunEnd[] = [];

  #loader: Loader = 'empty';
  #loadStart: Ticks = 0;
  #loadEnd: Ticks = 0;
  #loadDue: Ticks = NEVER;
  /** The next slot of the grid; infinite when there is no grid (yet). */
  #slot: Ticks = NEVER;

  #underrun = 0;
  #stall = 0;
  #overrun = 0;
  #ignoredTrigger = 0;

  // The earliest event other than a slot, as of the last call of `#look`.
  #tick: Ticks = NEVER;
  #rank = 0;

  constructor(settings: SequencerSettings, listener: SequencerListener) {
    this.#listener = listener;
    this.#frames = new FramePipeline(listener);
    this.#apply(settings);
  }

  get settings(): SequencerSettings {
    return this.#settings;
  }

  /** Like every property, as of the tick that was last advanced to. */
  get running(): boolean {
    return this.#running;
  }

  /** True when no run is under way and no frame is between reset and end of read-out: it can be configured. */
  get configurable(): boolean {
    return !this.#running && !this.#frames.inCamera;
  }

  /** Patterns in pattern RAM that were not shown yet; stored sequences are not counted. */
  get patternsWaiting(): number {
    return this.#queue.size;
  }

  /** Camera buffers that hold an image, or wait for one. */
  get buffersTaken(): number {
    return this.#frames.buffersTaken;
  }

  /** Frames of the run under way, or of the last one. */
  get framesInRun(): number {
    return this.#framesInRun;
  }

  get counters(): SequencerCounters {
    return {
      frames: this.#frames.nextFrame,
      underrun: this.#underrun,
      stall: this.#stall,
      overrun: this.#overrun,
      ignoredTrigger: this.#ignoredTrigger,
    };
  }

  /** Fills in every edge of a frame, past and to come; false when the frame is too long ago. */
  describeFrame(frame: number, into: FrameRecord): boolean {
    return this.#frames.describe(frame, into);
  }

  /**
   * Changes the durations for frames to come.
   * @throws OpuError INVALID_STATE during a run or while a frame is in the camera; CONFIGURATION_REFUSED for settings that
   *   no device could follow. The old settings stay in place then.
   */
  configure(tick: Ticks, settings: SequencerSettings): void {
    this.#catchUp(tick, eventRank.command);
    if (!this.configurable) {
      throw new OpuError('INVALID_STATE', 'The timing cannot change while frames are made; stop the run first.');
    }
    this.#apply(settings);
  }

  /** A pattern is whole in pattern RAM on `tick`; `last` marks the run's last one. Patterns are shown in this order. */
  patternArrived(tick: Ticks, id: number, last = false): void {
    this.#catchUp(tick, eventRank.arrival);
    this.#queue.add(id, last);
    if (this.#running && this.#loader === 'empty') this.#prepareLoad(tick);
  }

  /** Starts a run with the patterns that arrived, or will. @throws OpuError INVALID_STATE while a run is under way */
  start(tick: Ticks): void {
    this.#begin(tick, this.#queue);
  }

  /**
   * Starts a run that plays a stored sequence; its patterns stay in pattern RAM.
   * @param ids at least one pattern
   * @param repeats how often the whole is played; `Infinity` for as long as nobody stops it
   */
  play(tick: Ticks, ids: ArrayLike<number>, repeats = 1): void {
    if (ids.length === 0) throw new OpuError('INVALID_ARGUMENT', 'A sequence needs at least one pattern.');
    if (!(repeats >= 1) || (Number.isFinite(repeats) && !Number.isInteger(repeats))) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `A sequence is played a whole number of times, 1 or more; got ${repeats}.`,
      );
    }
    this.#begin(tick, new StoredSequence(ids, repeats));
  }

  /** Ends the run; patterns not yet reset stay in RAM, frames under way go on. Returns the frames of the run. */
  stop(tick: Ticks): number {
    this.#catchUp(tick, eventRank.command);
    if (this.#running) this.#halt(tick, 'stop');
    return this.#framesInRun;
  }

  /** Like `stop`, but the patterns that wait are thrown away. */
  abort(tick: Ticks): number {
    this.#catchUp(tick, eventRank.command);
    if (this.#running) this.#halt(tick, 'abort');
    this.#queue.clear();
    return this.#framesInRun;
  }

  /**
   * Whoever takes the read-outs has room for frames below `limit` (and for the one after those that were discarded just
   * below it). Once such a frame was made no buffer is free until the limit is raised. There is none at first.
   */
  limitReadouts(tick: Ticks, limit: number): void {
    this.#catchUp(tick, eventRank.command);
    this.#readoutLimit = limit;
  }

  /** A trigger command. True when it fired a frame; else it is counted, and the listener hears why. */
  softwareTrigger(tick: Ticks): boolean {
    return this.#trigger(tick, 'software');
  }

  /** An edge on the trigger input. True when it fired a frame. */
  externalTrigger(tick: Ticks): boolean {
    return this.#trigger(tick, 'external');
  }

  /** Lets everything happen up to and including `tick`. */
  advance(tick: Ticks): void {
    this.#catchUp(tick, NEVER);
  }

  /** Tick of the next edge that comes by itself; nothing when the sequencer waits for a command or a pattern. */
  nextEventTick(): Ticks | undefined {
    this.#look();
    return finite(Math.min(this.#tick, this.#firingSlot()));
  }

  /** Tick of the next edge that matters outside: a reset (a pattern slot is free), the end of a read-out's sending, a run's end. */
  nextWakeTick(): Ticks | undefined {
    const end = this.#runEnds[0]?.tick ?? NEVER;
    return finite(Math.min(this.#frames.nextTxEnd(), end, this.#nextReset()));
  }

  /** The next slot that passes unless a pattern comes before; nothing while no slot waits for a pattern. */
  nextPassingSlotTick(): Ticks | undefined {
    return this.#loader === 'loaded' ? undefined : finite(this.#slot);
  }

  #apply(settings: SequencerSettings): void {
    checkSettings(settings);
    this.#settings = settings;
    this.#minimumPeriod = minimumPeriodOf(settings).ticks;
    this.#frames.configure(settings);
  }

  #begin(tick: Ticks, supply: PatternSupply): void {
    this.#catchUp(tick, eventRank.command);
    if (this.#running)
      throw new OpuError('INVALID_STATE', 'A run is under way; stop it before the next one is started.');
    this.#running = true;
    this.#framesInRun = 0;
    this.#supply = supply;
    this.#loader = 'empty';
    if (supply.ready) this.#prepareLoad(tick);
  }

  #halt(tick: Ticks, reason: RunEndReason): void {
    const cancelled = this.#loader === 'loading';
    this.#running = false;
    this.#loader = 'empty';
    this.#loadDue = NEVER;
    this.#slot = NEVER;
    if (cancelled) this.#listener.edge('loadCancelled', tick, this.#frames.nextFrame, this.#supply.nextId);
    this.#endRun(Math.max(tick, this.#frames.lastFrameEnd), reason);
    this.#supply = this.#queue;
  }

  #endRun(tick: Ticks, reason: RunEndReason): void {
    this.#runEnds.push({ tick, frames: this.#framesInRun, reason });
  }

  /** Rule 1: the SRAM is free from the reset on, and nothing is loaded into settling mirrors. */
  #prepareLoad(tick: Ticks): void {
    this.#loader = 'waiting';
    this.#loadDue = Math.max(tick, this.#frames.lastReset + this.#settings.S);
  }

  #startLoad(): void {
    this.#loader = 'loading';
    this.#loadStart = this.#loadDue;
    this.#loadEnd = this.#loadStart + this.#settings.L;
    this.#loadDue = this.#loadEnd;
    this.#listener.edge('loadStart', this.#loadStart, this.#frames.nextFrame, this.#supply.nextId);
  }

  #endLoad(): void {
    this.#loader = 'loaded';
    this.#loadDue = NEVER;
    if (this.#slot === NEVER && this.#settings.trigger === 'internal') {
      this.#slot = this.#firstSlot(this.#loadEnd);
    }
    this.#listener.edge('loadEnd', this.#loadEnd, this.#frames.nextFrame, this.#supply.nextId);
  }

  /** The mirrors flip: the loaded pattern becomes a frame, and the next one is prepared. */
  #reset(tick: Ticks, keep: boolean): void {
    const supply = this.#supply;
    const id = supply.nextId;
    const last = supply.nextIsLast;
    supply.take();
    if (!keep) this.#overrun++;
    const k = this.#framesInRun++;
    this.#loader = 'empty';
    if (this.#slot !== NEVER) this.#slot = tick + this.#settings.P;
    this.#frames.begin(tick, id, k, this.#loadStart, this.#loadEnd, keep);
    if (keep) this.#keptUpTo = this.#frames.nextFrame;
    if (last) {
      this.#running = false;
      this.#slot = NEVER;
      this.#supply = this.#queue;
      this.#endRun(this.#frames.lastFrameEnd, 'last-pattern');
    } else if (supply.ready) {
      this.#prepareLoad(tick);
    }
  }

  #trigger(tick: Ticks, origin: 'software' | 'external'): boolean {
    this.#catchUp(tick, eventRank.command);
    // A load that takes no time and is due on this very tick is over before the trigger.
    if (this.#settings.L === 0 && this.#loadDue <= tick) {
      if (this.#loader === 'waiting') this.#startLoad();
      this.#endLoad();
    }
    const reason = this.#whyIgnored(tick, origin);
    if (reason === undefined) {
      this.#reset(tick, true);
      return true;
    }
    this.#ignoredTrigger++;
    this.#listener.triggerIgnored?.(tick, reason);
    return false;
  }

  #whyIgnored(tick: Ticks, origin: 'software' | 'external'): IgnoredTriggerReason | undefined {
    if (this.#settings.trigger !== origin) return 'other-trigger-mode';
    if (!this.#running) return 'not-running';
    if (this.#loader !== 'loaded') return 'not-loaded';
    if (this.#bufferFreeFrom() > tick) return 'no-buffer';
    return tick < this.#frames.lastReset + this.#minimumPeriod ? 'too-early' : undefined;
  }

  /** The next slot if it will fire as things stand, else infinity. */
  #firingSlot(): Ticks {
    return this.#loader === 'loaded' && this.#fires(this.#slot) ? this.#slot : NEVER;
  }

  #fires(slot: Ticks): boolean {
    return this.#settings.overrun === 'drop' || this.#bufferFreeFrom() <= slot;
  }

  #bufferFreeFrom(): Ticks {
    return this.#keptUpTo < this.#readoutLimit ? this.#frames.bufferFreeFrom() : NEVER;
  }

  /** The slot on which the pattern that is loaded, loading or about to be will be shown; infinity if something else decides. */
  #nextReset(): Ticks {
    if (this.#loader === 'empty' || this.#settings.trigger !== 'internal') return NEVER;
    if (this.#loader === 'loaded') return this.#firingSlot();
    const loadEnd = this.#loader === 'loading' ? this.#loadDue : this.#loadDue + this.#settings.L;
    let slot = this.#slot === NEVER ? this.#firstSlot(loadEnd) : this.#slot;
    if (slot < loadEnd) slot += Math.ceil((loadEnd - slot) / this.#settings.P) * this.#settings.P;
    return this.#fires(slot) ? slot : NEVER;
  }

  /** Rule 3: where the grid begins. */
  #firstSlot(loadEnd: Ticks): Ticks {
    return roundUpTo(this.#settings.V, Math.max(loadEnd, this.#frames.lastReset + this.#minimumPeriod));
  }

  /** Finds the earliest event that is no slot. */
  #look(): void {
    const frames = this.#frames;
    frames.look();
    this.#tick = frames.tick;
    this.#rank = frames.rank;
    if (this.#loadDue <= this.#tick) {
      const rank =
        this.#loader === 'loading'
          ? eventRank.loadEnd
          : this.#settings.L === 0
            ? eventRank.instantLoad
            : eventRank.loadStart;
      if (this.#loadDue < this.#tick || rank < this.#rank) {
        this.#tick = this.#loadDue;
        this.#rank = rank;
      }
    }
    const end = this.#runEnds[0];
    if (end !== undefined && end.tick < this.#tick) {
      this.#tick = end.tick;
      this.#rank = eventRank.runEnd;
    }
  }

  /** Lets everything happen that comes before `rank` on `tick`. */
  #catchUp(tick: Ticks, rank: number): void {
    if (!Number.isSafeInteger(tick) || tick < this.#now) {
      throw new OpuError('BUG', `The sequencer stands on tick ${this.#now} and was asked to go to ${tick}.`);
    }
    for (;;) {
      this.#look();
      if (this.#slot !== NEVER && this.#passSlots(tick, rank)) continue;
      if (this.#tick > tick || (this.#tick === tick && this.#rank >= rank)) break;
      this.#fire();
    }
    this.#now = tick;
  }

  /** Handles slots that come before the next other event and before the limit. False when there is none. */
  #passSlots(tick: Ticks, rank: number): boolean {
    const beforeEvent = eventRank.slot < this.#rank ? this.#tick : this.#tick - 1;
    let last = Math.min(beforeEvent, eventRank.slot < rank ? tick : tick - 1);
    const first = this.#slot;
    if (first > last) return false;
    const loaded = this.#loader === 'loaded';
    if (loaded) {
      const freeFrom = this.#bufferFreeFrom();
      const keep = freeFrom <= first;
      if (keep || this.#settings.overrun === 'drop') {
        this.#reset(first, keep);
        return true;
      }
      last = Math.min(last, freeFrom - 1);
    }
    const { P } = this.#settings;
    const count = Math.floor((last - first) / P) + 1;
    this.#slot = first + count * P;
    if (loaded) this.#stall += count;
    else this.#underrun += count;
    this.#listener.slotsPassed?.(loaded ? 'stall' : 'underrun', first, count, this.#frames.nextFrame);
    return true;
  }

  #fire(): void {
    if (this.#rank === eventRank.runEnd) {
      const end = this.#runEnds.shift()!;
      this.#listener.runEnded?.(end);
    } else if (this.#tick === this.#loadDue && this.#isLoadRank(this.#rank)) {
      if (this.#loader === 'loading') this.#endLoad();
      else this.#startLoad();
    } else {
      this.#frames.fire();
    }
  }

  #isLoadRank(rank: number): boolean {
    return rank === eventRank.loadEnd || rank === eventRank.loadStart || rank === eventRank.instantLoad;
  }
}

function finite(tick: Ticks): Ticks | undefined {
  return tick === NEVER ? undefined : tick;
}
