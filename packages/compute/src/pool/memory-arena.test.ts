import { expect } from 'chai';
import { MemoryArena } from './memory-arena.js';

describe('MemoryArena', () => {
  it('hands out 64-byte-aligned spans that do not overlap', () => {
    const arena = new MemoryArena(100, 10_000, () => {});
    const first = arena.allocate(10);
    const second = arena.allocate(65);
    expect([first, second]).to.deep.equal([128, 192]);
    expect(arena.allocate(1)).to.equal(320);
  });

  it('gives released memory out again, neighbours joined', () => {
    const arena = new MemoryArena(0, 1024, () => {});
    const spans = [arena.allocate(64), arena.allocate(64), arena.allocate(64), arena.allocate(64)];
    arena.release(spans[0]!);
    arena.release(spans[2]!);
    arena.release(spans[1]!);
    expect(arena.allocate(192)).to.equal(0);
    expect(arena.usedBytes).to.equal(256);
  });

  it('extends the last free span instead of leaving a hole', () => {
    const ends: number[] = [];
    const arena = new MemoryArena(0, 1024, (end) => ends.push(end));
    arena.release(arena.allocate(128));
    expect(arena.allocate(256)).to.equal(0);
    expect(ends).to.deep.equal([128, 256]);
  });

  it('refuses what passes the bound and says what to do', () => {
    const arena = new MemoryArena(0, 1024, () => {});
    arena.allocate(1000);
    expect(() => arena.allocate(1)).to.throw(/1024 of 1024 bytes are in use.*OPU_MEMORY_MB/);
  });

  it('refuses to release what is not allocated', () => {
    const arena = new MemoryArena(0, 1024, () => {});
    const span = arena.allocate(8);
    arena.release(span);
    expect(() => arena.release(span)).to.throw(/no allocation/);
  });
});
