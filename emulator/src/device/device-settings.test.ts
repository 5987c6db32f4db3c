import { expect } from 'chai';
import { transmitTicks } from '../link/rate.js';
import { deviceSettings } from './device-settings.js';

const read = (query: string) => deviceSettings(new URLSearchParams(query) as never, 'INVALID_ADDRESS', 'emulator:tiny');

describe('device settings', () => {
  it('read seed, clock, medium and ideal', () => {
    expect(read('seed=7&clock=realtime&medium=signs&ideal=float')).to.deep.equal({
      seed: 7,
      clock: 'realtime',
      medium: 'signs',
      ideal: 'float',
    });
    expect(read('ideal=1')).to.deep.equal({ ideal: true });
    expect(read('cache=512')).to.deep.equal({ cacheBytes: 2 ** 29 });
  });

  it('read a link by name', () => {
    const { link } = read('link=serial-1000000');
    if (typeof link !== 'object') throw new Error('no link');
    expect(transmitTicks(3, link.ticksPerByte)).to.equal(3000);
  });

  it('are refused with the setting, the value and what is allowed', () => {
    expect(() => read('seed=-1')).to.throw('emulator:tiny: seed=-1 is not a whole number');
    expect(() => read('cache=1GB')).to.throw('cache=1GB is not a whole number of megabytes');
    expect(() => read('clock=real')).to.throw('Allowed are virtual, realtime');
    expect(() => read('link=usb4')).to.throw("emulator:tiny: link=usb4: There is no link 'usb4'. Did you mean 'usb3'?");
    expect(() => read('sed=1')).to.throw("there is no setting 'sed'. Did you mean 'seed'?");
  });
});
