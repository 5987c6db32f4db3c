import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { axpy } from '../training/vectors.js';
import { ComputePool } from './compute-pool.js';

describe('ComputePool', () => {
  for (const threads of [1, 2, 4]) {
    it(`runs every tile exactly once with ${threads} threads, job after job`, () => {
      const pool = new ComputePool({ threads });
      const ones = pool.float32(100_003).fill(1);
      const sums = pool.float32(100_003);
      for (let i = 0; i < 300; i++) axpy(pool, 1, ones, sums);
      expect(sums.every((x) => x === 300)).to.equal(true);
      pool.close();
    });
  }

  it('keeps arrays valid while the memory grows', () => {
    const pool = new ComputePool({ threads: 1 });
    const early = pool.float32(4).fill(2);
    const large = pool.float32(5_000_000);
    axpy(pool, 3, early, early);
    expect(Array.from(early)).to.deep.equal([8, 8, 8, 8]);
    expect(pool.owns(early) && pool.owns(large)).to.equal(true);
  });

  it('refuses arrays that are not its own', () => {
    const pool = new ComputePool({ threads: 1 });
    const foreign = new Float32Array(4);
    expect(() => axpy(pool, 1, foreign, foreign)).to.throw(/not on this pool's memory/);
  });

  it('refuses to pass its memory bound', () => {
    const pool = new ComputePool({ threads: 1, memoryBytes: 8 << 20 });
    expect(() => pool.float32(4 << 20)).to.throw(/cannot hold 16777216 bytes/);
    expect(pool.float32(1 << 20).length).to.equal(1 << 20);
  });

  it('refuses a thread count of 0 and work after close', () => {
    expect(() => new ComputePool({ threads: 0 })).to.throw(/threads is 0/);
    const pool = new ComputePool({ threads: 1 });
    pool.close();
    expect(() => pool.run('axpy', 1)).to.throw(/closed/);
  });

  it('survives a kernel that reaches outside the memory', () => {
    const pool = new ComputePool({ threads: 4 });
    for (let i = 0; i < 20; i++) {
      expect(() => pool.run('scale', 64, 1, 2 ** 32 - 65_536, 64 * 1024, 1024)).to.throw(/kernel scale failed/);
      const x = pool.float32(100_000).fill(1);
      axpy(pool, 2, x, x);
      expect(x.every((value) => value === 3)).to.equal(true);
      pool.release(x);
    }
    pool.close();
  });

  it('takes OPU_THREADS from the environment and lets the process exit by itself', () => {
    const script = `
      import { ComputePool } from ${JSON.stringify(new URL('./compute-pool.js', import.meta.url).href)};
      const pool = new ComputePool();
      pool.run('scale', 4, 1, pool.allocate(4096), 16, 4);
      console.log(pool.threads);`;
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, OPU_THREADS: '3' },
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect([result.stdout.trim(), result.status]).to.deep.equal(['3', 0]);
  });
});
