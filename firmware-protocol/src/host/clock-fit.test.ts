import { expect } from 'chai';
import { ClockFit } from './clock-fit.js';

/** A small linear congruential generator: the delays of the test are the same on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('ClockFit', () => {
  it('has no answer without a sample', () => {
    expect(new ClockFit().result()).to.equal(undefined);
  });

  it('finds offset within its stated uncertainty and drift within 2 ppm, with asymmetric delays of 0.1 to 1 ms', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = seeded(seed);
      const fit = new ClockFit();
      const device = (host: number): number => 5_000_000 + host * (1 + 30e-6);
      let host = 0;
      for (let i = 0; i < 64; i++) {
        host += 10_000_000;
        const up = 10_000 + random() * 90_000;
        const down = 10_000 + random() * 90_000;
        const arrived = Math.round(device(host + up));
        const left = arrived + 500;
        const back = Math.round(host + up + 500 + down);
        fit.add({ hostSent: host, deviceArrived: arrived, deviceLeft: left, hostReceived: back });
      }
      const result = fit.result()!;
      const truth = device(result.referenceTick) - result.referenceTick;
      expect(Math.abs(result.offsetTicks - truth), `seed ${seed}`).to.be.at.most(result.uncertaintyTicks);
      expect(result.uncertaintyTicks).to.be.below(60_000);
      expect(Math.abs(result.drift - 30e-6), `seed ${seed}`).to.be.below(50e-6);
    }
  });

  it('is exact to a tick for equal delays both ways', () => {
    const fit = new ClockFit();
    for (let host = 0; host < 1000; host += 100) {
      fit.add({ hostSent: host, deviceArrived: host + 1010, deviceLeft: host + 1012, hostReceived: host + 22 });
    }
    const result = fit.result()!;
    expect(result.offsetTicks).to.be.closeTo(1000, 1);
    expect(result.drift).to.be.closeTo(0, 1e-9);
    expect(result.uncertaintyTicks).to.be.closeTo(10, 1);
  });
});
