import { TICKS_PER_SECOND, VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { PacedLine } from './paced-line.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A line whose far end notes what has come by when. */
function line(baud: number, deliver: (bytes: Uint8Array) => Promise<unknown> | undefined = () => undefined) {
  const clock = new VirtualClock();
  const heard: number[] = [];
  const paced = new PacedLine({
    baud,
    clock,
    deliver: (bytes) => {
      heard.push(...bytes);
      return deliver(bytes);
    },
  });
  return { clock, heard, paced };
}

const counting = (length: number, from = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => from + i);

describe('PacedLine', () => {
  it('hands on every byte once the line has carried it, and never one before', () => {
    const { clock, heard, paced } = line(10_000);
    expect(paced.carry(counting(30))).to.equal(undefined);
    expect(paced.carry(counting(30, 30))).to.equal(undefined);
    for (let count = 0; count < 60; count++) {
      clock.spend(99_999);
      expect(heard).to.have.length(count);
      clock.spend(1);
      expect(heard).to.have.length(count + 1);
    }
    expect(Uint8Array.from(heard)).to.deep.equal(counting(60));
  });

  it('carries exactly as many bytes a second as its rate says, whenever it is given more', async () => {
    const { clock, heard, paced } = line(12_000_000);
    let given = 0;
    // Nobody looks for up to 15 ms at a time.
    for (let round = 0; clock.now() < TICKS_PER_SECOND; round++) {
      for (let pause: Promise<void> | undefined; pause === undefined; ) {
        given += 1000;
        pause = paced.carry(new Uint8Array(1000));
      }
      clock.spend(Math.min((round % 16) * 100_000 + 777, TICKS_PER_SECOND - clock.now()));
      await settled();
    }
    // What has come is handed on once a millisecond.
    expect(heard.length).to.be.within(1_198_800, 1_200_000);
    expect(given - heard.length).to.be.below(26_000);
  });

  it('is idle while there is nothing to carry: that time is not made up for', () => {
    const { clock, heard, paced } = line(10_000_000);
    void paced.carry(new Uint8Array(100));
    clock.spend(TICKS_PER_SECOND);
    void paced.carry(new Uint8Array(100));
    clock.spend(9_999);
    expect(heard).to.have.length(100);
    clock.spend(1);
    expect(heard).to.have.length(200);
  });

  it('stands still while its far end asks for a pause, and says when all has come', async () => {
    let resume = () => {};
    let held = true;
    const { clock, heard, paced } = line(10_000_000, () =>
      held ? new Promise<void>((resolve) => (resume = resolve)) : undefined,
    );
    const pause = paced.carry(new Uint8Array(50_000));
    let drained = false;
    void paced.drained().then(() => {
      drained = true;
    });
    clock.spend(TICKS_PER_SECOND);
    expect(heard).to.have.length(1000);
    held = false;
    resume();
    await settled();
    clock.spend(100_000);
    expect(heard).to.have.length(2000);
    clock.spend(4_800_000);
    await pause;
    await settled();
    expect(heard).to.have.length(50_000);
    expect(drained).to.equal(true);
  });

  it('loses what is under way when it is ended', async () => {
    const { clock, heard, paced } = line(10_000_000);
    const pause = paced.carry(new Uint8Array(50_000));
    clock.spend(100_000);
    paced.end();
    await pause;
    await paced.drained();
    expect(paced.carry(new Uint8Array(5))).to.equal(undefined);
    clock.spend(TICKS_PER_SECOND);
    expect(heard).to.have.length(1000);
  });
});
