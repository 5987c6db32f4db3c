import { expect } from 'chai';
import { cobsFrame } from './cobs.js';
import { FrameMemory } from './frame-memory.js';

describe('FrameMemory', () => {
  it('gives the memory of a frame to a later one that fits, and none of a small one', () => {
    const memory = new FrameMemory();
    const large = memory.take(100_000);
    memory.give(large.subarray(0, 90_000));
    expect(memory.take(40_000).buffer).to.equal(large.buffer);
    expect(memory.take(40_000).buffer).to.not.equal(large.buffer);
    memory.give(large);
    expect(memory.take(200_000)).to.have.length(200_000);
    const small = memory.take(100);
    memory.give(small);
    expect(memory.take(100).buffer).to.not.equal(small.buffer);
  });

  it('makes the same frames in memory that was used', () => {
    const memory = new FrameMemory();
    for (let seed = 1; seed < 20; seed++) {
      const message = Uint8Array.from({ length: 20_000 + ((seed * 7919) % 9000) }, (_, i) => ((i * seed) >> 3) & 0xff);
      const frame = cobsFrame(message, memory);
      expect(Buffer.from(frame).equals(cobsFrame(message))).to.equal(true);
      memory.give(frame.fill(0xff));
    }
  });
});
