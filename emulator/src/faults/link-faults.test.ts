import { memoryTransportPair, type OpuError, type Transport, VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { FaultPlan } from './fault-plan.js';
import { parseFaults } from './fault-spec.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A host and a device that send each other the numbers 1 to 20, one a chunk of 4 bytes and one a tick. */
async function conversation(faults: string, seed = 1) {
  const clock = new VirtualClock();
  const plan = new FaultPlan(parseFaults(faults), seed);
  const [host, inner] = memoryTransportPair();
  const device: Transport = plan.transport(inner, clock);
  const heard = { up: [] as number[][], down: [] as number[][] };
  const ends: (OpuError | undefined)[] = [];
  await device.open({ receive: (chunk) => heard.up.push([...chunk]), ended: (reason) => ends.push(reason) });
  await host.open({ receive: (chunk) => heard.down.push([...chunk]), ended: (reason) => ends.push(reason) });
  for (let i = 1; i <= 20; i++) {
    clock.runUntil(i);
    void host.send(Uint8Array.of(i, 1, 1, 1));
    void device.send(Uint8Array.of(i, 2, 2, 2));
    await settled();
  }
  const before = { up: heard.up.map((c) => c[0]), down: heard.down.map((c) => c[0]) };
  while (clock.step()) await settled();
  return { ...heard, before, ends, plan, now: clock.now() };
}

const numbers = Array.from({ length: 20 }, (_, i) => i + 1);
const first = (chunks: number[][]): (number | undefined)[] => chunks.map((chunk) => chunk[0]);

describe('faults of the link', () => {
  it('strike the direction that they name, and nothing else happens', async () => {
    const { up, down, plan } = await conversation('drop.up=0.3');
    expect(first(down)).to.deep.equal(numbers);
    expect(up.length).to.be.within(5, 19);
    expect(first(up)).to.deep.equal(numbers.filter((n) => first(up).includes(n)));
    expect(plan.struck.get('drop')).to.equal(20 - up.length);
    expect(plan.damagesLink).to.equal(true);
  });

  it('are the same for the same seed', async () => {
    const faults = 'drop=0.2,duplicate=0.2,corrupt=0.2,truncate=0.2,reorder=0.2,delay:3=0.2';
    const run = await conversation(faults, 4);
    const again = await conversation(faults, 4);
    expect([again.up, again.down]).to.deep.equal([run.up, run.down]);
    const other = await conversation(faults, 5);
    expect([other.up, other.down]).to.not.deep.equal([run.up, run.down]);
  });

  it('duplicate, corrupt by one bit, and truncate', async () => {
    expect(first((await conversation('duplicate.down@5')).down)).to.deep.equal([1, 2, 3, 4, 5, ...numbers.slice(4)]);
    const { down } = await conversation('corrupt.down=1');
    for (const [i, chunk] of down.entries()) {
      const bits = [i + 1, 2, 2, 2].map((byte, j) => byte ^ chunk[j]!).flatMap((x) => [...x.toString(2)]);
      expect(bits.filter((bit) => bit === '1')).to.have.length(1);
    }
    const cut = await conversation('truncate.down=1');
    for (const chunk of cut.down) expect(chunk.length).to.be.below(4);
  });

  it('delay a chunk and all behind it, in order', async () => {
    const { down, up, before } = await conversation('delay.down:1us@6');
    expect(before.down).to.deep.equal([1, 2, 3, 4, 5]);
    expect(first(down)).to.deep.equal(numbers);
    expect(first(up)).to.deep.equal(numbers);
  });

  it('reorder a chunk behind the next one, the last one behind nothing', async () => {
    expect(first((await conversation('reorder.down@6')).down)).to.deep.equal([
      1,
      2,
      3,
      4,
      5,
      7,
      6,
      ...numbers.slice(7),
    ]);
    const { before, down } = await conversation('reorder.down@20');
    expect(before.down).to.deep.equal(numbers.slice(0, 19));
    expect(first(down)).to.deep.equal(numbers);
  });

  it('break the connection, and tell both ends why', async () => {
    const { down, ends } = await conversation('disconnect@10');
    expect(first(down)).to.deep.equal(numbers.slice(0, 9));
    expect(ends).to.have.length(2);
    expect(ends.map((end) => end?.code)).to.deep.equal(['LINK_LOST', 'LINK_LOST']);
  });

  it('hang for a while, and go on with what came meanwhile; or for ever', async () => {
    const { up, down, before } = await conversation('hang:1us@10');
    expect(before.up).to.deep.equal(numbers.slice(0, 9));
    expect(first(up)).to.deep.equal(numbers);
    expect(first(down)).to.deep.equal(numbers);
    const dead = await conversation('hang@10');
    expect(first(dead.up)).to.deep.equal(numbers.slice(0, 9));
    expect(first(dead.down)).to.deep.equal(numbers.slice(0, 9));
  });

  it('are not there without a list', async () => {
    const [host] = memoryTransportPair();
    expect(new FaultPlan([]).transport(host, new VirtualClock())).to.equal(host);
    expect(new FaultPlan(parseFaults('stuck-frame=1')).transport(host, new VirtualClock())).to.equal(host);
  });
});
