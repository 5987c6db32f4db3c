import { type Clock, isOpuError, type Ticks, type Transport } from '@opu/core';
import {
  type Configure,
  type ConfigureReply,
  configurationField,
  createConfigure,
  createHello,
  createPatterns,
  type DescribeReply,
  deviceFeature,
  type Message,
  patternFlag,
  resultCode,
} from '@opu/protocol';
import { WireLog } from '../log/wire-log.js';
import { fail, informational, notSupported } from '../runner/case.js';
import { HOST_MAXIMUM_PAYLOAD, type OfType, WireClient } from '../wire/wire-client.js';

/** What the suite learned of the device before the first case. */
export interface DeviceFacts {
  readonly hello: OfType<'HELLO_REPLY'>;
  readonly description: DescribeReply;
  /** To be restored after every case. */
  readonly configuration: ConfigureReply;
}

export interface DeviceBenchOptions {
  /** Opens another transport to the device. */
  readonly connect: () => Promise<Transport>;
  readonly clock: Clock;
  readonly stepTicks: Ticks;
  /** A host id that no other case has. */
  readonly freshHostId: () => number;
  readonly signal?: AbortSignal | undefined;
  /** Puts an edge on the device's trigger input. */
  readonly externalTrigger?: (() => void | Promise<void>) | undefined;
  readonly facts?: DeviceFacts | undefined;
}

/** 150 ms. */
const REST_TICKS = 15_000_000;

/** What a case has of the device: connections to it, and what is known of it. */
export class DeviceBench {
  readonly clock: Clock;
  readonly log: WireLog;
  readonly freshHostId: () => number;
  readonly #options: DeviceBenchOptions;
  readonly #clients: WireClient[] = [];

  constructor(options: DeviceBenchOptions) {
    this.#options = options;
    this.clock = options.clock;
    this.freshHostId = options.freshHostId;
    this.log = new WireLog(options.clock);
  }

  /** Puts an edge on the device's trigger input; nothing where there is no way to it. */
  get externalTrigger(): (() => void | Promise<void>) | undefined {
    return this.#options.externalTrigger;
  }

  get facts(): DeviceFacts {
    return this.#options.facts ?? fail('The device could not be asked what it is.');
  }

  get description(): DescribeReply {
    return this.facts.description;
  }

  has(feature: keyof typeof deviceFeature): boolean {
    return (this.description.features & deviceFeature[feature]) !== 0;
  }

  /** Ends the case when the device does not claim a feature. */
  need(feature: keyof typeof deviceFeature): void {
    if (!this.has(feature)) notSupported(`The device does not claim the feature ${feature}.`);
  }

  /** A connection on which nothing was said yet. */
  async connect(signal: AbortSignal | undefined = this.#options.signal): Promise<WireClient> {
    const { clock, stepTicks, facts } = this.#options;
    await this.#rest();
    const deadline = clock.now() + (facts === undefined ? 0 : stepTicks);
    for (;;) {
      try {
        return await this.#open(signal);
      } catch (error) {
        // A serial port or a USB device that was just let go of may need a moment.
        if (!isOpuError(error, 'LINK_UNAVAILABLE') || clock.now() >= deadline || signal?.aborted) throw error;
        await this.sleep(1_000_000);
      }
    }
  }

  /** The other end of a serial line or a USB pipe notices the end of a connection a little later. */
  async #rest(): Promise<void> {
    const last = this.#clients.at(-1);
    if (last !== undefined && last.transport.carrier !== 'length') await this.sleep(REST_TICKS);
  }

  async #open(signal: AbortSignal | undefined): Promise<WireClient> {
    const { clock, stepTicks, connect } = this.#options;
    const connection = this.#clients.length + 1;
    const transport = await connect();
    const client = new WireClient({ transport, clock, log: this.log, connection, stepTicks, signal });
    await client.open();
    this.#clients.push(client);
    return client;
  }

  async greeted(hostId = this.freshHostId(), signal?: AbortSignal): Promise<WireClient> {
    const client = await this.connect(signal);
    await this.greet(client, hostId);
    return client;
  }

  async greet(client: WireClient, hostId = this.freshHostId()): Promise<OfType<'HELLO_REPLY'>> {
    return await client.get(helloOf(hostId), 'HELLO_REPLY');
  }

  /** A connection beside the first one; the case ends when the device takes only one. */
  async another(hostId?: number): Promise<WireClient> {
    if (this.#clients.some(({ end, transport }) => end === undefined && transport.carrier !== 'length')) {
      informational('This link is one connection, so two hosts cannot be tried.');
    }
    try {
      return await this.greeted(hostId);
    } catch (error) {
      if (isOpuError(error, 'ABORTED')) throw error;
      return informational('The device takes one connection at a time, so two hosts cannot be tried.');
    }
  }

  /** A connection in control, without patterns of anybody in pattern RAM. */
  async controlled(hostId?: number): Promise<WireClient> {
    const client = await this.greeted(hostId);
    await this.acquire(client);
    await client.get({ type: 'ABORT' }, 'RUN_REPORT');
    return client;
  }

  /** Takes control; asks again while the end of another connection has not come through. */
  async acquire(client: WireClient, heartbeatMicroseconds = 0): Promise<OfType<'DONE'>> {
    const deadline = this.clock.now() + this.#options.stepTicks;
    for (;;) {
      const reply = await client.ask({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds });
      if (reply.type === 'DONE') return reply;
      const taken = reply.type === 'REFUSED' && reply.resultCode === resultCode.CONTROL_TAKEN;
      if (!taken || this.clock.now() > deadline) fail(`ACQUIRE_CONTROL was answered ${JSON.stringify(reply)}.`);
      await this.sleep(500_000);
    }
  }

  async sleep(ticks: Ticks): Promise<void> {
    await new Promise<void>((resolve) => this.clock.at(this.clock.now() + ticks, resolve));
  }

  /** Sends patterns of one message. @param last whether the run ends with them, or the flags themselves */
  sendPatterns(
    client: WireClient,
    first: number,
    patterns: readonly Uint8Array[],
    last: boolean | number = true,
  ): void {
    this.needFreedom();
    const patternBytes = patterns[0]?.length ?? this.facts.configuration.patternBytes;
    const data = new Uint8Array(patterns.length * patternBytes);
    patterns.forEach((pattern, i) => void data.set(pattern, i * patternBytes));
    const flags = typeof last === 'number' ? last : last ? patternFlag.LAST : 0;
    client.send({ ...createPatterns(), firstPatternId: first, count: patterns.length, patternBytes, flags, data });
  }

  /** A pattern with a given share of its mirrors on, the same for the same number. */
  pattern(number: number, share = 0.5): Uint8Array {
    this.needFreedom();
    const { patternBytes, macroColumns, macroRows } = this.facts.configuration;
    const pattern = new Uint8Array(patternBytes);
    const mirrors = this.description.modulatorWidth * this.description.modulatorHeight;
    const values = macroColumns * macroRows || mirrors;
    let state = Math.imul(number + 1, 2654435761) >>> 0 || 1;
    for (let i = 0; i < values; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      if (state / 2 ** 32 < share) pattern[i >> 3]! |= 0x80 >> (i & 7);
    }
    return pattern;
  }

  configureMessage(change: Partial<Configure>): Configure {
    this.needFreedom();
    return { ...createConfigure(), ...change };
  }

  /** Ends the case when the device says that it can only do what was recorded. */
  needFreedom(): void {
    if (!this.has('RECORDING')) return;
    notSupported('The device says that it is a recording, so it has no patterns and configurations but recorded ones.');
  }

  /** Ends every connection, which ends the lease. */
  async closeAll(): Promise<void> {
    for (const client of this.#clients) await client.close();
  }

  /** Leaves the device as it was: no run, no patterns, nobody in control, its configuration as before the suite. */
  async settle(): Promise<string[]> {
    await this.closeAll();
    const complaints = this.#clients.flatMap((client) => client.complaints);
    if (this.#options.facts !== undefined) await this.#restore(this.#options.facts.configuration);
    await this.#rest();
    return complaints;
  }

  async #restore(before: ConfigureReply): Promise<void> {
    // An interrupted suite still leaves a safe state.
    const client = await this.greeted(this.freshHostId(), new AbortController().signal);
    try {
      await this.acquire(client);
      await client.get({ type: 'ABORT' }, 'RUN_REPORT');
      if (this.has('STORED_SEQUENCES')) await client.get({ type: 'ERASE_SEQUENCE', sequenceId: 0xffff_ffff }, 'DONE');
      const now = await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
      // Read back value by value: the device's own hash may be wrong.
      if (!isEqual(now, before)) {
        let fields = configurationField.PERIOD | configurationField.EXPOSURE;
        const { periodTicks: p1, exposureTicks: e1, minimumPeriodTicks: m1, limitingTerm: l1, ...a } = before;
        const { periodTicks: p2, exposureTicks: e2, minimumPeriodTicks: m2, limitingTerm: l2, ...b } = now;
        if (!isEqual({ ...a, configurationHash: 0 }, { ...b, configurationHash: 0 })) fields = 0x1ff;
        const { type: _, configurationHash, patternBytes, minimumPeriodTicks, limitingTerm, ...values } = before;
        await client.get({ ...createConfigure(), ...values, fields }, 'CONFIGURE_REPLY');
        const after = await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
        if (!isEqual({ ...after, configurationHash }, before)) fail('The configuration could not be restored.');
      }
      await client.get({ type: 'RELEASE_CONTROL' }, 'DONE');
    } finally {
      await client.close();
    }
  }
}

function isEqual(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function helloOf(hostId: number): Message & { type: 'HELLO' } {
  return {
    ...createHello(),
    versionMajor: 1,
    versionMinor: 0,
    maximumPayload: HOST_MAXIMUM_PAYLOAD,
    hostId,
    hostName: 'opu conformance',
  };
}
