import { type Clock, type Ticks, ticksFromMicroseconds } from '@opu/core';
import {
  type Configure,
  type ConfigureReply,
  type CounterRecord,
  counterId,
  crc32c,
  type DeviceEffects,
  DeviceMachine,
  type DeviceRequest,
  type EraseSequence,
  encodeConfigureReply,
  expandPatterns,
  messageType,
  overrunMode,
  type Patterns,
  type PlayedSequence,
  type PlaySequence,
  patternEncoding,
  type QueryPeriod,
  type QueryPeriodReply,
  type Readouts,
  type Refused,
  refused,
  type SoftwareTrigger,
  type Spend,
  type Start,
  StoredSequences,
  type StoreSequence,
  triggerMode,
  type WrittenPatterns,
} from '@opu/protocol';
import type { DeviceBehaviour } from '../device/behaviour.js';
import { type TicksPerByte, transmitTicks } from '../link/rate.js';
import type { Optics } from '../optics/optics.js';
import type { BitDepth, Profile } from '../profiles/profile.js';
import type { SequencerListener } from '../sequencer/edge.js';
import type { SequencerSettings } from '../sequencer/settings.js';
import {
  ConfigurationRefusal,
  Configurator,
  configurationReply,
  limitingTermOnWire,
  type ResolvedConfiguration,
} from './configuration.js';
import { describeReply, helloReply, type Identity } from './description.js';
import { PatternRam } from './pattern-ram.js';
import { framesPerMessage, readoutMessageBytes } from './readout-assembler.js';
import { Renderer, type RendererOptions } from './renderer.js';
import { RunControl, triggerReasonOnWire } from './run-control.js';

/** Bytes of CONFIGURE_REPLY that its hash is made of: all values that a host can set. */
const HASHED_BYTES = 80;
const STORED_REPLIES = 64;
const RETAINED_BYTES = 64 * 2 ** 20;
/** Host work cannot be booked beyond this tick, 1.4 years, so that frames after it have ticks below 2^53. */
const LATEST_TICK = 2 ** 52;
/** From here on memory for a pattern costs more than the copy into it. */
const LARGE_PATTERN_BYTES = 4096;
const ALL_SEQUENCES = 0xffff_ffff;

export interface FirmwareOptions {
  readonly profile: Profile;
  readonly identity: Identity;
  readonly clock: Clock;
  readonly optics: Optics;
  readonly rendering: RendererOptions;
  /** Ticks that a byte takes on the link. */
  readonly ticksPerByte: TicksPerByte;
  /** Virtual time: lets host work pass, hears that it may be time's turn, and that other work of the process should have one. */
  readonly virtualTime?: { spend(ticks: Ticks): void; mayPass(): void; pause(): void } | undefined;
  readonly trace?: SequencerListener | undefined;
  readonly behaviours?: readonly DeviceBehaviour[] | undefined;
}

/** What the device does when the protocol asks for it: configuration, pattern RAM, runs, counters. */
export class Firmware implements DeviceEffects {
  readonly machine: DeviceMachine;
  readonly #options: FirmwareOptions;
  readonly #configurator: Configurator;
  readonly #renderer: Renderer;
  readonly #ram = new PatternRam();
  readonly #sequences = new StoredSequences();
  readonly #runs: RunControl;
  readonly #timeMatters: boolean;
  #configuration: ResolvedConfiguration;
  #reply: ConfigureReply;
  #lastPattern: Uint8Array | undefined;
  readonly #counted = { frames: 0, underrun: 0, stall: 0, overrun: 0, ignoredTrigger: 0 };
  crcErrors = 0;
  framingErrors = 0;
  pacing?: () => void;
  spend?: (message: Spend, request: DeviceRequest, now: Ticks) => void;

  constructor(options: FirmwareOptions) {
    const { profile, optics } = options;
    this.#options = options;
    const bitDepths = offeredBitDepths(profile, optics);
    const exposureTicks = {
      minimum: ticksFromMicroseconds(profile.camera.minimumExposureMicroseconds),
      maximum: ticksFromMicroseconds(profile.camera.maximumExposureMicroseconds),
    };
    this.#configurator = new Configurator(profile, bitDepths, exposureTicks);
    this.#configuration = this.#configurator.initial(bitDepths.includes(32) ? 32 : undefined);
    this.#reply = replyWithHash(this.#configuration);
    const { modulator, medium } = optics.parameters;
    const remembersPattern = modulator.kind === 'liquid-crystal';
    this.#timeMatters = remembersPattern || Number.isFinite(medium.decorrelationTicks);
    this.#renderer = new Renderer(options.rendering);
    this.#configureLight();
    this.machine = new DeviceMachine(
      {
        hello: helloReply(profile, options.identity),
        description: describeReply(profile, {
          bitDepths,
          exposureTicks,
          virtualClock: options.virtualTime !== undefined,
          retainedReadouts: Math.max(1, Math.floor(RETAINED_BYTES / this.#configuration.imageBytes)),
          storedReplies: STORED_REPLIES,
        }),
        retainedReadoutBytes: RETAINED_BYTES,
      },
      this,
    );
    this.#runs = new RunControl({
      machine: this.machine,
      clock: options.clock,
      ram: this.#ram,
      renderer: this.#renderer,
      settings: this.#settingsOf(this.#configuration),
      configuration: this.#configuration,
      remembersPattern,
      pause: () => options.virtualTime?.pause(),
      trace: options.trace,
      behaviours: options.behaviours,
    });
    this.#runs.configure(this.#configuration, this.#settingsOf(this.#configuration), this.#ghostRisk(), 0);
    const { virtualTime } = options;
    if (virtualTime !== undefined) {
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
        request.done(options.clock.now());
      };
    }
  }

  /** An edge on the trigger input. True when it fired a frame. */
  externalTrigger(now: Ticks): boolean {
    return this.#runs.trigger('external', now) === undefined;
  }

  /** Nothing happens any more, and what was under way is lost. */
  powerOff(): void {
    this.#runs.powerOff();
  }

  configure(request: Configure, now: Ticks): ConfigureReply | Refused {
    return this.#refusable('CONFIGURE', () => {
      const next = this.#configurator.change(this.#configuration, request);
      if (!this.#runs.idle)
        return refused('WRONG_STATE', 'Frames are under way; stop the run and take its readouts first.');
      const isOtherLayout = JSON.stringify(next.layout) !== JSON.stringify(this.#configuration.layout);
      if (isOtherLayout && this.#ram.length > 0) {
        return refused('WRONG_STATE', `${this.#ram.length} patterns of the present layout wait in RAM; abort first.`);
      }
      if (isOtherLayout && this.#sequences.count > 0) {
        return refused('WRONG_STATE', 'Sequences of the present layout are stored; erase them first.');
      }
      const isOtherLight = JSON.stringify(next.optical) !== JSON.stringify(this.#configuration.optical);
      this.#configuration = next;
      if (isOtherLight) {
        this.#configureLight();
      }
      if (isOtherLayout) this.#lastPattern = undefined;
      this.#runs.configure(next, this.#settingsOf(next), this.#ghostRisk(), now);
      this.#reply = replyWithHash(next);
      return this.#reply;
    });
  }

  configuration(): ConfigureReply {
    return this.#reply;
  }

  queryPeriod(request: QueryPeriod): QueryPeriodReply | Refused {
    return this.#refusable('QUERY_PERIOD', () => {
      const minimum = this.#configurator.minimumPeriod(this.#configuration, request);
      return {
        type: 'QUERY_PERIOD_REPLY',
        minimumPeriodTicks: minimum.ticks,
        limitingTerm: limitingTermOnWire(minimum),
      };
    });
  }

  patterns(message: Patterns, skip: number, now: Ticks, borrowed: boolean): Refused | undefined {
    // One copy of many small ones; each large one into memory of its own, which is used again.
    const isLarge = message.patternBytes >= LARGE_PATTERN_BYTES;
    const owned = borrowed && !isLarge ? { ...message, data: new Uint8Array(message.data) } : message;
    const views = this.#decode(owned, this.#lastPattern);
    if ('type' in views) return views;
    const areBorrowed = borrowed && isLarge && message.encoding === patternEncoding.BITS;
    const decoded = areBorrowed ? views.map((pattern) => this.#runs.memory.keep(pattern)) : views;
    const isLast = (message.flags & 1) !== 0;
    for (let i = skip; i < decoded.length; i++) {
      const id = message.firstPatternId + i;
      const last = isLast && i === decoded.length - 1;
      this.#ram.push({ id, bytes: decoded[i]!, last });
      this.#runs.patternArrived(id, last, now);
    }
    this.#lastPattern = decoded.at(-1) ?? this.#lastPattern;
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
    const ignored = this.#runs.trigger('software', now);
    if (ignored === undefined) request.done(now);
    else {
      const refusal = refused('TRIGGER_IGNORED', `The trigger fired nothing: ${ignored}.`);
      request.reply({ ...refusal, requestType: messageType.SOFTWARE_TRIGGER, value: triggerReasonOnWire[ignored] });
    }
  }

  storeSequence(message: StoreSequence, request: DeviceRequest, now: Ticks): void {
    const { sequenceId, firstIndex, count } = message;
    const known = this.#sequences.get(sequenceId);
    const decoded = this.#decode(message, firstIndex > 0 ? known?.[firstIndex - 1] : undefined);
    if ('type' in decoded) {
      request.reply(decoded);
      return;
    }
    const refusal = this.#sequences.whyNotStore(
      sequenceId,
      firstIndex,
      count,
      this.#options.profile.nram,
      this.#ram.length,
    );
    if (refusal !== undefined) {
      request.reply(refusal);
      return;
    }
    this.#sequences.store(sequenceId, firstIndex, decoded);
    this.machine.resizePatternRam(this.#options.profile.nram - this.#sequences.patternCount);
    request.done(now);
  }

  playSequence(message: PlaySequence, request: DeviceRequest, now: Ticks): void {
    const played = this.#sequences.played(message);
    if ('type' in played) request.reply(played);
    else this.#begin(request, now, played);
  }

  eraseSequence(message: EraseSequence, request: DeviceRequest, now: Ticks): void {
    if (message.sequenceId === ALL_SEQUENCES) this.#sequences.eraseAll();
    else if (!this.#sequences.erase(message.sequenceId)) {
      request.reply(refused('UNKNOWN_SEQUENCE', `No sequence ${message.sequenceId} is stored.`));
      return;
    }
    this.machine.resizePatternRam(this.#options.profile.nram - this.#sequences.patternCount);
    request.done(now);
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

  #configureLight(): void {
    const { optics, virtualTime } = this.#options;
    optics.configure(this.#configuration.optical);
    this.#renderer.configure(optics, this.#timeMatters);
    // In real time the first image would be late.
    if (virtualTime === undefined) optics.warmUp?.();
  }

  #begin(request: DeviceRequest, now: Ticks, played?: PlayedSequence): void {
    if (this.#runs.running) {
      request.reply(refused('WRONG_STATE', 'A run is under way; stop it before the next one is started.'));
      return;
    }
    const { imageBytes } = this.#configuration;
    const room = this.machine.maximumReadoutPayload;
    if (framesPerMessage(imageBytes, room) < 1) {
      request.reply(
        refused('NO_ROOM', `A readout has ${imageBytes} bytes of image, and the host takes payloads of ${room} bytes.`),
      );
      return;
    }
    const firstFrame = this.#runs.start(now, played);
    request.done(now, firstFrame);
  }

  #decode(written: WrittenPatterns & { type: Patterns['type'] | StoreSequence['type'] }, before?: Uint8Array) {
    const decoded = expandPatterns(written, this.#configuration.layout, before);
    if (decoded.ok) return decoded.patterns;
    const { field, value, bound, text } = decoded;
    return { ...refused('OUT_OF_RANGE', text), requestType: messageType[written.type], field, value, bound };
  }

  #settingsOf(configuration: ResolvedConfiguration): SequencerSettings {
    const { timing, values, imageBytes } = configuration;
    const triggers = { [triggerMode.SOFTWARE]: 'software', [triggerMode.EXTERNAL]: 'external' } as const;
    return {
      ...timing,
      X: transmitTicks(readoutMessageBytes(imageBytes), this.#options.ticksPerByte),
      nbuf: this.#options.profile.nbuf,
      overrun: values.overrunMode === overrunMode.DROP ? 'drop' : 'hold',
      trigger: triggers[values.triggerMode as 1 | 2] ?? 'internal',
    };
  }

  /** Whether more than 1 % of the field of the pattern before is left when the exposure starts. */
  #ghostRisk(): boolean {
    const { modulator } = this.#options.optics.parameters;
    if (modulator.kind === 'dmd') return false;
    const { S, W, D } = this.#configuration.timing;
    return S + W + D < Math.log(100) * Math.max(modulator.riseTimeTicks, modulator.fallTimeTicks);
  }

  #refusable<Reply>(request: 'CONFIGURE' | 'QUERY_PERIOD', action: () => Reply): Reply | Refused {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof ConfigurationRefusal)) throw error;
      return { type: 'REFUSED', requestType: messageType[request], ...error.refusal };
    }
  }
}

function offeredBitDepths(profile: Profile, optics: Optics): readonly BitDepth[] {
  const offered = profile.camera.bitDepths.filter((depth) => depth !== 32 && optics.bitDepths.includes(depth));
  return optics.bitDepths.includes(32) ? [...offered, 32] : offered;
}

function replyWithHash(configuration: ResolvedConfiguration): ConfigureReply {
  const payload = encodeConfigureReply(configurationReply(configuration, 0));
  return configurationReply(configuration, crc32c(payload, 0, HASHED_BYTES));
}
