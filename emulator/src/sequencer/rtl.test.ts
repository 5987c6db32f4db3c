import { skipUnlessRequired } from '@opu/testing/tools/need-tool.js';
import { expect } from 'chai';
import { frameTiming } from '../profiles/model/frame-timing.js';
import { resolveProfile } from '../profiles/resolve-profile.js';
import { expectEqualEdges } from './testing/compare-rtl.js';
import { icarusMissing, randomRtlCase } from './testing/icarus.js';

describe('Verilog model of the sequencer', () => {
  before(function () {
    skipUnlessRequired(this, icarusMissing());
  });

  it('has the edges of the worked example, with and without a link that is too slow', () => {
    const tiny = frameTiming(resolveProfile('tiny'));
    const settings = { ...tiny, X: 1100, nbuf: 4, overrun: 'hold', trigger: 'internal' } as const;
    expectEqualEdges([
      { settings, arrivals: [0, 0, 0], start: 0 },
      { settings: { ...settings, X: 15_000, nbuf: 2 }, arrivals: [0, 0, 0, 40_000, 40_000], start: 100 },
    ]);
  });

  it('has the same edges as the emulator in 120 random runs', () => {
    const seen = expectEqualEdges(Array.from({ length: 120 }, (_, seed) => randomRtlCase(seed)));
    expect(seen.get('underrun')).to.be.above(25);
    expect(seen.get('stall')).to.be.above(25);
    expect(seen.get('tx_end')).to.equal(seen.get('reset'));
  });
});
