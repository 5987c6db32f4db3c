import { expect } from 'chai';
import type { AppliedConfiguration } from '../api/opu-device.js';
import { changedFields } from './changed-fields.js';

const applied = {
  overrun: 'hold',
  exposureTicks: 100,
  regionOfInterest: { x: 0, y: 0, width: 32, height: 32 },
  macroPixels: { columns: 0, rows: 0 },
} as AppliedConfiguration;

describe('fields of a configuration that change', () => {
  it('are those with another value, at any depth', () => {
    const region = { x: 0, y: 0, width: 32, height: 16 };
    expect(changedFields(applied, { overrun: 'drop', exposureTicks: 100, regionOfInterest: region })).to.deep.equal({
      overrun: 'drop',
      regionOfInterest: region,
    });
  });

  it('are none where everything is so already', () => {
    const { regionOfInterest, macroPixels } = applied;
    expect(
      changedFields(applied, { overrun: 'hold', macroPixels: { ...macroPixels }, regionOfInterest }),
    ).to.deep.equal({});
  });
});
