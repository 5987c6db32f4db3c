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
  eventKind,
  ignoredTriggerReasonName,
  messageType,
  type Patterns,
  type PlaySequence,
  patternFlag,
  type QueryPeriod,
  type QueryPeriodReply,
  type Refused,
  refused,
  type SoftwareTrigger,
  type Spend,
  type Start,
  StoredSequences,
  type StoreSequence,
} from '@opu/protocol';
import type { RecordedLimits } from '../format/records.js';
import type { CaptureIndex } from '../read/capture-index.js';
import { Answers } from './answers.js';
import { describeReply, helloReply, RETAINED_BYTES } from './description.js';
import type { FrameStore } from './frame-store.js';
import type { ReplayLibrary } from './library.js';
import { readoutPayloadBytes, wireImageBytes } from './readouts-message.js';
import { type RecordedConfiguration, RecordedConfigurations } from './recorded-configurations.js';
import { ReplayRun } from './replay-run.js';
import { wholePatterns } from './whole-patterns.js';

export interface ReplayFirmwareOptions {
  readonly file: string;
  readonly index: CaptureIndex;
  readonly library: ReplayLibrary;
  readonly store: FrameStore;
  readonly clock: Clock;
  readonly virtualTime?: { spend(ticks: Ticks): void; mayPass(): void } | undefined;
  readonly failed: (error: OpuError) => void;
}

const ALL_SEQUENCES = 0xffff_ffff;

/** What a replay does when the protocol asks for it. */
export class ReplayFirmware implements DeviceEffects {
  readonly machine: DeviceMachine;
  readonly #options: ReplayFirmwareOptions;
  readonly #configurations: RecordedConfigurations;
  readonly #answers: Answers;
  readonly #sequences = new StoredSequences();
  readonly #run: ReplayRun;
  #configuration: RecordedConfiguration;
  #lastPattern: Uint8Array | undefined;
  #framesBefore = 0;
  #ignoredTriggers = 0;
  /** Times that a sequence that is played ran out of recorded readouts. */
  #usedUp = 0;
  crcErrors = 0;
  pacing?: () => void;
  spend?: (message: Spend, request: DeviceRequest) => void;

  constructor(options: ReplayFirmwareOptions) {
    const { index, file, clock, virtualTime } = options;
    this.#options = options;
    this.#configurations = new RecordedConfigurations(index.configurations, file);
    this.#configuration = this.#configurations.initial;
    const { reply } = this.#configuration;
    this.machine = new DeviceMachine(
      {
        hello: helloReply(index.device!, file),
        description: describeReply(index.device!, virtualTime !== undefined, wireImageBytes(reply)),
        retainedReadoutBytes: RETAINED_BYTES,
      },
      this,
    );
    this.#answers = new Answers(options.library, file);
    this.#run = new ReplayRun(reply, {
      machine: () => this.machine,
      clock,
      answers: this.#answers,
      limits: index.device!.limits,
      store: options.store,
      failed: options.failed,
    });
    if (virtualTime !== undefined) {
      this.pacing = () => virtualTime.mayPass();
      this.spend = (message, request) => {
        virtualTime.spend(message.ticks);
        request.done(clock.now());
      };
    }
  }

  powerOff(): void {
    this.#run.powerOff();
  }

  configure(request: Configure): ConfigureReply | Refused {
    const next = this.#configurations.find(this.#configuration, request);
    if (next === undefined) return this.#notRecorded();
    if (next.hash === this.#configuration.hash) return this.#configuration.reply;
    if (!this.#run.idle)
      return refused('WRONG_STATE', 'Frames are under way; stop the run and take its readouts first.');
    if (this.#run.waitingPatterns > 0) {
      return refused('WRONG_STATE', `${this.#run.waitingPatterns} patterns wait in RAM; abort first.`);
    }
    const { reply } = this.#configuration;
    const isOtherLayout = (['macroColumns', 'macroRows'] as const).some((name) => next.reply[name] !== reply[name]);
    if (isOtherLayout && this.#sequences.count > 0) {
      return refused('WRONG_STATE', 'Sequences of the present layout are stored; erase them first.');
    }
    if (isOtherLayout) this.#lastPattern = undefined;
    this.#configuration = next;
    this.#run.configuration = next.reply;
    return next.reply;
  }

  configuration(): ConfigureReply {
    return this.#configuration.reply;
  }

  queryPeriod(request: QueryPeriod): QueryPeriodReply | Refused {
    const found = this.#configurations.find(this.#configuration, request);
    if (found === undefined) return this.#notRecorded();
    const { minimumPeriodTicks, limitingTerm } = found.reply;
    return { type: 'QUERY_PERIOD_REPLY', minimumPeriodTicks, limitingTerm };
  }

  patterns(message: Patterns, skip: number, now: Ticks): Refused | undefined {
    const whole = this.#expand(message, this.#lastPattern);
    if ('type' in whole) return whole;
    const isLast = (message.flags & patternFlag.LAST) !== 0;
    const { hash } = this.#configuration;
    const taken = this.#answers.takeAll(hash, whole.slice(skip), message.firstPatternId + skip, isLast, now);
    if ('type' in taken) return taken;
    this.#lastPattern = whole.at(-1) ?? this.#lastPattern;
    this.#run.add(taken);
    return undefined;
  }

  start(_message: Start, request: DeviceRequest, now: Ticks): void {
    const refusal = this.#whyNotStart();
    if (refusal === undefined) request.done(now, this.#run.start(now));
    else request.reply(refusal);
  }

  stop(request: DeviceRequest, now: Ticks): void {
    this.#run.halt('stop', now, request);
  }

  abort(request: DeviceRequest, now: Ticks): void {
    this.#run.halt('abort', now, request);
  }

  softwareTrigger(_message: SoftwareTrigger, request: DeviceRequest, now: Ticks): void {
    const reason = this.#run.trigger(now);
    if (reason === undefined) {
      request.done(now);
      return;
    }
    this.#ignoredTriggers += 1;
    const name = ignoredTriggerReasonName(reason)?.toLowerCase().replaceAll('_', '-') ?? reason;
    const text = `The trigger fired nothing: ${name}.`;
    this.machine.event({ type: 'EVENT', kind: eventKind.IGNORED_TRIGGER, tick: now, value: reason, text });
    const refusal = refused('TRIGGER_IGNORED', text);
    request.reply({ ...refusal, requestType: messageType.SOFTWARE_TRIGGER, value: reason });
  }

  storeSequence(message: StoreSequence, request: DeviceRequest, now: Ticks): void {
    const refusal = this.#store(message);
    if (refusal === undefined) request.done(now);
    else request.reply(refusal);
  }

  playSequence(message: PlaySequence, request: DeviceRequest, now: Ticks): void {
    const refusal = this.#whyNotStart() ?? this.#play(message, request, now);
    if (refusal !== undefined) request.reply(refusal);
  }

  eraseSequence({ sequenceId }: EraseSequence, request: DeviceRequest, now: Ticks): void {
    if (!this.#storesSequences) request.reply(noSequences());
    else if (sequenceId !== ALL_SEQUENCES && !this.#sequences.erase(sequenceId)) {
      request.reply(refused('UNKNOWN_SEQUENCE', `No sequence ${sequenceId} is stored.`));
    } else {
      if (sequenceId === ALL_SEQUENCES) this.#sequences.eraseAll();
      this.#resizePatternRam();
      request.done(now);
    }
  }

  counters(): readonly CounterRecord[] {
    return [
      { id: counterId.FRAMES, value: this.#run.framesInAll - this.#framesBefore },
      { id: counterId.UNDERRUN, value: this.#usedUp },
      { id: counterId.STALL, value: 0 },
      { id: counterId.OVERRUN, value: 0 },
      { id: counterId.IGNORED_TRIGGERS, value: this.#ignoredTriggers },
      { id: counterId.CRC_ERRORS, value: this.crcErrors },
    ];
  }

  resetCounters(): void {
    this.#framesBefore = this.#run.framesInAll;
    this.crcErrors = 0;
    this.#ignoredTriggers = 0;
    this.#usedUp = 0;
  }

  readoutRoom(): void {
    this.#run.flush();
  }

  controlLost(now: Ticks): void {
    if (this.#run.running) this.#run.halt('stop', now);
  }

  #notRecorded(): Refused {
    const { count } = this.#configurations;
    return {
      ...refused(
        'OUT_OF_RANGE',
        `${this.#options.file} holds no frames under this configuration; it was recorded under ${count} (see opu capture info).`,
      ),
      field: 'configuration',
    };
  }

  get #limits(): RecordedLimits {
    return this.#options.index.device!.limits;
  }

  get #storesSequences(): boolean {
    return this.#limits.features.includes('stored-sequences');
  }

  #resizePatternRam(): void {
    this.machine.resizePatternRam(this.#limits.patternSlots - this.#sequences.patternCount);
  }

  #whyNotStart(): Refused | undefined {
    if (this.#run.running) {
      return refused('WRONG_STATE', 'A run is under way; stop it before the next one is started.');
    }
    const imageBytes = wireImageBytes(this.#configuration.reply);
    const room = this.machine.maximumReadoutPayload;
    if (readoutPayloadBytes(imageBytes) <= room) return undefined;
    return refused(
      'NO_ROOM',
      `A readout has ${imageBytes} bytes of image, and the host takes payloads of ${room} bytes.`,
    );
  }

  #store(message: StoreSequence): Refused | undefined {
    if (!this.#storesSequences) return noSequences();
    const { sequenceId, firstIndex, count } = message;
    const known = this.#sequences.get(sequenceId);
    const whole = this.#expand(message, firstIndex > 0 ? known?.[firstIndex - 1] : undefined);
    if ('type' in whole) return whole;
    const { patternSlots } = this.#limits;
    const waiting = this.#run.waitingPatterns;
    const noRoom = this.#sequences.whyNotStore(sequenceId, firstIndex, count, patternSlots, waiting);
    if (noRoom !== undefined) return noRoom;
    for (const [i, pattern] of whole.entries()) {
      const unknown = this.#answers.whyUnknown(pattern, `Pattern ${firstIndex + i} of sequence ${sequenceId}`);
      if (unknown !== undefined) return unknown;
    }
    this.#sequences.store(sequenceId, firstIndex, whole);
    this.#resizePatternRam();
    return undefined;
  }

  #play(message: PlaySequence, request: DeviceRequest, now: Ticks): Refused | undefined {
    if (!this.#storesSequences) return noSequences();
    const sequence = this.#sequences.played(message);
    if ('type' in sequence) return sequence;
    const played = this.#answers.play(this.#configuration.hash, sequence, now, (text) => {
      this.#usedUp += 1;
      const tick = this.#options.clock.now();
      this.machine.event({ type: 'EVENT', kind: eventKind.UNDERRUN, tick, value: 0, text });
    });
    if ('type' in played) return played;
    request.done(now, this.#run.start(now, played));
    return undefined;
  }

  #expand(message: Patterns | StoreSequence, before: Uint8Array | undefined): readonly Uint8Array[] | Refused {
    return wholePatterns(message, before, this.#configuration.reply, this.#limits);
  }
}

function noSequences(): Refused {
  return refused('NOT_SUPPORTED', 'The recorded device stores no sequences.');
}
