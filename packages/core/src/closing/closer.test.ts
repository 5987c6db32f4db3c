import { expect } from 'chai';
import { VirtualClock } from '../clock/virtual-clock.js';
import { Closer } from './closer.js';

const closerOn = (clock: VirtualClock): Closer => new Closer({ clock, deadlineTicks: 1000 });

describe('Closer', () => {
  it('ends once and gives every caller the same promise', async () => {
    const closer = closerOn(new VirtualClock());
    let calls = 0;
    let end = (): void => {};
    const work = () => {
      calls++;
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    };
    expect(closer.isClosing).to.equal(false);
    const [first, second] = [closer.close(work), closer.close(work)];
    expect(closer.isClosing).to.equal(true);
    expect(second).to.equal(first);
    let over = false;
    const watched = second.then(() => {
      over = true;
    });
    await new Promise(setImmediate);
    expect(over).to.equal(false);
    end();
    await watched;
    expect(calls).to.equal(1);
  });

  it('is over at its deadline, on the tick, and cuts what is left', async () => {
    const clock = new VirtualClock();
    const closer = closerOn(clock);
    let cuts = 0;
    const closed = closer.close(
      () => new Promise(() => {}),
      () => cuts++,
    );
    clock.spend(999);
    expect(cuts).to.equal(0);
    clock.spend(1);
    await closed;
    expect(cuts).to.equal(1);
  });

  it('rejects with what goes wrong in time, at once or later, and cuts nothing then', async () => {
    for (const work of [
      () => {
        throw new Error('broken');
      },
      () => Promise.reject(new Error('broken')),
    ]) {
      const clock = new VirtualClock();
      let cuts = 0;
      const failed = await closerOn(clock)
        .close(work, () => cuts++)
        .catch((error: Error) => error.message);
      expect(failed).to.equal('broken');
      clock.spend(5000);
      expect(cuts).to.equal(0);
    }
  });

  it('is not heard of again when what it waited for fails after the deadline', async () => {
    const clock = new VirtualClock();
    let fail = (_error: Error): void => {};
    const closed = closerOn(clock).close(
      () =>
        new Promise<void>((_, reject) => {
          fail = reject;
        }),
    );
    clock.spend(1000);
    await closed;
    const unhandled: unknown[] = [];
    const listen = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', listen);
    fail(new Error('late'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', listen);
    expect(unhandled).to.deep.equal([]);
  });
});
