import { skipUnlessRequired } from '@opu/testing/tools/need-tool.js';
import { expect } from 'chai';
import { expectEqualEdges } from './testing/compare-rtl.js';
import { icarusMissing, randomRtlCase } from './testing/icarus.js';

describe('Verilog model of the sequencer, at length', () => {
  before(function () {
    skipUnlessRequired(this, icarusMissing());
  });

  it('has the same edges as the emulator in 10^4 random runs', () => {
    for (let batch = 0; batch < 10; batch++) {
      const first = 1_000_000 + 1000 * batch;
      const seen = expectEqualEdges(Array.from({ length: 1000 }, (_, i) => randomRtlCase(first + i)));
      expect(seen.get('stall')).to.be.above(200);
    }
  });
});
