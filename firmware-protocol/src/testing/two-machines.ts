import type { OpuError } from '@opu/core';
import type { DeviceConnection } from '../device/device-connection.js';
import { DeviceMachine } from '../device/device-machine.js';
import type { DeviceEffects, DeviceRequest } from '../device/effects.js';
import { refused } from '../device/refused.js';
import {
  type ConfigureReply,
  createConfigureReply,
  createDescribeReply,
  createHelloReply,
  createReadouts,
  type Message,
  type Patterns,
  PROTOCOL_VERSION_MAJOR,
  PROTOCOL_VERSION_MINOR,
  type QueryPeriodReply,
  type Readouts,
  type Refused,
} from '../generated/messages.js';
import { type CounterRecord, ReadoutRecordList } from '../generated/records.js';
import type { Greeting, HostEffects } from '../host/effects.js';
import { HostMachine } from '../host/host-machine.js';
import type { HostOptions } from '../host/host-options.js';
import { Random } from './random.js';

/** Firmware of a test device: shows one pattern every ten ticks and reads out its first byte. */
export class PlainFirmware implements DeviceEffects {
  machine!: DeviceMachine;
  readonly ram: { id: number; value: number; last: boolean }[] = [];
  readonly configurations: number[] = [];
  running = false;
  /** Readouts that wait for the host's credit. */
  readonly waiting: Readouts[] = [];
  frame = 0;
  framesDone = 0;
  dropEvery = 0;
  #dropped = 0;
  #period = 10;
  starts = 0;
  lost = 0;
  #ended = false;
  #stopping: { request: DeviceRequest } | undefined;

  configure(request: Message & { type: 'CONFIGURE' }): ConfigureReply | Refused {
    if (request.periodTicks < 10) {
      return {
        ...refused('PERIOD_TOO_SHORT', 'too fast'),
        field: 'periodTicks',
        value: request.periodTicks,
        bound: 10,
      };
    }
    this.#period = request.periodTicks;
    this.configurations.push(this.#period);
    return this.configuration();
  }

  configuration(): ConfigureReply {
    return {
      ...createConfigureReply(),
      periodTicks: this.#period,
      regionWidth: 1,
      regionHeight: 1,
      patternBytes: 1,
      configurationHash: this.#period,
    };
  }

  queryPeriod(): QueryPeriodReply {
    return { type: 'QUERY_PERIOD_REPLY', minimumPeriodTicks: 10, limitingTerm: 1 };
  }

  patterns(message: Patterns, skip: number): Refused | undefined {
    if (message.patternBytes !== 1) return refused('OUT_OF_RANGE', 'one byte a pattern');
    for (let i = skip; i < message.count; i++) {
      const last = (message.flags & 1) !== 0 && i === message.count - 1;
      this.ram.push({ id: message.firstPatternId + i, value: message.data[i]!, last });
    }
    return undefined;
  }

  start(_message: unknown, request: DeviceRequest, now: number): void {
    this.running = true;
    this.starts++;
    this.framesDone = 0;
    this.#ended = false;
    request.done(now, this.frame);
  }

  stop(request: DeviceRequest, now: number): void {
    this.running = false;
    if (this.waiting.length > 0) {
      request.pending(10);
      this.#stopping = { request };
    } else this.#report(request, now);
  }

  abort(request: DeviceRequest, now: number): void {
    this.ram.length = 0;
    this.stop(request, now);
  }

  #report(request: DeviceRequest, now: number): void {
    request.reply({
      type: 'RUN_REPORT',
      tick: now,
      framesDone: this.framesDone,
      nextPatternId: this.machine.nextPatternId,
    });
  }

  softwareTrigger(_message: unknown, request: DeviceRequest): void {
    request.reply(refused('NOT_SUPPORTED', 'no trigger'));
  }
  storeSequence(_message: unknown, request: DeviceRequest): void {
    request.reply(refused('NOT_SUPPORTED', 'no sequences'));
  }
  playSequence(_message: unknown, request: DeviceRequest): void {
    request.reply(refused('NOT_SUPPORTED', 'no sequences'));
  }
  eraseSequence(_message: unknown, request: DeviceRequest): void {
    request.reply(refused('NOT_SUPPORTED', 'no sequences'));
  }
  counters(): CounterRecord[] {
    return [{ id: 1, value: this.frame }];
  }
  resetCounters(): void {}
  readoutRoom(now: number): void {
    this.send(now);
  }
  controlLost(): void {
    this.lost++;
    this.running = false;
  }
  spend?(message: Message & { type: 'SPEND' }, request: DeviceRequest, now: number): void {
    request.done(now + message.ticks);
  }
  pacing?(): void {}

  /** One period passes. */
  step(now: number): void {
    this.send(now);
    const next = this.ram[0];
    if (!this.running || next === undefined || this.waiting.length >= 4) return;
    this.ram.shift();
    this.machine.patternsLeft(1);
    this.frame++;
    this.framesDone++;
    if (this.dropEvery > 0 && this.frame % this.dropEvery === 0) this.#dropped++;
    else {
      const frames = ReadoutRecordList.allocate(1);
      frames.setFrame(0, this.frame - 1);
      frames.setPatternId(0, next.id);
      frames.setResetTick(0, now);
      frames.setDroppedBefore(0, this.#dropped);
      this.#dropped = 0;
      this.waiting.push({ ...createReadouts(), imageBytes: 1, frames, data: new Uint8Array([next.value]) });
    }
    if (next.last) {
      this.running = false;
      this.#ended = true;
    }
    this.send(now);
  }

  send(now: number): void {
    for (let next = this.waiting[0]; next !== undefined; next = this.waiting[0]) {
      if (!this.machine.mayRead(next.frames.frame(0), next.frames.droppedBefore(0))) return;
      this.waiting.shift();
      this.machine.sendReadouts(next);
    }
    if (this.#stopping !== undefined) {
      this.#report(this.#stopping.request, now);
      this.#stopping = undefined;
    }
    if (!this.#ended) return;
    this.#ended = false;
    this.machine.runEnded({ type: 'RUN_ENDED', tick: now, framesDone: this.framesDone, nextFrame: this.frame });
  }
}

/** What a lossy link does to messages, as shares of 1. */
export interface LinkFaults {
  readonly loss: number;
  readonly duplication: number;
  /** Share of messages that are held back for some ticks, so that later ones pass them. */
  readonly delay: number;
}

const NO_FAULTS: LinkFaults = { loss: 0, duplication: 0, delay: 0 };

interface Travelling {
  readonly due: number;
  readonly order: number;
  readonly deliver: () => void;
}

export interface Heard {
  readonly patternId: number;
  readonly frame: number;
  readonly value: number;
}

/** A host's and a device's machine joined by a link with faults, in ticks that only this object lets pass. */
export class TwoMachines implements HostEffects {
  readonly firmware = new PlainFirmware();
  readonly device: DeviceMachine;
  readonly host: HostMachine;
  readonly heard: Heard[] = [];
  readonly replies = new Map<number, Message>();
  readonly errors: OpuError[] = [];
  readonly failures: OpuError[] = [];
  readonly events: Message[] = [];
  readonly greetings: Greeting[] = [];
  /** Every message that was sent, before faults: `h` from the host, `d` from the device. */
  readonly wire: { readonly from: 'h' | 'd'; readonly message: Message; readonly requestId: number }[] = [];
  endings = 0;
  faults: LinkFaults;
  now = 0;
  connection: DeviceConnection | undefined;
  readonly #random: Random;
  #travelling: Travelling[] = [];
  #order = 0;
  #epoch = 0;
  #hostSequence = 0;
  #deviceSequence = 0;

  constructor(
    options: {
      seed?: number;
      faults?: LinkFaults;
      features?: number;
      host?: Partial<HostOptions>;
      slots?: number;
    } = {},
  ) {
    this.#random = new Random(options.seed ?? 1);
    this.faults = options.faults ?? NO_FAULTS;
    this.device = new DeviceMachine(
      {
        hello: {
          ...createHelloReply(),
          versionMajor: PROTOCOL_VERSION_MAJOR,
          versionMinor: PROTOCOL_VERSION_MINOR,
          maximumPayload: 65536,
          bootId: 77,
          model: 'test',
          serial: '1',
        },
        description: {
          ...createDescribeReply(),
          modulatorWidth: 8,
          modulatorHeight: 1,
          sensorWidth: 1,
          sensorHeight: 1,
          frameBuffers: 1,
          tickPicoseconds: 10_000,
          patternSlots: options.slots ?? 16,
          features: options.features ?? 0,
          storedReplies: 16,
          minimumHeartbeatMicroseconds: 10,
          maximumHeartbeatMicroseconds: 1_000_000,
        },
      },
      this.firmware,
    );
    this.firmware.machine = this.device;
    this.host = new HostMachine(
      {
        hostId: 5,
        hostName: 'test',
        maximumPayload: 65536,
        heartbeatMicroseconds: 0,
        pacing: 'free',
        requests: { timeoutTicks: 500, retries: 8 },
        probeTicks: 400,
        probes: 8,
        progressTicks: 1_000_000,
        virtualProgressTicks: 1_000_000,
        patternMessageBytes: 5,
        ...options.host,
      },
      this,
    );
  }

  connect(loses = true): void {
    this.#epoch++;
    this.#hostSequence = this.#deviceSequence = 0;
    this.#travelling = [];
    const epoch = this.#epoch;
    this.connection = this.device.connect({
      send: (message, requestId) => {
        const sequence = this.#deviceSequence++;
        this.wire.push({ from: 'd', message, requestId });
        this.#travel(() => {
          if (epoch === this.#epoch) this.host.receive({ ...message }, { requestId, sequence }, this.now);
        });
      },
    });
    this.host.connected(this.now, loses);
  }

  /** The link breaks: what is under way is lost. */
  disconnect(): void {
    this.#epoch++;
    this.#travelling = [];
    this.host.disconnected();
    this.connection?.disconnected(this.now);
  }

  /** Lets ticks pass until `done` or the limit. */
  run(done: () => boolean, limit = 200_000): void {
    const end = this.now + limit;
    while (!done()) {
      if (this.now >= end) throw new Error(`not done after ${limit} ticks`);
      this.tick();
    }
  }

  tick(): void {
    this.now++;
    const due = this.#travelling.filter((t) => t.due <= this.now).sort((a, b) => a.due - b.due || a.order - b.order);
    this.#travelling = this.#travelling.filter((t) => t.due > this.now);
    for (const t of due) t.deliver();
    const deadline = this.host.nextDeadline();
    if (deadline !== undefined && deadline <= this.now) this.host.advance(this.now);
    const lease = this.device.nextDeadline();
    if (lease !== undefined && lease <= this.now) this.device.advance(this.now);
    if (this.now % 10 === 0 && this.device.timeMayPass) this.firmware.step(this.now);
  }

  #travel(deliver: () => void): void {
    const draw = this.#random.share();
    if (draw < this.faults.loss) return;
    const late = this.#random.share() < this.faults.delay ? this.#random.below(40) : 0;
    const entry = { due: this.now + 1 + late, order: this.#order++, deliver };
    this.#travelling.push(entry);
    if (this.#random.share() < this.faults.duplication)
      this.#travelling.push({ ...entry, due: entry.due + 3, order: this.#order++ });
  }

  // HostEffects.

  send(message: Message, requestId: number): void {
    const sequence = this.#hostSequence++;
    this.wire.push({ from: 'h', message, requestId });
    const { connection } = this;
    this.#travel(() => connection?.receive(message, { requestId, sequence }, this.now));
  }
  canSend(): boolean {
    return true;
  }
  ready(greeting: Greeting): void {
    this.greetings.push(greeting);
  }
  replied(requestId: number, message: Message): void {
    this.replies.set(requestId, message);
  }
  requestFailed(_requestId: number, error: OpuError): void {
    this.errors.push(error);
  }
  readouts(message: Readouts, skipBelow: number): void {
    const { frames } = message;
    for (let i = 0; i < frames.count; i++) {
      if (frames.frame(i) < skipBelow) continue;
      this.heard.push({ frame: frames.frame(i), patternId: frames.patternId(i), value: message.data[i]! });
    }
  }
  patternProgress(): void {}
  runEnded(): void {
    this.endings++;
  }
  event(message: Message): void {
    this.events.push(message);
  }
  refused(message: Message): void {
    this.events.push(message);
  }
  failed(error: OpuError): void {
    this.failures.push(error);
  }
}
