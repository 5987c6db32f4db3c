import { expect } from 'chai';
import { Exclusive } from './exclusive.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Exclusive', () => {
  it('lets one in at a time, in the order of asking', async () => {
    const exclusive = new Exclusive();
    const order: string[] = [];
    const first = await exclusive.enter();
    const second = exclusive.enter().then((leave) => {
      order.push('second');
      return leave;
    });
    const third = exclusive.enter().then((leave) => {
      order.push('third');
      return leave;
    });
    await settled();
    expect(order).to.deep.equal([]);
    first();
    (await second)();
    (await third)();
    expect(order).to.deep.equal(['second', 'third']);
    expect(exclusive.isTaken).to.equal(false);
  });

  it('lets whoever is aborted go at once, and those behind keep their turn', async () => {
    const exclusive = new Exclusive();
    const first = await exclusive.enter();
    const abort = new AbortController();
    const second = exclusive.enter(undefined, abort.signal).catch((error: unknown) => error);
    let isIn = false;
    const third = exclusive.enter().then((leave) => {
      isIn = true;
      return leave;
    });
    abort.abort();
    expect(await second).to.include({ code: 'ABORTED' });
    expect(await exclusive.enter(abort.signal).catch((error: unknown) => error)).to.include({ code: 'ABORTED' });
    await settled();
    expect(isIn).to.equal(false);
    first();
    (await third)();
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
    const third = exclusive.enter().then((leave) => {
      isIn = true;
      return leave;
    });
    await settled();
    expect(isIn).to.equal(false);
    first();
    (await third)();
    await settled();
    expect(exclusive.isTaken).to.equal(false);
  });
});
