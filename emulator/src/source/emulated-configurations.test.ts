import { imageBytesOf, isRefused } from '@opu/device';
import {
  type Configure,
  configurationField,
  createConfigure,
  limitingTerm,
  overrunMode,
  pixelFormat,
  resultCode,
} from '@opu/protocol';
import { expect } from 'chai';
import { resolveProfile } from '../profiles/resolve-profile.js';
import { EmulatedConfigurations } from './emulated-configurations.js';
import { factsOfProfile } from './facts.js';

const configurations = (profile = 'tiny'): EmulatedConfigurations => {
  const resolved = resolveProfile(profile);
  return new EmulatedConfigurations(resolved, factsOfProfile(resolved, [8, 10, 12]));
};
const asking = (change: Partial<Configure>): Configure => ({ ...createConfigure(), ...change });

function changed(subject: EmulatedConfigurations, change: Partial<Configure>, from = subject.initial) {
  const next = subject.change(from, asking(change));
  if (isRefused(next)) throw new Error(next.text);
  return next;
}

function refusalOf(change: Partial<Configure>, subject = configurations(), from = subject.initial) {
  const refusal = subject.change(from, asking(change));
  if (isRefused(refusal)) return refusal;
  throw new Error('It was taken.');
}

describe('configurations of an emulated device', () => {
  it('starts with the defaults of the profile', () => {
    const { reply } = configurations('opu-1m-300k').initial;
    expect(reply).to.include({ periodTicks: 125_000, exposureTicks: 40_000, regionWidth: 2048, regionHeight: 147 });
    expect(reply.minimumPeriodTicks).to.be.at.most(125_000);
    expect(reply.patternBytes).to.equal(129_960);
    expect(imageBytesOf(reply)).to.equal(2048 * 147);
  });

  it('changes what the fields name and nothing else', () => {
    const subject = configurations();
    const after = changed(subject, {
      fields: configurationField.OVERRUN,
      overrunMode: overrunMode.DROP,
      exposureTicks: 7,
    });
    const { configurationHash, ...values } = subject.initial.reply;
    expect(after.reply).to.deep.include({ ...values, overrunMode: overrunMode.DROP });
    expect(after.reply.configurationHash).to.not.equal(configurationHash);
  });

  it('counts the bytes of packed pixels', () => {
    const subject = configurations();
    const change = {
      fields: configurationField.PIXEL_FORMAT | configurationField.REGION_OF_INTEREST,
      regionWidth: 3,
      regionHeight: 3,
    };
    const bytes = (format: number): number => imageBytesOf(changed(subject, { ...change, pixelFormat: format }).reply);
    expect(bytes(pixelFormat.MONO10_PACKED)).to.equal(12);
    expect(bytes(pixelFormat.MONO12_PACKED)).to.equal(14);
  });

  it('follows the shortest period until a host asks for one, and then holds to it', () => {
    const subject = configurations('lab-dlp7000');
    const first = subject.initial;
    expect(first.timing.P).to.equal(first.reply.minimumPeriodTicks);
    const longer = changed(subject, { fields: configurationField.EXPOSURE, exposureTicks: 1_000_000 });
    expect(longer.timing.P).to.equal(longer.reply.minimumPeriodTicks);
    expect(longer.timing.P).to.be.above(1_000_000);
    const fixed = changed(subject, { fields: configurationField.PERIOD, periodTicks: 200_000 });
    const refusal = refusalOf({ fields: configurationField.EXPOSURE, exposureTicks: 1_000_000 }, subject, fixed);
    expect(refusal.text).to.contain('Pmin');
  });

  it('rounds the period of a liquid crystal up to its refresh', () => {
    const V = 1_666_667;
    const applied = changed(configurations('lab-slm'), { fields: configurationField.PERIOD, periodTicks: 2 * V + 1 });
    expect(applied.timing.P).to.equal(3 * V);
  });

  it('answers the shortest period of a candidate without looking at its period', () => {
    const subject = configurations();
    const minimum = subject.minimumPeriod(
      subject.initial,
      asking({
        fields: configurationField.PERIOD | configurationField.EXPOSURE,
        periodTicks: 1,
        exposureTicks: 50_000,
      }),
    );
    expect(minimum).to.deep.equal({ ticks: 1250 + 500 + 50_000, limitingTerm: 'modulator-exposure' });
  });

  it('names the limiting term of a period that is too short, with the shortest one', () => {
    expect(refusalOf({ fields: configurationField.PERIOD, periodTicks: 3000 })).to.include({
      resultCode: resultCode.PERIOD_TOO_SHORT,
      limitingTerm: limitingTerm.MODULATOR_EXPOSURE,
      field: 'periodTicks',
      value: 3000,
      bound: 3750,
    });
  });

  const { EXPOSURE, REGION_OF_INTEREST, PIXEL_FORMAT, MACRO_PIXELS, REFERENCE, TRIGGER, PERIOD } = configurationField;
  const region = { fields: REGION_OF_INTEREST, regionWidth: 8, regionHeight: 8 };
  const reference = { fields: REFERENCE, referenceOn: 1, referencePhaseSteps: 4, referenceAmplitude: 1 };
  const refused: readonly (readonly [string, Partial<Configure>, number])[] = [
    ['exposureTicks', { fields: EXPOSURE, exposureTicks: 99 }, 100],
    ['exposureTicks', { fields: EXPOSURE, exposureTicks: 2 ** 40 }, 100_000_000],
    ['regionX', { ...region, regionX: 32 }, 31],
    ['regionWidth', { ...region, regionX: 30 }, 2],
    ['regionHeight', { ...region, regionHeight: 0 }, 1],
    ['pixelFormat', { fields: PIXEL_FORMAT, pixelFormat: pixelFormat.FLOAT32 }, pixelFormat.MONO8],
    ['pixelFormat', { fields: PIXEL_FORMAT, pixelFormat: 77 }, pixelFormat.MONO8],
    ['macroColumns', { fields: MACRO_PIXELS, macroColumns: 33, macroRows: 1 }, 32],
    ['macroRows', { fields: MACRO_PIXELS, macroColumns: 4, macroRows: 0 }, 1],
    ['referencePhaseSteps', { ...reference, referencePhaseSteps: 0 }, 1],
    ['referenceAmplitude', { ...reference, referenceAmplitude: Number.NaN }, 0],
    ['referenceTiltX', { ...reference, referenceTiltX: 4 }, Math.PI],
    ['triggerMode', { fields: TRIGGER, triggerMode: 3 }, 2],
    ['periodTicks', { fields: PERIOD, periodTicks: 2 ** 50 }, 360_000_000_000],
  ];
  for (const [field, change, bound] of refused) {
    it(`refuses ${field} = ${change[field as keyof Configure]} and names the nearest value that is allowed`, () => {
      const refusal = refusalOf(change);
      expect(refusal).to.include({ resultCode: resultCode.OUT_OF_RANGE, field, bound });
      expect(refusal.text).to.contain(field);
    });
  }
});
