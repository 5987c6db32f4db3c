import { expect } from 'chai';
import { HostileHost } from '../hostile-host.js';

describe('an emulated device', function () {
  this.timeout(60_000);

  for (const seed of [1, 2, 3]) {
    it(`survives 5 000 messages of a host that talks nonsense, and makes frames in between (seed ${seed})`, async () => {
      const { heard } = await new HostileHost(seed).attack(5000);
      for (const type of ['REFUSED', 'DONE', 'READOUTS', 'RUN_ENDED', 'COUNTERS_REPLY', 'PATTERN_RESEND']) {
        expect(heard.get(type) ?? 0, type).to.be.above(0);
      }
    });
  }
});
