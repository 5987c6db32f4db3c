import { expect } from 'chai';
import { crossoverWidth, type DeviceModel, predictBp, predictOptical, type Workload } from './predict.js';

const load: Workload = { inputs: 784, classes: 10, layers: 2, batch: 128, samples: 60_000, gigaflops: 100 };
const device: DeviceModel = {
  name: 'd',
  framesPerVector: 4,
  frameSeconds: (outputs) => (outputs > 100_000 ? undefined : 1e-3),
};

describe('what-if', () => {
  it('counts the operations of bp: three products a hidden layer, two for the first', () => {
    const flops = 2 * 60_000 * (2 * 784 * 1000 + 3 * 1000 * 1000 + 3 * 1000 * 10);
    expect(predictBp(load, 1000)).to.be.closeTo(flops / 1e11, 1e-9);
  });

  it('adds frames to what bp needs not for going back', () => {
    const { hostSeconds, deviceSeconds } = predictOptical(load, 1000, device)!;
    expect(deviceSeconds).to.be.closeTo(240, 1e-9);
    expect(predictBp(load, 1000) - hostSeconds).to.be.closeTo((2 * 60_000 * (1000 * 1000 + 1000 * 10)) / 1e11, 1e-9);
  });

  it('hides all but one part of the shorter stage, of four, in a pipeline', () => {
    const { hostSeconds, deviceSeconds, totalSeconds } = predictOptical({ ...load, pipeline: 4 }, 1000, device)!;
    const forward = (2 * 60_000 * (784 * 1000 + 1000 * 1000 + 1000 * 10)) / 1e11;
    expect(totalSeconds).to.be.closeTo(hostSeconds + deviceSeconds - 0.75 * forward, 1e-9);
    const fast = predictOptical({ ...load, pipeline: 4 }, 1000, { ...device, frameSeconds: () => 1e-6 })!;
    expect(fast.totalSeconds).to.be.closeTo(hostSeconds + 0.25 * fast.deviceSeconds, 1e-9);
    expect(predictOptical(load, 1000, device)!.totalSeconds).to.equal(hostSeconds + deviceSeconds);
  });

  it('finds the width where the two meet, to within 1', () => {
    const width = crossoverWidth(load, device)!;
    const gain = (w: number) => (2 * 60_000 * (w * w + 10 * w)) / 1e11;
    expect(gain(width)).to.be.at.least(240);
    expect(gain(width - 1)).to.be.below(240);
  });

  it('has no crossover beyond the sensor, and finds one just below its end', () => {
    const small = (pixels: number): DeviceModel => ({
      ...device,
      frameSeconds: (n) => (n > pixels ? undefined : 1e-3),
    });
    const width = crossoverWidth(load, device)!;
    expect(crossoverWidth(load, small(2 * width - 2))).to.equal(undefined);
    expect(crossoverWidth(load, small(2 * width + 1))).to.equal(width);
    expect(predictOptical(load, width + 1, small(2 * width))).to.equal(undefined);
  });
});
