import { expect } from 'chai';
import type { Message } from '../generated/messages.js';
import { type LinkFaults, TwoMachines } from '../testing/two-machines.js';

const values = (n: number, first = 0): Uint8Array => Uint8Array.from({ length: n }, (_, i) => (first + i) & 255);
const NONE: LinkFaults = { loss: 0, duplication: 0, delay: 0 };
const ALL: LinkFaults = { loss: 1, duplication: 0, delay: 0 };
const LOSSY: LinkFaults = { loss: 0.2, duplication: 0.1, delay: 0 };

function begun(options: ConstructorParameters<typeof TwoMachines>[0] = {}): TwoMachines {
  const machines = new TwoMachines(options);
  machines.connect();
  machines.run(() => machines.host.isReady);
  return machines;
}

function show(machines: TwoMachines, n: number, first = 0): void {
  machines.host.grant(n, machines.now);
  machines.host.start(machines.now);
  machines.host.offer({ count: n, patternBytes: 1, data: values(n, first), last: true }, machines.now);
}

/** STOP or ABORT, until it is answered. */
function end(machines: TwoMachines, type: 'STOP' | 'ABORT'): Message & { type: 'RUN_REPORT' } {
  const id = machines.host.request({ type }, machines.now);
  machines.run(() => machines.replies.has(id) || machines.errors.length > 0);
  expect(machines.errors).to.deep.equal([]);
  return machines.replies.get(id) as Message & { type: 'RUN_REPORT' };
}

const wait = (machines: TwoMachines, ticks: number): void => {
  const until = machines.now + ticks;
  machines.run(() => machines.now >= until);
};

describe('STOP and ABORT of HostMachine', () => {
  for (const [name, faults] of [
    ['a whole link', NONE],
    ['20 % loss and 10 % duplication', LOSSY],
  ] as const) {
    it(`after ABORT the next run shows its own 10 patterns alone, over ${name}, at 60 moments`, () => {
      for (let moment = 0; moment < 60; moment++) {
        const machines = begun({ seed: moment + 1, faults });
        show(machines, 100);
        wait(machines, moment * 3);
        end(machines, 'ABORT');
        machines.host.revokeGrant();
        const before = machines.heard.length;
        const endings = machines.endings;
        show(machines, 10, 200);
        machines.run(() => machines.endings > endings);
        expect(machines.heard.slice(before).map(({ value }) => value)).to.deep.equal([...values(10, 200)]);
      }
    });

    it(`STOP is answered when all frames that it counts have come, over ${name}, at 60 moments`, () => {
      for (let moment = 0; moment < 60; moment++) {
        const machines = begun({ seed: moment + 1, faults });
        show(machines, 100);
        wait(machines, moment * 3);
        const { framesDone } = end(machines, 'STOP');
        expect(machines.heard.map(({ patternId }) => patternId)).to.deep.equal([...values(framesDone)]);
        expect(machines.firmware.running).to.equal(false);
        // A later run goes on with what stayed, unless STOP took so long to get through that nothing did.
        if (framesDone === 100) continue;
        machines.host.start(machines.now);
        machines.run(() => machines.endings === 1);
        expect(machines.heard.map(({ patternId }) => patternId)).to.deep.equal([...values(100)]);
      }
    });
  }

  it('sends no pattern between ABORT and its answer', () => {
    const machines = begun({ slots: 4 });
    show(machines, 100);
    machines.run(() => machines.heard.length > 5);
    const from = machines.wire.length;
    end(machines, 'ABORT');
    const sent = machines.wire.slice(from).filter(({ from }) => from === 'h');
    expect(sent.map(({ message }) => message.type))
      .to.include('ABORT')
      .and.not.include('PATTERNS');
  });

  it('does not send STOP before START is answered: a START that was lost would come behind it', () => {
    const machines = begun();
    machines.faults = ALL;
    show(machines, 20);
    const id = machines.host.request({ type: 'STOP' }, machines.now);
    wait(machines, 100);
    const types = (): string[] => machines.wire.filter((w) => w.from === 'h').map(({ message }) => message.type);
    expect(types()).to.include('START').and.not.include('STOP');
    machines.faults = NONE;
    machines.run(() => machines.replies.has(id));
    expect(types().lastIndexOf('START')).to.be.below(types().indexOf('STOP'));
    wait(machines, 5000);
    expect(machines.firmware.starts).to.equal(1);
    expect(machines.firmware.running).to.equal(false);
  });

  it('sends STOP once when START is never answered, and fails both by name', () => {
    const machines = begun({ host: { requests: { timeoutTicks: 100, retries: 2 }, probeTicks: 100_000 } });
    machines.faults = ALL;
    show(machines, 20);
    machines.host.request({ type: 'STOP' }, machines.now);
    machines.run(() => machines.errors.length === 2);
    expect(machines.errors.map(({ message }) => message)[0]).to.contain('START, sent 3 times');
    expect(machines.errors.map(({ message }) => message)[1]).to.contain('STOP, sent once');
    expect(machines.wire.filter(({ message }) => message.type === 'STOP')).to.have.length(1);
  });

  it('knows what an ABORT did whose reply nobody waits for any more', () => {
    const machines = begun();
    show(machines, 100);
    machines.run(() => machines.heard.length > 5);
    machines.host.forget(machines.host.request({ type: 'ABORT' }, machines.now));
    wait(machines, 100);
    expect(machines.host.patternsLeft).to.equal(0);
  });

  it('does not start a run again that is being stopped while the link is lost, at 40 moments', () => {
    for (let moment = 0; moment < 40; moment++) {
      const machines = begun();
      show(machines, 100);
      wait(machines, 60);
      const id = machines.host.request({ type: 'STOP' }, machines.now);
      wait(machines, moment);
      machines.disconnect();
      machines.connect();
      machines.run(() => machines.replies.has(id));
      wait(machines, 2000);
      expect(machines.firmware.running).to.equal(false);
      expect(machines.firmware.starts).to.equal(1);
      const ids = machines.heard.map(({ patternId }) => patternId);
      expect(ids).to.deep.equal([...values(machines.firmware.frame)]);
    }
  });

  it('takes no readout of a run before for one of its own, whenever that was given up', () => {
    for (let lost = 0; lost < 20; lost++) {
      const machines = begun();
      show(machines, 40);
      machines.run(() => machines.heard.length === lost);
      machines.faults = ALL;
      wait(machines, 60);
      machines.host.runOver();
      machines.faults = NONE;
      end(machines, 'ABORT');
      machines.host.revokeGrant();
      const before = machines.heard.length;
      show(machines, 10, 200);
      machines.run(() => machines.endings === 1);
      expect(machines.heard.slice(before).map(({ value }) => value)).to.deep.equal([...values(10, 200)]);
    }
  });
});
