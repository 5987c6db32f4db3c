import { expect } from 'chai';
import { counterId, eventKind, resultCode } from '../generated/enums.js';
import { createConfigure, createPatterns, type Message } from '../generated/messages.js';
import { TwoMachines } from '../testing/two-machines.js';
import type { DeviceConnection } from './device-connection.js';

/** A host that says what it is told to, without a machine of its own. */
class BareHost {
  readonly said: { readonly message: Message; readonly requestId: number; readonly repeated: boolean }[] = [];
  readonly #machines: TwoMachines;
  readonly connection: DeviceConnection;
  #sequence = 0;

  constructor(machines: TwoMachines, hostId = 9) {
    this.#machines = machines;
    this.connection = machines.device.connect({
      send: (message, requestId, repeated) => void this.said.push({ message, requestId, repeated }),
    });
    if (hostId < 0) return;
    this.ask(1, {
      type: 'HELLO',
      versionMajor: 1,
      versionMinor: 0,
      maximumPayload: 4096,
      hostId,
      schemaHash: '00'.repeat(16),
      hostName: 'bare',
      hostNonce: 0,
    });
  }

  /** Sends a message and answers with what came back at once. */
  ask(requestId: number, message: Message): Message[] {
    const before = this.said.length;
    this.connection.receive(message, { requestId, sequence: this.#sequence++ }, this.#machines.now);
    return this.said.slice(before).map((s) => s.message);
  }

  control(heartbeatMicroseconds = 0): this {
    this.ask(2, { type: 'ACQUIRE_CONTROL', heartbeatMicroseconds });
    return this;
  }
}

const refusal = (messages: readonly Message[]): number =>
  messages[0]?.type === 'REFUSED' ? messages[0].resultCode : 0;

const period = (ticks: number): Message => ({ ...createConfigure(), periodTicks: ticks, fields: 1 });

describe('DeviceMachine', () => {
  it('answers nothing but HELLO before the handshake', () => {
    const host = new BareHost(new TwoMachines(), -1);
    expect(refusal(host.ask(1, { type: 'DESCRIBE' }))).to.equal(resultCode.NO_HANDSHAKE);
  });

  it('runs a repeated request once and answers it from the stored reply, over a new connection too', () => {
    const machines = new TwoMachines();
    const host = new BareHost(machines).control();
    const first = host.ask(7, period(20));
    expect(host.ask(7, period(30))).to.deep.equal(first);
    expect(host.said.at(-1)?.repeated).to.equal(true);
    host.connection.disconnected(machines.now);
    const again = new BareHost(machines).control();
    expect(again.ask(7, period(40))).to.deep.equal(first);
    expect(machines.firmware.configurations).to.deep.equal([20]);
    const other = new BareHost(machines, 10);
    expect(refusal(other.ask(7, period(40)))).to.equal(resultCode.NOT_IN_CONTROL);
  });

  it('does not run a request again whose stored reply is gone', () => {
    const host = new BareHost(new TwoMachines()).control();
    for (let id = 3; id < 40; id++) host.ask(id, { type: 'HEARTBEAT' });
    expect(refusal(host.ask(3, period(20)))).to.equal(resultCode.REPLY_GONE);
  });

  it('answers a repeated request that is still worked on with PENDING', () => {
    const machines = new TwoMachines();
    const host = new BareHost(machines).control();
    host.ask(3, {
      type: 'PATTERNS',
      firstPatternId: 0,
      count: 2,
      encoding: 0,
      flags: 0,
      patternBytes: 1,
      firstRow: 0,
      rowCount: 0,
      data: new Uint8Array(2),
    });
    host.ask(4, { type: 'START', flags: 0 });
    for (let i = 0; i < 20; i++) machines.tick();
    expect(host.ask(5, { type: 'STOP' }).map((m) => m.type)).to.deep.equal(['PENDING']);
    expect(host.ask(5, { type: 'STOP' }).map((m) => m.type)).to.deep.equal(['PENDING']);
    const later = host.ask(0, { type: 'READOUT_CREDIT', creditLimit: 10 }).map((m) => m.type);
    expect(later).to.include('RUN_REPORT');
    expect(host.ask(5, { type: 'STOP' }).map((m) => m.type)).to.deep.equal(['RUN_REPORT']);
  });

  it('says what it gathered of patterns in a turn once: in front of the first readouts, or at the end', () => {
    const patterns = (firstPatternId: number): Message => ({
      ...createPatterns(),
      firstPatternId,
      count: 4,
      patternBytes: 1,
      data: new Uint8Array(4),
    });
    const machines = new TwoMachines();
    const host = new BareHost(machines).control();
    const types = (from: number): string[] => host.said.slice(from).map(({ message }) => message.type);
    machines.device.beginTurn();
    const first = host.said.length;
    host.ask(0, patterns(0));
    expect(types(first)).to.deep.equal([]);
    machines.device.endTurn();
    expect(types(first)).to.deep.equal(['PATTERN_CREDIT']);
    machines.device.beginTurn();
    const second = host.said.length;
    host.ask(0, patterns(4));
    host.ask(4, { type: 'START', flags: 0 });
    host.ask(0, { type: 'READOUT_CREDIT', creditLimit: 10 });
    for (let i = 0; i < 20; i++) machines.tick();
    machines.device.endTurn();
    const said = types(second);
    expect(said.indexOf('PATTERN_CREDIT')).to.be.below(said.indexOf('READOUTS'));
    expect(said.filter((type) => type === 'PATTERN_CREDIT')).to.have.length(1);
  });

  it('keeps news of a few patterns to itself while readouts go out', () => {
    const machines = new TwoMachines({ slots: 64 });
    const host = new BareHost(machines).control();
    let next = 0;
    const patterns = (count: number): Message => {
      const firstPatternId = next;
      next += count;
      return { ...createPatterns(), firstPatternId, count, patternBytes: 1, data: new Uint8Array(count) };
    };
    const credits = (from: number): number[] =>
      host.said
        .slice(from)
        .flatMap(({ message }) => (message.type === 'PATTERN_CREDIT' ? [message.nextPatternId] : []));
    const { device } = machines;
    const turn = (message: Message | undefined, ...end: [boolean?, boolean?]): number[] => {
      const from = host.said.length;
      device.beginTurn();
      if (message !== undefined) host.ask(0, message);
      for (let i = 0; i < 200; i++) machines.tick();
      device.endTurn(...end);
      return credits(from);
    };
    host.ask(4, { type: 'START', flags: 0 });
    host.ask(0, { type: 'READOUT_CREDIT', creditLimit: 100 });
    // Readouts went out and others follow; the link is full of some; a quarter of the slots; nothing followed; nothing will.
    expect(turn(patterns(1), true)).to.deep.equal([]);
    expect(turn(undefined, true, true)).to.deep.equal([]);
    expect(turn(patterns(15), true)).to.deep.equal([16]);
    expect(turn(patterns(1), true)).to.deep.equal([]);
    expect(turn(undefined, true)).to.deep.equal([17]);
    expect(turn(patterns(1))).to.deep.equal([18]);
    // A question is answered.
    expect(turn(patterns(0), true, true)).to.deep.equal([18]);
    device.beginTurn();
    host.ask(0, patterns(1));
    const from = host.said.length;
    device.runEnded({ type: 'RUN_ENDED', tick: 0, nextFrame: 0, framesDone: 0 });
    device.endTurn();
    expect(host.said.slice(from).map(({ message }) => message.type)).to.deep.equal(['PATTERN_CREDIT', 'RUN_ENDED']);
  });

  it('refuses a configuration whole, naming field, value and bound, and keeps the old one', () => {
    const machines = new TwoMachines();
    const host = new BareHost(machines).control();
    const [reply] = host.ask(3, period(5));
    expect(reply).to.deep.include({ type: 'REFUSED', field: 'periodTicks', value: 5, bound: 10, requestType: 0x0201 });
    expect(host.ask(4, { type: 'GET_CONFIGURATION' })[0]).to.deep.include({ periodTicks: 10 });
  });

  it('gives control to one host; others may look; the link takes it away', () => {
    const machines = new TwoMachines();
    const first = new BareHost(machines, 1).control();
    const second = new BareHost(machines, 2);
    expect(refusal(second.ask(3, { type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }))).to.equal(
      resultCode.CONTROL_TAKEN,
    );
    expect(second.ask(4, { type: 'GET_COUNTERS' })[0]!.type).to.equal('COUNTERS_REPLY');
    expect(second.ask(5, { type: 'DESCRIBE' })[0]!.type).to.equal('DESCRIBE_REPLY');
    expect(refusal(second.ask(6, { type: 'START', flags: 0 }))).to.equal(resultCode.NOT_IN_CONTROL);
    first.connection.disconnected(machines.now);
    expect(machines.firmware.lost).to.equal(1);
    expect(second.ask(7, { type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 })[0]!.type).to.equal('DONE');
  });

  it('ends the lease of a host that falls silent, on the tick that was granted, and tells everybody', () => {
    const machines = new TwoMachines();
    const host = new BareHost(machines).control(10);
    const watcher = new BareHost(machines, 2);
    const start = machines.now;
    for (let i = 0; i < 999; i++) machines.tick();
    host.ask(0, { type: 'HEARTBEAT' });
    expect(machines.device.nextDeadline()).to.equal(start + 999 + 1000);
    while (machines.now < start + 999 + 999) machines.tick();
    expect(machines.firmware.lost).to.equal(0);
    machines.tick();
    expect(machines.firmware.lost).to.equal(1);
    for (const said of [host.said, watcher.said]) {
      expect(said.at(-1)?.message).to.deep.include({ type: 'EVENT', kind: eventKind.WATCHDOG });
    }
  });

  it('takes a new connection of the same host as the end of the old one', () => {
    const machines = new TwoMachines();
    const host = new BareHost(machines, 5).control();
    const again = new BareHost(machines, 5);
    expect(machines.firmware.lost).to.equal(1);
    expect(again.ask(3, { type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 })[0]!.type).to.equal('DONE');
    expect(host.ask(9, { type: 'HEARTBEAT' })).to.deep.equal([]);
  });

  it('takes no pattern beyond its credit, and none that firmware refuses', () => {
    const host = new BareHost(new TwoMachines({ slots: 4 })).control();
    const patterns = (first: number, count: number, patternBytes = 1): Message => ({
      type: 'PATTERNS',
      firstPatternId: first,
      count,
      encoding: 0,
      flags: 0,
      patternBytes,
      firstRow: 0,
      rowCount: 0,
      data: new Uint8Array(count * patternBytes),
    });
    expect(host.ask(0, patterns(0, 5))[0]).to.deep.include({ resultCode: resultCode.NO_CREDIT, bound: 4, value: 5 });
    expect(refusal(host.ask(0, patterns(0, 2, 3)))).to.equal(resultCode.OUT_OF_RANGE);
    expect(host.ask(0, patterns(0, 4))).to.deep.equal([{ type: 'PATTERN_CREDIT', nextPatternId: 4, creditLimit: 4 }]);
    expect(host.ask(0, patterns(0, 0))).to.deep.equal([{ type: 'PATTERN_CREDIT', nextPatternId: 4, creditLimit: 4 }]);
  });

  it('counts, and reading the counters resets nothing', () => {
    const machines = new TwoMachines();
    const host = new BareHost(machines).control();
    host.ask(3, { type: 'HEARTBEAT' });
    host.ask(3, { type: 'HEARTBEAT' });
    const read = (id: number): number => {
      const [reply] = host.ask(id, { type: 'GET_COUNTERS' });
      if (reply?.type !== 'COUNTERS_REPLY') throw new Error('no counters');
      for (let i = 0; i < reply.counters.count; i++) {
        if (reply.counters.id(i) === counterId.REQUESTS_REPEATED) return reply.counters.value(i);
      }
      return -1;
    };
    expect([read(4), read(5)]).to.deep.equal([1, 1]);
    host.ask(6, { type: 'RESET_COUNTERS' });
    expect(read(7)).to.equal(0);
  });

  it('says NOT_SUPPORTED to messages that are not for a device', () => {
    const host = new BareHost(new TwoMachines()).control();
    expect(refusal(host.ask(3, { type: 'DONE', tick: 0, value: 0 }))).to.equal(resultCode.NOT_SUPPORTED);
    host.connection.receiveUnreadable(0x7777, 4, 'NOT_SUPPORTED', 'unknown', 0);
    expect(host.said.at(-1)).to.deep.include({ requestId: 4 });
    expect(host.said.at(-1)?.message).to.deep.include({ type: 'REFUSED', requestType: 0x7777 });
  });

  it('in lockstep lets time pass from a HOST_WAITING that covers everything to the next message, and no longer', () => {
    const machines = new TwoMachines();
    const host = new BareHost(machines).control();
    expect(machines.device.timeMayPass).to.equal(true);
    host.ask(3, { type: 'SET_PACING', mode: 1 });
    expect(machines.device.timeMayPass).to.equal(false);
    host.ask(0, { type: 'HOST_WAITING', deviceSequence: host.said.length - 1 });
    expect(machines.device.timeMayPass).to.equal(false);
    host.ask(0, { type: 'HOST_WAITING', deviceSequence: host.said.length });
    expect(machines.device.timeMayPass).to.equal(true);
    host.ask(4, { type: 'HEARTBEAT' });
    expect(machines.device.timeMayPass).to.equal(false);
    host.connection.disconnected(machines.now);
    expect(machines.device.timeMayPass).to.equal(true);
  });
});
