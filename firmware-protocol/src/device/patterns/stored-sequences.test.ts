import { expect } from 'chai';
import { StoredSequences } from './stored-sequences.js';

describe('stored sequences', () => {
  it('keep their own bytes, also where those of the message are a Buffer, whose slice is no copy', () => {
    const data = Buffer.from([1, 2, 3, 4]);
    const sequences = new StoredSequences();
    sequences.store(7, 0, [data.subarray(0, 2), data.subarray(2, 4)]);
    data.fill(0);
    expect(sequences.get(7)!.map((pattern) => [...pattern])).to.deep.equal([
      [1, 2],
      [3, 4],
    ]);
  });

  it('take patterns that have memory of their own as they are, without another copy', () => {
    const expanded = Uint8Array.of(1, 2);
    const sequences = new StoredSequences();
    sequences.store(7, 0, [expanded]);
    expect(sequences.get(7)![0]).to.equal(expanded);
  });
});
