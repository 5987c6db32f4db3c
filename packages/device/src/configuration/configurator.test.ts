import {
  type Configure,
  configurationField,
  createConfigure,
  limitingTerm,
  pixelFormat,
  resultCode,
} from '@opu/protocol';
import { expect } from 'chai';
import { isRefused } from '../source/configuration.js';
import { deviceFacts } from '../source/device-facts.js';
import { Configurator } from './configurator.js';

const facts = deviceFacts({
  modulatorWidth: 8,
  modulatorHeight: 8,
  sensorWidth: 64,
  sensorHeight: 48,
  regionXStep: 16,
  regionYStep: 4,
  bitDepths: [12, 8],
  settleTicks: 1_250,
  triggerDelayTicks: 500,
  minimumExposureTicks: 2_000,
  transferTicks: 100,
  readoutRowTicks: 100,
});
const asking = (change: Partial<Configure>): Configure => ({ ...createConfigure(), ...change });

describe('Configurator', () => {
  it('begins with the whole sensor, the first bit depth, and the shortest exposure and period of the facts', () => {
    expect(new Configurator(facts).initial.reply).to.include({
      regionWidth: 64,
      regionHeight: 48,
      pixelFormat: pixelFormat.MONO12_PACKED,
      exposureTicks: 2_000,
      // T + Q = 100 + 4 800 is more than S + D + E = 3 750.
      periodTicks: 4_900,
      minimumPeriodTicks: 4_900,
      limitingTerm: limitingTerm.CAMERA_READOUT,
      patternBytes: 8,
    });
  });

  it('gives the same values the same hash, and others another one', () => {
    const subject = new Configurator(facts);
    const exposed = (exposureTicks: number) => {
      const next = subject.change(subject.initial, asking({ fields: configurationField.EXPOSURE, exposureTicks }));
      if (isRefused(next)) throw new Error(next.text);
      return next.reply.configurationHash;
    };
    expect(exposed(2_000)).to.equal(subject.initial.reply.configurationHash);
    expect(exposed(3_000)).to.equal(exposed(3_000));
    expect(exposed(3_000)).to.not.equal(exposed(3_001));
  });

  it('takes what the device begins with only if it can be configured to it', () => {
    expect(() => new Configurator(facts, { initial: { regionX: 3 } }))
      .to.throw('cannot begin like this: regionX is 3: allowed are multiples of 16 from 0 to 48')
      .with.property('code', 'INVALID_ARGUMENT');
  });

  const region = { fields: configurationField.REGION_OF_INTEREST, regionWidth: 16, regionHeight: 4 };
  for (const [field, change, bound] of [
    ['regionX', { ...region, regionX: 20 }, 16],
    ['regionWidth', { ...region, regionX: 48, regionWidth: 32 }, 16],
    ['regionHeight', { ...region, regionHeight: 6 }, 4],
    ['pixelFormat', { fields: configurationField.PIXEL_FORMAT, pixelFormat: pixelFormat.FLOAT32 }, 2],
    ['referenceOn', { fields: configurationField.REFERENCE, referenceOn: 1, referencePhaseSteps: 1 }, 0],
    ['overrunMode', { fields: configurationField.OVERRUN, overrunMode: 1 }, 0],
  ] as const) {
    it(`refuses ${field} = ${(change as Record<string, unknown>)[field]} with the nearest value that is allowed`, () => {
      const subject = new Configurator(facts);
      expect(subject.change(subject.initial, asking(change))).to.include({
        type: 'REFUSED',
        resultCode: resultCode.OUT_OF_RANGE,
        field,
        bound,
      });
    });
  }
});
