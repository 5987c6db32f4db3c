import { schemes } from '@opu/cli';
import {
  autoExposure,
  darkFrame,
  isOpuError,
  measureGrain,
  type OpuDevice,
  openLinearProjection,
  openOpu,
  type ReadoutBatch,
} from '@opu/driver';
import { expect } from 'chai';
import ndarray from 'ndarray';

const INPUTS = 10;

/** A device that drops most frames: its link carries one in many frame periods. */
async function dropping(work: (device: OpuDevice) => Promise<void>): Promise<void> {
  const device = await openOpu('emulator:tiny?seed=3&link=serial-1000000', { schemes });
  try {
    await device.configure({ overrun: 'drop' });
    await work(device);
  } finally {
    await device.close();
  }
}

const vectors = (count: number) => {
  const values = Int8Array.from({ length: count * INPUTS }, (_, i) => ((i * 7) % 3) - 1);
  return ndarray(values, [count, INPUTS]);
};

describe('on a device that is configured to drop frames', () => {
  it('a plain batch comes without the frames that were dropped: the device here does drop', () =>
    dropping(async (device) => {
      const { patternBytes } = device.configuration;
      const batch = await device.project(ndarray(new Uint8Array(40 * patternBytes), [40, patternBytes]));
      expect(batch.pixels.shape[0]).to.be.lessThan(40);
    }));

  it('a linear projection asks for hold: every value is a number', () =>
    dropping(async (device) => {
      const projection = await openLinearProjection(device, { mode: 'anchor', inputs: INPUTS, outputs: 16 });
      expect(device.configuration.overrun).to.equal('hold');
      const { data } = await projection.project(vectors(20));
      expect([...data].every(Number.isFinite)).to.equal(true);
    }));

  it('calibrations ask for hold and leave the mode as it was', () =>
    dropping(async (device) => {
      const { patternBytes } = device.configuration;
      const bright = ndarray(new Uint8Array(8 * patternBytes).fill(0xff), [8, patternBytes]);
      const dark = await darkFrame(device);
      expect([...dark.data].every(Number.isFinite)).to.equal(true);
      await autoExposure(device, bright, { mean: 0.001 });
      expect(await measureGrain(device)).to.be.within(1, 2);
      expect(device.configuration.overrun).to.equal('drop');
    }));

  it('a projection whose device was set back to drop, or that gives too few readouts, is an error', () =>
    dropping(async (device) => {
      const short: OpuDevice = new Proxy(device, {
        get: (target, name) => {
          if (name === 'project') {
            return async (...args: Parameters<OpuDevice['project']>): Promise<ReadoutBatch> => {
              const batch = await target.project(...args);
              return { ...batch, pixels: batch.pixels.lo(1, 0) as ReadoutBatch['pixels'] };
            };
          }
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
      const error = await openLinearProjection(short, { mode: 'anchor', inputs: INPUTS, outputs: 16 }).catch(
        (e: unknown) => e,
      );
      expect(isOpuError(error, 'FRAMES_LOST')).to.equal(true);
      expect((error as Error).message).to.contain('1 readouts came for 2 patterns');
    }));
});
