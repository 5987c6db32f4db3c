import { expect } from 'chai';
import { payloadSize } from '../codec/message.js';
import { createConfigure, PROTOCOL_VERSION_MINOR } from '../generated/messages.js';
import { Random } from '../testing/random.js';
import { type LinkFaults, TwoMachines } from '../testing/two-machines.js';

const values = (n: number): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (i * 37 + 11) & 255);

function offer(machines: TwoMachines, n: number): void {
  machines.host.grant(n, machines.now);
  machines.host.start(machines.now);
  machines.host.offer({ count: n, patternBytes: 1, data: values(n), last: true }, machines.now);
}

function checkWhole(machines: TwoMachines, n: number): void {
  expect(machines.failures).to.deep.equal([]);
  expect(machines.errors).to.deep.equal([]);
  expect(machines.heard.map((h) => h.patternId)).to.deep.equal(Array.from({ length: n }, (_, i) => i));
  expect(machines.heard.map((h) => h.value)).to.deep.equal([...values(n)]);
}

describe('HostMachine with DeviceMachine', () => {
  it('streams 300 patterns through 16 slots: each readout once, in order, with the right byte', () => {
    const machines = new TwoMachines();
    machines.connect();
    machines.run(() => machines.host.isReady);
    offer(machines, 300);
    machines.run(() => machines.endings === 1);
    checkWhole(machines, 300);
    expect(machines.host.repeats).to.deep.equal({ patterns: 0, requests: 0, readouts: 0 });
  });

  const menus: [string, LinkFaults][] = [
    ['10 % loss', { loss: 0.1, duplication: 0, delay: 0 }],
    ['20 % duplication', { loss: 0, duplication: 0.2, delay: 0 }],
    ['30 % reordering', { loss: 0, duplication: 0, delay: 0.3 }],
    ['10 % loss, 10 % duplication and 20 % reordering', { loss: 0.1, duplication: 0.1, delay: 0.2 }],
  ];
  for (const [name, faults] of menus) {
    it(`loses and repeats nothing over ${name}, 20 seeds`, () => {
      for (let seed = 1; seed <= 20; seed++) {
        const machines = new TwoMachines({ seed, faults });
        machines.connect();
        machines.run(() => machines.host.isReady);
        offer(machines, 120);
        machines.run(() => machines.endings === 1, 2_000_000);
        checkWhole(machines, 120);
      }
    });
  }

  it('goes on where it stopped over 12 broken connections with 5 % loss, 20 seeds', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed + 1000);
      const machines = new TwoMachines({ seed, faults: { loss: 0.05, duplication: 0.05, delay: 0.05 } });
      machines.connect();
      machines.run(() => machines.host.isReady);
      offer(machines, 400);
      for (let breaks = 0; breaks < 12; breaks++) {
        const until = machines.now + random.below(400);
        machines.run(() => machines.now >= until);
        machines.disconnect();
        const back = machines.now + random.below(100);
        machines.run(() => machines.now >= back);
        machines.connect();
      }
      machines.run(
        () => machines.heard.length === 400 && (machines.endings === 1 || machines.host.wasRestarted),
        2_000_000,
      );
      checkWhole(machines, 400);
    }
  });

  it('accounts for frames that the device dropped, the last of a run among them', () => {
    const machines = new TwoMachines();
    machines.firmware.dropEvery = 5;
    machines.connect();
    machines.run(() => machines.host.isReady);
    offer(machines, 100);
    machines.run(() => machines.endings === 1);
    expect(machines.heard.map((h) => h.patternId)).to.deep.equal(
      Array.from({ length: 100 }, (_, i) => i).filter((i) => i % 5 !== 4),
    );
  });

  it('counts room in readouts: dropped frames use up none of it', () => {
    const machines = new TwoMachines();
    machines.firmware.dropEvery = 2;
    machines.connect();
    machines.run(() => machines.host.isReady);
    machines.host.grant(10, machines.now);
    machines.host.start(machines.now);
    machines.host.offer({ count: 100, patternBytes: 1, data: values(100), last: true }, machines.now);
    machines.run(() => machines.heard.length === 10);
    machines.run(() => machines.now % 1000 === 0);
    expect(machines.heard).to.have.length(10);
    machines.host.grant(40, machines.now);
    machines.run(() => machines.endings === 1);
    expect(machines.heard.map((h) => h.patternId)).to.deep.equal(Array.from({ length: 50 }, (_, i) => 2 * i));
  });

  it('asks for credit whose announcement was lost after everything offered was read out', () => {
    const machines = new TwoMachines({ slots: 4 });
    machines.connect();
    machines.run(() => machines.host.isReady);
    const receive = machines.host.receive.bind(machines.host);
    machines.host.receive = (message, ...rest) => {
      const isLost =
        message.type === 'PATTERN_CREDIT' && message.creditLimit > 4 && machines.host.counters.probes === 0;
      if (!isLost) receive(message, ...rest);
    };
    const data = values(8);
    machines.host.grant(8, machines.now);
    machines.host.start(machines.now);
    machines.host.offer({ count: 4, patternBytes: 1, data: data.subarray(0, 4), last: false }, machines.now);
    machines.run(() => machines.host.patternRoom > 0, 100_000);
    expect(machines.host.counters.probes).to.be.above(0);
    machines.host.offer({ count: 4, patternBytes: 1, data: data.subarray(4), last: true }, machines.now);
    machines.run(() => machines.endings === 1, 100_000);
    checkWhole(machines, 8);
  });

  it('waits with readouts until the host has room, and asks nothing meanwhile', () => {
    const machines = new TwoMachines();
    machines.connect();
    machines.run(() => machines.host.isReady);
    machines.host.grant(3, machines.now);
    machines.host.start(machines.now);
    machines.host.offer({ count: 10, patternBytes: 1, data: values(10), last: true }, machines.now);
    machines.run(() => machines.now > 5000);
    expect(machines.heard).to.have.length(3);
    expect(machines.host.counters.probes).to.equal(0);
    machines.host.grant(7, machines.now);
    machines.run(() => machines.endings === 1);
    checkWhole(machines, 10);
  });

  it('runs a second batch on the same session, ids going on', () => {
    const machines = new TwoMachines();
    machines.connect();
    machines.run(() => machines.host.isReady);
    offer(machines, 20);
    machines.run(() => machines.endings === 1);
    offer(machines, 20);
    machines.run(() => machines.endings === 2);
    expect(machines.heard.map((h) => h.patternId)).to.deep.equal(Array.from({ length: 40 }, (_, i) => i));
  });

  it('asks nothing of a device that could not speak yet: a run begins after a long rest', () => {
    const machines = new TwoMachines();
    machines.connect();
    machines.run(() => machines.host.isReady);
    for (let run = 1; run <= 3; run++) {
      offer(machines, 5);
      machines.run(() => machines.endings === run);
      const until = machines.now + 5000;
      machines.run(() => machines.now > until);
    }
    expect(machines.host.counters.probes).to.equal(0);
  });

  it('takes no device for silent whose message is still coming', () => {
    const machines = new TwoMachines();
    machines.connect();
    machines.run(() => machines.host.isReady);
    offer(machines, 20);
    machines.run(() => machines.heard.length > 3);
    machines.faults = { loss: 1, duplication: 0, delay: 0 };
    for (let part = 0; part < 100; part++) {
      const until = machines.now + 300;
      machines.run(() => machines.now >= until);
      machines.host.hearing(machines.now);
    }
    expect(machines.host.counters.probes).to.equal(0);
    machines.run(() => machines.host.counters.probes > 0);
  });

  it('takes the repeated end of an earlier run for no end of the next, 20 seeds', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const machines = new TwoMachines({ seed, faults: { loss: 0, duplication: 0.7, delay: 0.3 } });
      machines.connect();
      machines.run(() => machines.host.isReady);
      for (let run = 1; run <= 4; run++) {
        offer(machines, 10);
        machines.run(() => machines.endings === run);
        expect(machines.heard).to.have.length(10 * run);
      }
    }
  });

  it('says nothing but HELLO on a new connection, however late the answer is', () => {
    const machines = new TwoMachines();
    machines.connect();
    machines.run(() => machines.host.isReady);
    machines.disconnect();
    machines.host.start(machines.now);
    machines.faults = { loss: 1, duplication: 0, delay: 0 };
    machines.connect();
    const from = machines.wire.length - 1;
    machines.run(() => machines.wire.length > from + 3);
    expect(machines.wire.slice(from).map((w) => w.message.type)).to.deep.equal(['HELLO', 'HELLO', 'HELLO', 'HELLO']);
  });

  it('never sends a payload that is longer than the device takes', () => {
    const machines = new TwoMachines({ host: { patternMessageBytes: 10_000 }, slots: 5000 });
    Object.assign(machines.device.options.hello, { maximumPayload: 4096 });
    machines.connect();
    machines.run(() => machines.host.isReady);
    offer(machines, 4500);
    machines.run(() => machines.endings === 1);
    checkWhole(machines, 4500);
    const lengths = machines.wire.filter((w) => w.from === 'h').map((w) => payloadSize(w.message));
    expect(Math.max(...lengths)).to.be.within(4000, 4096);
  });

  it('sends patterns again that are not acknowledged, but not over a link that loses nothing', () => {
    for (const loses of [true, false]) {
      const machines = new TwoMachines();
      machines.connect(loses);
      machines.run(() => machines.host.isReady);
      machines.faults = { loss: 1, duplication: 0, delay: 0 };
      offer(machines, 10);
      const until = machines.now + 2000;
      machines.run(() => machines.now >= until);
      const sent = machines.wire.filter((w) => w.message.type === 'PATTERNS' && w.message.count > 0).length;
      expect(sent).to.be.within(loses ? 4 : 2, loses ? 8 : 2);
    }
  });

  it('sends no pattern again while readouts come of those before, though no credit does', () => {
    const machines = new TwoMachines({ slots: 128 });
    machines.connect();
    machines.run(() => machines.host.isReady);
    const receive = machines.host.receive.bind(machines.host);
    machines.host.receive = (message, ...rest) => {
      if (message.type !== 'PATTERN_CREDIT') receive(message, ...rest);
    };
    offer(machines, 100);
    machines.run(() => machines.endings === 1, 100_000);
    checkWhole(machines, 100);
    expect(machines.host.repeats.patterns).to.equal(0);
  });

  it('keeps its lease by heartbeats while there is nothing else to say', () => {
    const machines = new TwoMachines({ host: { heartbeatMicroseconds: 10 } });
    machines.connect();
    machines.run(() => machines.host.isReady);
    const until = machines.now + 20_000;
    machines.run(() => machines.now >= until);
    expect(machines.firmware.lost).to.equal(0);
    expect(machines.wire.filter((w) => w.message.type === 'HEARTBEAT').length).to.be.within(40, 80);
  });

  it('gives a silent device up after the probes it was told, with a TIMEOUT', () => {
    const machines = new TwoMachines({ host: { probes: 3 } });
    machines.connect();
    machines.run(() => machines.host.isReady);
    offer(machines, 20);
    machines.run(() => machines.heard.length > 3);
    machines.faults = { loss: 1, duplication: 0, delay: 0 };
    machines.run(() => machines.failures.length > 0);
    expect(machines.failures[0]!.code).to.equal('TIMEOUT');
  });

  it('fails a request that is never answered, naming it', () => {
    const machines = new TwoMachines({ host: { requests: { timeoutTicks: 100, retries: 2 } } });
    machines.connect();
    machines.run(() => machines.host.isReady);
    machines.faults = { loss: 1, duplication: 0, delay: 0 };
    machines.host.request({ type: 'GET_COUNTERS' }, machines.now);
    machines.run(() => machines.errors.length > 0);
    expect(machines.errors[0]!.code).to.equal('TIMEOUT');
    expect(machines.errors[0]!.message).to.contain('GET_COUNTERS').and.contain('3 times');
  });

  it('names both versions when the device speaks another major version', () => {
    const machines = new TwoMachines();
    Object.assign(machines.device.options.hello, { versionMajor: 9, versionMinor: 4 });
    machines.connect();
    machines.run(() => machines.failures.length > 0);
    expect(machines.failures[0]!.code).to.equal('VERSION_MISMATCH');
    expect(machines.failures[0]!.message).to.contain('9.4').and.contain(`1.${PROTOCOL_VERSION_MINOR}`);
  });

  it('does not go on with a device that was switched off and on, or configured by somebody else', () => {
    for (const [change, code] of [
      [(m: TwoMachines) => Object.assign(m.device.options.hello, { bootId: 78 }), 'FRAMES_LOST'],
      [(m: TwoMachines) => Object.assign(m.device.options.hello, { serial: '2' }), 'LINK_LOST'],
      [(m: TwoMachines) => m.firmware.configure({ type: 'CONFIGURE', periodTicks: 50 } as never), 'INVALID_STATE'],
    ] as const) {
      const machines = new TwoMachines();
      machines.connect();
      machines.run(() => machines.host.isReady);
      machines.disconnect();
      change(machines);
      machines.connect();
      machines.run(() => machines.failures.length > 0);
      expect(machines.failures[0]!.code).to.equal(code);
    }
  });

  it('goes on when the link is lost behind the first START, on whatever message, and a run is whole', () => {
    for (let messages = 0; messages < 30; messages++) {
      const machines = new TwoMachines();
      machines.connect();
      machines.run(() => machines.host.isReady);
      offer(machines, 20);
      const before = machines.wire.length;
      machines.run(() => machines.wire.length >= before + messages);
      machines.disconnect();
      machines.connect();
      machines.run(() => machines.heard.length === 20 && (machines.endings === 1 || machines.host.wasRestarted));
      checkWhole(machines, 20);
    }
  });

  it('takes the configuration that it asked for itself, when the reply was lost with the link', () => {
    const machines = new TwoMachines();
    machines.connect();
    machines.run(() => machines.host.isReady);
    const configure = { ...createConfigure(), fields: 1, periodTicks: 50 };
    machines.host.request(configure, machines.now);
    machines.firmware.configure(configure);
    machines.disconnect();
    machines.connect();
    machines.run(() => machines.host.isReady);
    expect(machines.failures).to.deep.equal([]);
  });

  it('in lockstep lets time pass only while the host waits: the same ticks for any delay of the link', () => {
    const ticksOf = (faults: LinkFaults): number[] => {
      const machines = new TwoMachines({ features: 512, host: { pacing: 'lockstep' }, faults, seed: 3 });
      machines.connect();
      machines.run(() => machines.host.isReady);
      offer(machines, 50);
      let steps = 0;
      machines.host.waiting(machines.now);
      const step = machines.firmware.step.bind(machines.firmware);
      const at: number[] = [];
      machines.firmware.step = (now) => {
        steps++;
        const before = machines.firmware.frame;
        step(now);
        if (machines.firmware.frame > before) at.push(steps);
      };
      machines.run(() => {
        if (machines.now % 3 === 0) machines.host.waiting(machines.now);
        return machines.endings === 1;
      });
      checkWhole(machines, 50);
      return at;
    };
    const straight = ticksOf({ loss: 0, duplication: 0, delay: 0 });
    expect(straight).to.have.length(50);
    expect(ticksOf({ loss: 0, duplication: 0.3, delay: 0 })).to.deep.equal(straight);
    expect(ticksOf({ loss: 0, duplication: 0, delay: 0.5 })).to.deep.equal(straight);
  });
});
