import { expect } from 'chai';
import { Exclusive } from './exclusive.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Exclusive', () => {
  it('lets one in at a time, in the order of asking', async () => {
    const exclusive = new Exclusive();
    const order: string[] = [];
    const first = await exclusive.enter();
    const second = exclusive.enter().then((turn) => {
      order.push('second');
      return turn;
    });
    const third = exclusive.enter().then((turn) => {
      order.push('third');
      return turn;
    });
    await settled();
    expect(order).to.deep.equal([]);
    first.leave();
    (await second).leave();
    (await third).leave();
    expect(order).to.deep.equal(['second', 'third']);
    expect(exclusive.isTaken).to.equal(false);
  });

  it('lets whoever is aborted go at once, and those behind keep their turn', async () => {
    const exclusive = new Exclusive();
    const first = await exclusive.enter();
    const abort = new AbortController();
    const second = exclusive.enter(undefined, abort.signal).catch((error: unknown) => error);
    let isIn = false;
    const third = exclusive.enter().then((turn) => {
      isIn = true;
      return turn;
    });
    abort.abort();
    expect(await second).to.include({ code: 'ABORTED' });
    expect(await exclusive.enter(abort.signal).catch((error: unknown) => error)).to.include({ code: 'ABORTED' });
    await settled();
    expect(isIn).to.equal(false);
    first.leave();
    (await third).leave();
    await settled();
    expect(exclusive.isTaken).to.equal(false);
  });

  it('makes those wait who come after the last one in the row was aborted', async () => {
    const exclusive = new Exclusive();
    const first = await exclusive.enter();
    const abort = new AbortController();
    const second = exclusive.enter(abort.signal).catch((error: unknown) => error);
    abort.abort();
    await second;
    let isIn = false;
    const third = exclusive.enter().then((turn) => {
      isIn = true;
      return turn;
    });
    await settled();
    expect(isIn).to.equal(false);
    first.leave();
    (await third).leave();
    await settled();
    expect(exclusive.isTaken).to.equal(false);
  });

  it('gives the turn to the first who asks, and to the next when one leaves, before either has noticed', async () => {
    const exclusive = new Exclusive();
    const [first, second] = [exclusive.enter(), exclusive.enter()];
    const { current } = exclusive;
    expect(current).to.not.equal(undefined);
    current!.leave();
    const next = exclusive.current;
    expect(next).to.not.equal(undefined).and.not.equal(current);
    expect([await first, await second]).to.deep.equal([current, next]);
    next!.leave();
    expect(exclusive.current).to.equal(undefined);
  });
});
