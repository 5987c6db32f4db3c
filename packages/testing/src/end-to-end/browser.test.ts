import { schemes } from '@opu/cli';
import { type Mount, mountWebSocket } from '@opu/device';
import { openOpu } from '@opu/driver';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { DriverPage, needsChromium, streamWork, sumOf } from '../chromium.js';
import { needsUsb, runInNamespace } from '../usbfs/in-namespace.js';

const FRAMES = 1400;
const FEW_FRAMES = 150;

describe('a page in Chromium', function () {
  this.timeout(60_000);
  let expected = 0;
  let expectedOfFew = 0;

  before('stream the same patterns in this process', async function () {
    needsChromium(this);
    const device = await openOpu('emulator:tiny?seed=7', { schemes });
    const { patternBytes } = device.configuration;
    const patterns = Array.from({ length: FRAMES }, (_, i) => new Uint8Array(patternBytes).fill(i * 37));
    const images: Uint8Array[] = [];
    for await (const readout of device.stream(patterns)) images.push(readout.image.data as Uint8Array);
    expected = sumOf(images);
    expectedOfFew = sumOf(images.slice(0, FEW_FRAMES));
    await device.close();
  });

  it('streams the same bytes over WebSocket, goes on when its server went and came back, and is told when it stays away', async () => {
    const device = createEmulatedDevice({ profile: 'tiny', seed: 7 });
    let mount: Mount = await mountWebSocket(device);
    const { address } = mount;
    const replug = async (): Promise<void> => {
      await mount.close();
      mount = await mountWebSocket(device, { port: Number(new URL(address).port) });
    };
    const scheme = `async () => opu.webSocketScheme(opu.parseAddress('${address}'))`;
    const page = await DriverPage.serve(streamWork(scheme, FRAMES, "await act('replug');"), {
      replug,
      unplug: () => mount.close(),
    });
    let result: unknown;
    try {
      result = await page.run();
    } finally {
      await page.close();
      await mount.close();
      await device.close();
    }
    expect(result).to.deep.equal({
      sum: expected,
      count: FRAMES,
      inOrder: true,
      busy: 'DEVICE_BUSY',
      linksLost: 1,
      unplugged: 'LINK_LOST',
    });
  });

  it('streams the same bytes over Web Serial, goes on when the port went and came back, and is told of an unplug', async function () {
    needsUsb(this);
    expect(await runInNamespace('./browser-serial-run.js', String(FRAMES))).to.deep.equal({
      sum: expected,
      count: FRAMES,
      inOrder: true,
      busy: 'DEVICE_BUSY',
      linksLost: 1,
      unplugged: 'LINK_LOST',
    });
  });

  it('streams the same bytes over WebUSB, and is told of an unplug', async function () {
    needsUsb(this);
    expect(await runInNamespace('./browser-usb-run.js', String(FEW_FRAMES))).to.deep.equal({
      sum: expectedOfFew,
      count: FEW_FRAMES,
      inOrder: true,
      busy: 'DEVICE_BUSY',
      linksLost: 0,
      unplugged: 'LINK_LOST',
    });
  });
});
