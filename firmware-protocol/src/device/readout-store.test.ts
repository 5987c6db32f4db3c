import { expect } from 'chai';
import { ReadoutStore } from './readout-store.js';

describe('ReadoutStore', () => {
  it('sends again what is kept, and tells gone from not yet', () => {
    const store = new ReadoutStore<string>(100);
    store.add(0, 4, 10, 'a');
    store.add(4, 6, 10, 'b');
    store.add(6, 7, 10, 'c');
    expect(store.find(4, 3)).to.deep.equal({ kind: 'send', bodies: ['b', 'c'] });
    expect(store.find(5, 1)).to.deep.equal({ kind: 'send', bodies: ['b'] });
    expect(store.find(7, 2)).to.deep.equal({ kind: 'not-yet', from: 7, count: 2 });
    expect(store.acknowledge(5)).to.equal(true);
    expect(store.kept).to.equal(4);
    expect(store.find(2, 4)).to.deep.equal({ kind: 'gone', from: 2, count: 2 });
    expect(store.acknowledge(7)).to.equal(true);
    expect(store.acknowledge(7)).to.equal(false);
    expect(store.find(6, 1)).to.deep.equal({ kind: 'gone', from: 6, count: 1 });
    expect(store.heldBytes).to.equal(0);
  });

  it('has room until its memory is used up, for one message at least', () => {
    const store = new ReadoutStore<number>(10);
    expect(store.hasRoom).to.equal(true);
    store.add(0, 1, 25, 0);
    expect(store.hasRoom).to.equal(false);
    store.acknowledge(1);
    expect(store.hasRoom).to.equal(true);
  });

  it('takes credit only upwards', () => {
    const store = new ReadoutStore<number>(10);
    expect(store.credit(5)).to.equal(true);
    expect(store.credit(4)).to.equal(false);
    expect(store.creditLimit).to.equal(5);
    store.revokeCredit();
    expect(store.creditLimit).to.equal(0);
  });

  it('keeps its memory flat over 100 000 messages', () => {
    const store = new ReadoutStore<number>(1000);
    for (let i = 0; i < 100_000; i++) {
      store.add(i, i + 1, 1, i);
      store.acknowledge(i - 3);
    }
    expect(store.heldBytes).to.equal(4);
    expect(store.find(99_996, 1)).to.deep.equal({ kind: 'send', bodies: [99_996] });
  });
});
