import type { Clock, OpuError, Ticks } from '@opu/core';
import {
  type Configure,
  type ConfigureReply,
  type CounterRecord,
  counterId,
  type DeviceEffects,
  DeviceMachine,
  type DeviceRequest,
  type EraseSequence,
  messageType,
  type Patterns,
  type PlayedSequence,
  type PlaySequence,
  patternEncoding,
  patternFlag,
  type QueryPeriod,
  type QueryPeriodReply,
  type Readouts,
  type Refused,
  refused,
  type SoftwareTrigger,
  type Spend,
  type Start,
  type StoreSequence,
} from '@opu/protocol';
import { limitingTermOnWire } from '../configuration/refusal.js';
import { PatternRam } from '../patterns/pattern-ram.js';
import { framesPerMessage } from '../readout/readout-assembler.js';
import { type Configuration, isRefused } from '../source/configuration.js';
import type { FrameSource } from '../source/frame-source.js';
import { patternGrid } from '../source/pattern-layout.js';
import { imageBytesOf } from '../source/pixel-formats.js';
import { readoutRowTicks } from '../source/stages.js';
import type { StoredPattern } from '../source/stored-pattern.js';
import { describeReply, helloReply, RETAINED_BYTES } from './description.js';
import { readPatterns } from './read-patterns.js';
import { RunControl, triggerReasonOnWire } from './run-control.js';
import { SequenceStore } from './sequence-store.js';

/** Host work cannot be booked beyond this tick, 1.4 years, so that frames after it have ticks below 2^53. */
const LATEST_TICK = 2 ** 52;
/** From here on memory for a pattern costs more than the copy into it. */
const LARGE_PATTERN_BYTES = 4096;

/** What virtual time is to the firmware. */
export interface VirtualTimeOfFirmware {
  /** Host work is booked. */
  spend(ticks: Ticks): void;
  /** It may be time's turn. */
  mayPass(): void;
}

export interface FirmwareOptions<C extends Configuration> {
  readonly source: FrameSource<C>;
  readonly clock: Clock;
  /** Nothing in real time. */
  readonly virtualTime?: VirtualTimeOfFirmware | undefined;
  /** Light takes its time: other work of the process gets its turn. */
  readonly pause: () => void;
  /** The source has no image for a frame, and never will. */
  readonly failed: (error: OpuError) => void;
}

/** What a device does when the protocol asks for it: configuration, pattern RAM, runs, counters. */
export class Firmware<C extends Configuration> implements DeviceEffects {
  readonly machine: DeviceMachine;
  readonly #source: FrameSource<C>;
  readonly #ram = new PatternRam();
  readonly #sequences: SequenceStore;
  readonly #runs: RunControl<C>;
  #configuration: C;
  #lastPattern: Uint8Array | undefined;
  readonly #counted = { frames: 0, underrun: 0, stall: 0, overrun: 0, ignoredTrigger: 0 };
  crcErrors = 0;
  framingErrors = 0;
  pacing?: () => void;
  spend?: (message: Spend, request: DeviceRequest, now: Ticks) => void;

  constructor(options: FirmwareOptions<C>) {
    const { source, clock, virtualTime } = options;
    this.#source = source;
    this.#configuration = source.configurations.initial;
    const { reply } = this.#configuration;
    source.configure(this.#configuration);
    const description = describeReply(source.facts, virtualTime !== undefined, imageBytesOf(reply));
    // Some sensors read a row faster when they read all of them: what is told is what holds at that time.
    const rowTicks = (): Ticks => readoutRowTicks(source.facts, this.#configuration.reply.regionHeight);
    const machineOptions = {
      hello: helloReply(source.identity),
      get description() {
        return { ...description, readoutRowTicks: rowTicks() };
      },
      retainedReadoutBytes: RETAINED_BYTES,
    };
    this.machine = new DeviceMachine(machineOptions, this);
    this.#sequences = new SequenceStore(source, this.machine);
    this.#runs = new RunControl({
      machine: this.machine,
      clock,
      ram: this.#ram,
      source,
      configuration: this.#configuration,
      pause: options.pause,
      failed: options.failed,
    });
    if (virtualTime === undefined) return;
    this.pacing = () => virtualTime.mayPass();
    this.spend = (message, request, now) => {
      const left = LATEST_TICK - now;
      if (message.ticks > left) {
        const text = `${message.ticks} ticks more would lead beyond 2^52, where this device's time ends.`;
        const refusal = { ...refused('OUT_OF_RANGE', text), field: 'ticks', value: message.ticks, bound: left };
        request.reply({ ...refusal, requestType: messageType.SPEND });
        return;
      }
      virtualTime.spend(message.ticks);
      request.done(clock.now());
    };
  }

  /** An edge on the trigger input. True when it fired a frame. */
  externalTrigger(now: Ticks): boolean {
    return this.#runs.trigger('external', now) === 'fired';
  }

  /** Nothing happens any more, and what was under way is lost. */
  powerOff(): void {
    this.#runs.powerOff();
  }

  configure(request: Configure, now: Ticks): ConfigureReply | Refused {
    const before = this.#configuration;
    const next = this.#source.configurations.change(before, request);
    if (isRefused(next)) return next;
    if (next === before) return before.reply;
    const refusal = this.#whyNotNow(next);
    if (refusal !== undefined) return refusal;
    this.#configuration = next;
    this.#source.configure(next);
    if (this.#isOtherLayout(before, next)) this.#lastPattern = undefined;
    this.#runs.configure(next, now);
    return next.reply;
  }

  configuration(): ConfigureReply {
    return this.#configuration.reply;
  }

  queryPeriod(request: QueryPeriod): QueryPeriodReply | Refused {
    const minimum = this.#source.configurations.minimumPeriod(this.#configuration, request);
    if (isRefused(minimum)) return minimum;
    const limitingTerm = limitingTermOnWire(minimum);
    return { type: 'QUERY_PERIOD_REPLY', minimumPeriodTicks: minimum.ticks, limitingTerm };
  }

  patterns(message: Patterns, skip: number, now: Ticks, borrowed: boolean): Refused | undefined {
    // One copy of many small ones; each large one into memory of its own, which is used again.
    const isLarge = message.patternBytes >= LARGE_PATTERN_BYTES;
    const owned = borrowed && !isLarge ? { ...message, data: new Uint8Array(message.data) } : message;
    const views = readPatterns(owned, this.#source.facts, this.#configuration.reply, this.#lastPattern);
    if (isRefused(views)) return views;
    const areBorrowed = borrowed && isLarge && message.encoding === patternEncoding.BITS;
    const isLast = (message.flags & patternFlag.LAST) !== 0;
    const arrived: StoredPattern[] = [];
    for (let i = skip; i < views.length; i++) {
      const bytes = areBorrowed ? this.#runs.memory.keep(views[i]!) : views[i]!;
      arrived.push({ id: message.firstPatternId + i, bytes, last: isLast && i === views.length - 1 });
    }
    const refusal = this.#source.patterns?.arrive(arrived, now);
    if (refusal !== undefined) return refusal;
    for (const pattern of arrived) {
      this.#ram.push(pattern);
      this.#runs.patternArrived(pattern, now);
    }
    this.#lastPattern = arrived.at(-1)?.bytes ?? this.#lastPattern;
    this.#runs.arm();
    return undefined;
  }

  start(_message: Start, request: DeviceRequest, now: Ticks): void {
    this.#begin(request, now);
  }

  stop(request: DeviceRequest, now: Ticks): void {
    this.#runs.halt('stop', now, request);
  }

  abort(request: DeviceRequest, now: Ticks): void {
    this.#runs.halt('abort', now, request);
  }

  softwareTrigger(_message: SoftwareTrigger, request: DeviceRequest, now: Ticks): void {
    const outcome = this.#runs.trigger('software', now);
    if (outcome === 'fired' || outcome === 'lost') {
      request.done(now);
      return;
    }
    const refusal = refused('TRIGGER_IGNORED', `The trigger fired nothing: ${outcome}.`);
    request.reply({ ...refusal, requestType: messageType.SOFTWARE_TRIGGER, value: triggerReasonOnWire[outcome] });
  }

  storeSequence(message: StoreSequence, request: DeviceRequest, now: Ticks): void {
    const refusal = this.#sequences.store(message, this.#configuration.reply, this.#ram.length);
    if (refusal === undefined) request.done(now);
    else request.reply(refusal);
  }

  playSequence(message: PlaySequence, request: DeviceRequest, now: Ticks): void {
    const played = this.#sequences.played(message);
    if (isRefused(played)) request.reply(played);
    else this.#begin(request, now, played);
  }

  eraseSequence(message: EraseSequence, request: DeviceRequest, now: Ticks): void {
    const refusal = this.#sequences.erase(message);
    if (refusal === undefined) request.done(now);
    else request.reply(refusal);
  }

  counters(): readonly CounterRecord[] {
    const { frames, underrun, stall, overrun, ignoredTrigger } = this.#runs.counters;
    const before = this.#counted;
    return [
      { id: counterId.FRAMES, value: frames - before.frames },
      { id: counterId.UNDERRUN, value: underrun - before.underrun },
      { id: counterId.STALL, value: stall - before.stall },
      { id: counterId.OVERRUN, value: overrun - before.overrun },
      { id: counterId.IGNORED_TRIGGERS, value: ignoredTrigger - before.ignoredTrigger },
      { id: counterId.CRC_ERRORS, value: this.crcErrors },
      { id: counterId.FRAMING_ERRORS, value: this.framingErrors },
      { id: counterId.SATURATED_PIXELS, value: this.#runs.saturatedPixels },
    ];
  }

  resetCounters(): void {
    Object.assign(this.#counted, this.#runs.counters);
    this.crcErrors = 0;
    this.framingErrors = 0;
    this.#runs.resetSaturatedPixels();
  }

  readoutsDone(message: Readouts): void {
    this.#runs.recycle(message);
  }

  readoutRoom(): void {
    this.#runs.roomChanged();
  }

  ownerChanged(): void {
    this.#runs.forgetReadouts();
  }

  controlLost(now: Ticks): void {
    if (this.#runs.running) this.#runs.halt('stop', now);
  }

  #begin(request: DeviceRequest, now: Ticks, played?: PlayedSequence): void {
    if (this.#runs.running) {
      request.reply(refused('WRONG_STATE', 'A run is under way; stop it before the next one is started.'));
      return;
    }
    const imageBytes = imageBytesOf(this.#configuration.reply);
    const room = this.machine.maximumReadoutPayload;
    if (framesPerMessage(imageBytes, room) < 1) {
      request.reply(
        refused('NO_ROOM', `A readout has ${imageBytes} bytes of image, and the host takes payloads of ${room} bytes.`),
      );
      return;
    }
    const refusal = played === undefined ? undefined : this.#source.patterns?.play(played);
    if (refusal !== undefined) {
      request.reply(refusal);
      return;
    }
    const firstFrame = this.#runs.start(now, played);
    request.done(now, firstFrame);
  }

  /** Why a configuration that the device takes cannot come into force at this time. */
  #whyNotNow(next: C): Refused | undefined {
    if (!this.#runs.idle) {
      return refused('WRONG_STATE', 'Frames are under way; stop the run and take its readouts first.');
    }
    const isOtherLayout = this.#isOtherLayout(this.#configuration, next);
    const waiting = this.#ram.length;
    if (waiting > 0 && this.#source.patterns?.bindsConfiguration === true) {
      return refused('WRONG_STATE', `${waiting} patterns wait in RAM; abort first.`);
    }
    if (isOtherLayout && waiting > 0) {
      return refused('WRONG_STATE', `${waiting} patterns of the present layout wait in RAM; abort first.`);
    }
    if (isOtherLayout && this.#sequences.count > 0) {
      return refused('WRONG_STATE', 'Sequences of the present layout are stored; erase them first.');
    }
    return undefined;
  }

  #isOtherLayout(a: C, b: C): boolean {
    const [one, other] = [a, b].map(({ reply }) => patternGrid(this.#source.facts, reply));
    return one!.columns !== other!.columns || one!.rows !== other!.rows;
  }
}
