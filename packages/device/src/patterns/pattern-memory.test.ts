import { expect } from 'chai';
import { PatternMemory } from './pattern-memory.js';

describe('PatternMemory', () => {
  it('copies, uses memory that was given back once, and shows another view of it', () => {
    const memory = new PatternMemory();
    const source = Uint8Array.of(1, 2, 3);
    const first = memory.keep(source);
    source.fill(9);
    expect([...first]).to.deep.equal([1, 2, 3]);
    memory.release(first);
    memory.release(first);
    const second = memory.keep(source);
    const third = memory.keep(source);
    expect(second.buffer).to.equal(first.buffer);
    expect(second).not.to.equal(first);
    expect(third.buffer).not.to.equal(first.buffer);
  });

  it('leaves patterns alone that are not its own, and forgets memory of another size', () => {
    const memory = new PatternMemory();
    const foreign = new Uint8Array(3);
    memory.release(foreign);
    const own = memory.keep(foreign);
    expect(own.buffer).not.to.equal(foreign.buffer);
    memory.keep(new Uint8Array(4));
    memory.release(own);
    expect(memory.keep(new Uint8Array(3)).buffer).not.to.equal(own.buffer);
  });
});
