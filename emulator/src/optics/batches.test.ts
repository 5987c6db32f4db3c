import { ComputePool } from '@opu/compute';
import { expect } from 'chai';
import { resolveProfile } from '../profiles/resolve-profile.js';
import { opticsOfProfile } from '../source/optics-of-profile.js';
import type { MediumModel } from './model/parameters.js';
import { createOptics } from './optics.js';

const pool = new ComputePool({ threads: 1, memoryBytes: 2 ** 30 });
after(() => pool.close());

/** Frames that are exposed together on the default region of a profile. */
function batchFrames(name: string, model: MediumModel, columns: number, rows: number): number {
  const profile = resolveProfile(name);
  const optics = createOptics(opticsOfProfile(profile, model), 1, {}, pool);
  optics.configure({
    regionOfInterest: profile.defaults.regionOfInterest,
    bitDepth: 8,
    macroPixels: { columns, rows },
    reference: { on: false, amplitude: 1, tiltX: 0, tiltY: 0 },
  });
  const frames = optics.batchFrames!;
  optics.close();
  return frames;
}

describe('batches of frames', () => {
  it('take five times as long as one frame where that takes many seconds, dense and raw on the largest profile', () => {
    expect(batchFrames('opu-1m-300k', 'dense', 0, 0)).to.be.within(64, 96);
  });

  it('are as many as memory holds where generating the matrix is all the work, 784 macro-pixels there', () => {
    expect(batchFrames('opu-1m-300k', 'dense', 28, 28)).to.equal(111);
  });

  it('are what is computed in a second where frames are cheap', () => {
    expect(batchFrames('opu-1m-300k', 'structured', 0, 0)).to.be.within(20, 30);
    expect(batchFrames('tiny', 'dense', 0, 0)).to.equal(512);
  });
});
