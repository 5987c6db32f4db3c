import { OpuError } from '@opu/core';
import { expect } from 'chai';
import { ComputePool, sharedComputePool } from './compute-pool.js';

const dying = new URL('./dying-worker.test.helper.js', import.meta.url);

/** A job with many tiles on arrays of the pool's memory. */
function fill(pool: ComputePool): void {
  const source = pool.float32(1 << 16);
  const target = pool.float32(1 << 16);
  pool.run('packPanels', 64, pool.pointer(source), 1, 1, 8, 8, 8, pool.pointer(target));
  pool.release(source);
  pool.release(target);
}

describe('a compute pool whose threads die', () => {
  it('gives a job up within its patience of 200 ms instead of waiting for ever, says so, and computes on', async () => {
    const pool = new ComputePool({ threads: 2, worker: { script: dying, patienceMilliseconds: 200 } });
    // Until the thread has entered a job, jobs are done by this one alone.
    let error: unknown;
    for (let i = 0; i < 10_000 && error === undefined; i++) {
      try {
        fill(pool);
      } catch (caught) {
        error = caught;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(error).to.be.instanceOf(OpuError);
    expect((error as OpuError).code).to.equal('BUG');
    expect((error as OpuError).message).to.contain('ended inside kernel packPanels');
    pool.close();
  });

  it('goes on without a thread that ended between two jobs', async () => {
    const pool = new ComputePool({ threads: 3 });
    fill(pool);
    fill(pool);
    pool.close();
    expect(pool.isClosed).to.equal(true);
    expect(() => fill(pool)).to.throw('closed');
  });

  it('is replaced when it was the shared one and was closed', () => {
    const first = sharedComputePool();
    expect(sharedComputePool()).to.equal(first);
    first.close();
    const second = sharedComputePool();
    expect(second).to.not.equal(first);
    fill(second);
  });
});
