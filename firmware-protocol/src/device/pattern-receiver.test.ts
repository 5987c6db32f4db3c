import { expect } from 'chai';
import { PatternReceiver } from './pattern-receiver.js';

const take = (receiver: PatternReceiver, first: number, count: number): number => {
  const verdict = receiver.judge(first, count);
  if (verdict.kind !== 'take') throw new Error(`${first}+${count}: ${verdict.kind}`);
  receiver.taken(first + count);
  return verdict.skip;
};

describe('PatternReceiver', () => {
  it('takes what is next, and of an overlap only what is new', () => {
    const receiver = new PatternReceiver(16);
    expect(take(receiver, 0, 4)).to.equal(0);
    expect(take(receiver, 2, 4)).to.equal(2);
    expect(receiver.expected).to.equal(6);
    expect(receiver.judge(0, 6).kind).to.equal('repetition');
    expect(receiver.judge(6, 0).kind).to.equal('repetition');
  });

  it('asks once for what is missing, and again after it came or over a new connection', () => {
    const receiver = new PatternReceiver(16);
    expect(receiver.judge(3, 2)).to.deep.equal({ kind: 'gap', from: 0, count: 3, ask: true });
    expect(receiver.judge(5, 2)).to.deep.equal({ kind: 'gap', from: 0, count: 5, ask: false });
    receiver.reconnect();
    expect(receiver.judge(5, 2)).to.include({ kind: 'gap', ask: true });
    take(receiver, 0, 3);
    expect(receiver.judge(5, 2)).to.deep.equal({ kind: 'gap', from: 3, count: 2, ask: true });
  });

  it('takes nothing beyond its credit, whole messages only', () => {
    const receiver = new PatternReceiver(4);
    expect(receiver.judge(0, 5).kind).to.equal('beyond-credit');
    take(receiver, 0, 4);
    expect(receiver.judge(4, 1).kind).to.equal('beyond-credit');
    receiver.leave(1);
    expect(receiver.limit).to.equal(5);
    take(receiver, 4, 1);
  });

  it('announces room by quarters of its RAM and never takes credit back', () => {
    const receiver = new PatternReceiver(16);
    take(receiver, 0, 16);
    expect([1, 1, 1, 1].map((n) => receiver.leave(n))).to.deep.equal([false, false, false, true]);
    expect(receiver.announce()).to.deep.equal({ nextPatternId: 16, creditLimit: 20 });
    receiver.resize(8);
    expect(receiver.limit).to.equal(20);
    receiver.clear();
    expect(receiver.held).to.equal(0);
    expect(receiver.announce().creditLimit).to.equal(24);
  });

  it('calls patterns that it took news when they are a quarter of its RAM since it told of some', () => {
    const receiver = new PatternReceiver(16);
    expect([1, 3, 4].map((end) => receiver.taken(end))).to.deep.equal([false, false, true]);
    receiver.announce();
    expect([7, 8].map((end) => receiver.taken(end))).to.deep.equal([false, true]);
  });
});
