import { expect } from 'chai';
import { type FillZeros, MemoryAhead } from './memory-ahead.js';

const MEGABYTE = 1 << 20;

/** A `FillZeros` that is done when it is told to be. */
function byHand() {
  const pieces: { from: number; to: number; done: () => void }[] = [];
  const fill: FillZeros = (_bytes, from, to, done) => void pieces.push({ from, to, done });
  return { pieces, fill };
}

describe('MemoryAhead', () => {
  it('has 8 MiB ready at once and makes two pieces of 2 MiB ready at a time', () => {
    const { pieces, fill } = byHand();
    const told: number[] = [];
    new MemoryAhead(new Uint8Array(16 * MEGABYTE), MEGABYTE, fill, (count) => told.push(count)).begin();
    expect(told).to.deep.equal([8]);
    expect(pieces.map(({ from, to }) => [from / MEGABYTE, to / MEGABYTE])).to.deep.equal([
      [8, 10],
      [10, 12],
    ]);
  });

  it('tells of items in their order, whatever is ready first', () => {
    const { pieces, fill } = byHand();
    const told: number[] = [];
    const memory = new MemoryAhead(new Uint8Array(13 * MEGABYTE), MEGABYTE, fill, (count) => told.push(count));
    memory.begin();
    pieces[1]!.done();
    expect(told).to.deep.equal([8]);
    pieces[0]!.done();
    expect(told).to.deep.equal([8, 4]);
    expect(pieces).to.have.length(3);
    memory.used(12);
    pieces[2]!.done();
    expect(told).to.deep.equal([8, 4, 1]);
  });

  it('tells when what became ready is half of what is told and not used, or more', () => {
    const { pieces, fill } = byHand();
    const told: number[] = [];
    const memory = new MemoryAhead(new Uint8Array(64 * MEGABYTE), MEGABYTE, fill, (count) => told.push(count));
    memory.begin();
    for (let i = 0; i < 2; i++) pieces[i]!.done();
    expect(told).to.deep.equal([8, 4]);
    for (let i = 2; i < 4; i++) pieces[i]!.done();
    expect(told).to.deep.equal([8, 4]);
    memory.used(3);
    expect(told).to.deep.equal([8, 4]);
    memory.used(1);
    expect(told).to.deep.equal([8, 4, 4]);
    memory.used(12);
    for (let i = 4; i < 6; i++) pieces[i]!.done();
    expect(told).to.deep.equal([8, 4, 4, 2, 2]);
  });

  it('says nothing and begins nothing after its end', () => {
    const { pieces, fill } = byHand();
    const told: number[] = [];
    const memory = new MemoryAhead(new Uint8Array(16 * MEGABYTE), MEGABYTE, fill, (count) => told.push(count));
    memory.begin();
    memory.end();
    for (const { done } of [...pieces]) done();
    expect(told).to.deep.equal([8]);
    expect(pieces).to.have.length(2);
  });

  it('is all ready at once where no other thread can do it', () => {
    const told: number[] = [];
    new MemoryAhead(new Uint8Array(16 * MEGABYTE), MEGABYTE, undefined, (count) => told.push(count)).begin();
    expect(told).to.deep.equal([16]);
  });

  it('is all ready at once where the other thread does not get it done', () => {
    const told: number[] = [];
    const fill: FillZeros = (_bytes, _from, _to, done) => done();
    new MemoryAhead(new Uint8Array(13 * MEGABYTE), MEGABYTE, fill, (count) => told.push(count)).begin();
    expect(told.reduce((sum, count) => sum + count)).to.equal(13);
  });

  it('counts whole items, of any size', () => {
    const { pieces, fill } = byHand();
    const told: number[] = [];
    new MemoryAhead(new Uint8Array(30 * MEGABYTE), 10 * MEGABYTE, fill, (count) => told.push(count)).begin();
    for (const piece of pieces) piece.done();
    expect(told).to.deep.equal([1, 1, 1]);
    new MemoryAhead(new Uint8Array(0), 0, fill, (count) => told.push(count)).begin();
    expect(told).to.deep.equal([1, 1, 1, 0]);
  });
});
