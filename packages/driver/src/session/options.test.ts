import { expect } from 'chai';
import { defaultTimeouts } from './options.js';

/** Milliseconds from the last word of a device to the end of the link: see `LinkWatch`. */
function silentLoss(scheme: string): number {
  const { silence, probes } = defaultTimeouts(scheme);
  return silence * (2 ** (probes + 1) - 1);
}

describe('defaultTimeouts', () => {
  it('notices a silent loss within 7 s over a network or a bus, 15 s over a line, and 63 s elsewhere', () => {
    for (const scheme of ['tcp', 'ws', 'wss', 'usb']) expect(silentLoss(scheme), scheme).to.equal(7000);
    expect(silentLoss('serial')).to.equal(15_000);
    expect(silentLoss('emulator')).to.equal(63_000);
  });
});
