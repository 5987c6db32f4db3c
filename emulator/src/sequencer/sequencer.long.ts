import { expect } from 'chai';
import { frameTiming } from '../profiles/model/frame-timing.js';
import { resolveProfile } from '../profiles/resolve-profile.js';
import { Sequencer } from './sequencer.js';
import { drive } from './testing/drive.js';
import { gridViolations, violations } from './testing/invariants.js';
import { randomCase } from './testing/random-case.js';
import { referenceRun } from './testing/reference.js';

describe('Sequencer, at length', () => {
  it('agrees with the rules written down frame by frame and breaks no invariant, in 10^4 random runs', () => {
    for (let seed = 100_001; seed <= 110_000; seed++) {
      const run = randomCase(seed);
      const wanted = referenceRun(run.settings, run.arrivals, run.start);
      const { frames, sequencer } = drive(run, 'wake-only');
      const edges = frames.map(({ frame: _f, k: _k, patternId: _p, trigger: _t, ...rest }) => rest);
      expect(edges, `seed ${seed}`).to.deep.equal(wanted.frames);
      const { underrun, stall, overrun } = sequencer.counters;
      expect([underrun, stall, overrun], `seed ${seed}`).to.deep.equal([wanted.underrun, wanted.stall, wanted.overrun]);
      expect(violations(frames, run.settings), `seed ${seed}`).to.deep.equal([]);
      expect(gridViolations(frames, run.settings.P, sequencer.counters), `seed ${seed}`).to.deep.equal([]);
    }
  });

  it('keeps memory flat over 10^6 frames: less than 16 MB more than after the first 10^4', () => {
    const settings = {
      ...frameTiming(resolveProfile('tiny')),
      X: 1100,
      nbuf: 4,
      overrun: 'hold',
      trigger: 'internal',
    } as const;
    let edges = 0;
    const sequencer = new Sequencer(settings, { edge: () => void edges++ });
    let id = 0;
    let heap = 0;
    sequencer.start(0);
    const total = 1_000_000;
    while (id < total || sequencer.nextEventTick() !== undefined) {
      const tick = sequencer.nextEventTick() ?? 0;
      sequencer.advance(tick);
      while (id < total && sequencer.patternsWaiting < 16) {
        sequencer.patternArrived(tick, id, id === total - 1);
        id++;
      }
      if (id === 10_000 && heap === 0) heap = process.memoryUsage().heapUsed;
    }
    expect(edges).to.equal(11 * total);
    expect(process.memoryUsage().heapUsed - heap).to.be.below(16e6);
  });
});
