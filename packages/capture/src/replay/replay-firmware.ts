import {
  type Clock,
  type Configure,
  type ConfigureReply,
  type CounterRecord,
  counterId,
  type DeviceEffects,
  DeviceMachine,
  type DeviceRequest,
  type OpuError,
  type Patterns,
  patternEncoding,
  patternFlag,
  type QueryPeriod,
  type QueryPeriodReply,
  type Refused,
  refused,
  type Spend,
  type Start,
  type Ticks,
} from '@opu/protocol';
import { type CaptureIndex, patternKey } from '../read/capture-index.js';
import { describeReply, helloReply, RETAINED_BYTES } from './description.js';
import type { FrameStore } from './frame-store.js';
import type { ReplayLibrary } from './library.js';
import { wireImageBytes } from './readouts-message.js';
import { type RecordedConfiguration, RecordedConfigurations } from './recorded-configurations.js';
import { ReplayRun, type WaitingPattern } from './replay-run.js';

export interface ReplayFirmwareOptions {
  readonly file: string;
  readonly index: CaptureIndex;
  readonly library: ReplayLibrary;
  readonly store: FrameStore;
  readonly clock: Clock;
  readonly virtualTime?: { spend(ticks: Ticks): void; mayPass(): void } | undefined;
  readonly failed: (error: OpuError) => void;
}

/** What a replay does when the protocol asks for it. */
export class ReplayFirmware implements DeviceEffects {
  readonly machine: DeviceMachine;
  readonly #options: ReplayFirmwareOptions;
  readonly #configurations: RecordedConfigurations;
  readonly #run: ReplayRun;
  #configuration: RecordedConfiguration;
  #framesBefore = 0;
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
    this.#run = new ReplayRun(reply, {
      machine: () => this.machine,
      clock,
      library: options.library,
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
    const { patternBytes } = this.#configuration.reply;
    const { count, data, firstPatternId } = message;
    if (message.encoding !== patternEncoding.BITS) {
      return refused('NOT_SUPPORTED', 'A replay takes patterns as bits (encoding 0) only.');
    }
    if (message.patternBytes !== patternBytes || data.length !== count * patternBytes) {
      return {
        ...refused('OUT_OF_RANGE', `A pattern in the recorded layout has ${patternBytes} bytes.`),
        field: 'patternBytes',
        value: message.patternBytes,
        bound: patternBytes,
      };
    }
    const taken: WaitingPattern[] = [];
    const isLast = (message.flags & patternFlag.LAST) !== 0;
    for (let i = skip; i < count; i++) {
      const bytes = data.subarray(i * patternBytes, (i + 1) * patternBytes);
      const key = patternKey(bytes);
      const found = this.#options.library.take(this.#configuration.hash, key);
      if (found.kind !== 'answer') {
        for (const pattern of taken.reverse()) this.#options.library.giveBack(pattern.answer);
        return this.#unanswerable(firstPatternId + i, key, found);
      }
      const last = isLast && i === count - 1;
      taken.push({ id: firstPatternId + i, answer: found.answer, last, arrivedTick: now, left: false });
    }
    this.#run.add(taken);
    return undefined;
  }

  start(_message: Start, request: DeviceRequest, now: Ticks): void {
    if (this.#run.running) {
      request.reply(refused('WRONG_STATE', 'A run is under way; stop it before the next one is started.'));
      return;
    }
    request.done(now, this.#run.start(now));
  }

  stop(request: DeviceRequest, now: Ticks): void {
    this.#run.halt('stop', now, request);
  }

  abort(request: DeviceRequest, now: Ticks): void {
    this.#run.halt('abort', now, request);
  }

  softwareTrigger(_message: unknown, request: DeviceRequest): void {
    request.reply(refused('NOT_SUPPORTED', 'A replay shows patterns on the ticks of the recording, not on triggers.'));
  }

  storeSequence(_message: unknown, request: DeviceRequest): void {
    request.reply(refused('NOT_SUPPORTED', 'A replay stores no sequences.'));
  }

  playSequence(_message: unknown, request: DeviceRequest): void {
    request.reply(refused('NOT_SUPPORTED', 'A replay stores no sequences.'));
  }

  eraseSequence(_message: unknown, request: DeviceRequest): void {
    request.reply(refused('NOT_SUPPORTED', 'A replay stores no sequences.'));
  }

  counters(): readonly CounterRecord[] {
    return [
      { id: counterId.FRAMES, value: this.#run.framesInAll - this.#framesBefore },
      { id: counterId.CRC_ERRORS, value: this.crcErrors },
    ];
  }

  resetCounters(): void {
    this.#framesBefore = this.#run.framesInAll;
    this.crcErrors = 0;
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

  #unanswerable(
    id: number,
    key: string,
    why: { readonly kind: 'unknown' | 'other-configuration' } | { readonly kind: 'used-up'; readonly times: number },
  ): Refused {
    const name = `Pattern ${id} (SHA-256 ${Buffer.from(key, 'base64').toString('hex')})`;
    const { file } = this.#options;
    switch (why.kind) {
      case 'unknown':
        return refused('OUT_OF_RANGE', `${name} was never recorded in ${file}.`);
      case 'other-configuration':
        return refused('OUT_OF_RANGE', `${name} was recorded in ${file}, but under another configuration.`);
      case 'used-up':
        return refused(
          'OUT_OF_RANGE',
          `${name} was recorded ${why.times} times in ${file}, and each of these readouts was given; loop=1 starts over.`,
        );
    }
  }
}
