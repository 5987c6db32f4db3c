import { expect } from 'chai';
import { HostileHost } from '../hostile-host.js';

describe('an emulated device, at length', () => {
  for (const seed of [11, 12, 13, 14]) {
    it(`survives 40 000 messages of a host that talks nonsense (seed ${seed})`, async () => {
      const { heard } = await new HostileHost(seed).attack(40_000);
      expect(heard.get('READOUTS') ?? 0).to.be.above(10);
    });
  }
});
