import { expect } from 'chai';
import { needsUsb, runInNamespace } from '../usbfs/in-namespace.js';

describe('a device on USB (the real package, a virtual bus over FUSE)', () => {
  before(function () {
    needsUsb(this);
  });

  it('gives the same bytes as in process, is used by one at a time, and survives 3 unplugs in a stream', async () => {
    expect(await runInNamespace('./usb-run.js', '100', '3')).to.deep.equal({
      address: 'usb:',
      nothingThere: 'LINK_UNAVAILABLE',
      busy: 'DEVICE_BUSY',
      sameBytes: true,
      inOrder: true,
      linksLost: 3,
      pulled: 3,
      unplugged: 'LINK_LOST',
      hotPlug: ['attached usb:1209:0001/USB-tiny-7', 'detached usb:1209:0001/USB-tiny-7'],
    });
  });

  it('is closed when its session is, though a reply may take no more than 60 ms: the process ends by itself', async () => {
    // Whose handle stays open never ends: the package waits for its events.
    const result = await runInNamespace('./usb-faulty-run.js', '1000', '2');
    expect(result).to.deep.include({ frames: 1000, wrong: 0 });
  });
});
