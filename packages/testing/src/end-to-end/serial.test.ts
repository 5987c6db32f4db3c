import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemes } from '@opu/cli';
import { RealTimeClock } from '@opu/core';
import { type Mount, mountSerial } from '@opu/device';
import { isOpuError, openOpu, type RemoteDevice } from '@opu/driver';
import { SerialTransport } from '@opu/driver/node';
import { createEmulatedDevice, type EmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';

const TIMEOUTS = { request: 300, silence: 100, reconnect: 5000 };

function batch(device: RemoteDevice, count: number) {
  const bytes = device.configuration.patternBytes;
  const data = Uint8Array.from({ length: count * bytes }, (_, i) => (i * 2654435761) >>> 24);
  return ndarray(data, [count, bytes]);
}

/**
 * Like a real device, the mount needs a moment to notice that a host hung up: until then there is no port, or the old
 * terminal, which is about to go.
 */
async function openWhenThere(address: string): Promise<RemoteDevice> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await openOpu(address, { schemes, timeouts: TIMEOUTS });
    } catch (error) {
      const mayCome = isOpuError(error, 'LINK_UNAVAILABLE') || isOpuError(error, 'LINK_LOST');
      if (!mayCome || attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

describe('a device on a serial port (the real package, a pseudo-terminal)', () => {
  const clock = new RealTimeClock();
  let folder = '';
  let link = '';
  let emulated: EmulatedDevice;
  let mount: Mount;

  before(function () {
    if (process.platform === 'linux' && existsSync('/dev/ptmx') && existsSync('/usr/bin/perl')) return;
    if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error('pseudo-terminals and perl are needed here');
    console.log('      skipped: needs Linux with pseudo-terminals and perl (install perl-base)');
    this.skip();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-serial-'));
    link = join(folder, 'tty');
    emulated = createEmulatedDevice({ profile: 'tiny', seed: 7 });
    mount = mountSerial(emulated, { clock, linkPath: link });
  });

  afterEach(async () => {
    await mount.close();
    await emulated.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives the same bytes as in process', async () => {
    const inside = await openOpu('emulator:tiny?seed=7', { schemes });
    const expected = await inside.project(batch(inside, 100));
    await inside.close();
    const device = await openOpu(mount.address, { schemes, timeouts: TIMEOUTS });
    const got = await device.project(batch(device, 100));
    expect(got.readouts).to.deep.equal(expected.readouts);
    expect(Buffer.compare(got.pixels.data as Uint8Array, expected.pixels.data as Uint8Array)).to.equal(0);
    await device.close();
  });

  it('can be opened again after it was closed, and by one at a time', async () => {
    for (let round = 0; round < 3; round++) {
      const device = await openWhenThere(mount.address);
      const second = await openOpu(mount.address, { schemes, timeouts: TIMEOUTS }).catch((e: unknown) => e);
      expect(second).to.include({ code: 'DEVICE_BUSY' });
      await device.project(batch(device, 5));
      await device.close();
    }
  });

  it('goes on with a stream after the port was unplugged and plugged in again, 3 times', async () => {
    const device = await openOpu(`serial:${link}`, { schemes, timeouts: TIMEOUTS });
    const { patternBytes } = device.configuration;
    const patterns = Array.from({ length: 300 }, (_, i) => new Uint8Array(patternBytes).fill(i));
    const ids: number[] = [];
    for await (const readout of device.stream(patterns)) {
      ids.push(readout.patternId);
      if (ids.length % 80 === 0) {
        await mount.close();
        mount = mountSerial(emulated, { clock, linkPath: link });
      }
    }
    expect(ids).to.deep.equal(patterns.map((_, i) => i));
    const counters = await device.counters();
    expect(counters.get('host_links_lost')).to.equal(3);
    expect(counters.get('host_reconnect_attempts')).to.be.at.least(3);
    expect(counters.get('host_bytes_sent')).to.be.above(patterns.length * patternBytes);
    expect(counters.get('host_bytes_received')).to.be.above(patterns.length * 1024);
    await device.close();
  });

  it('ends a projection with LINK_LOST when the port is pulled and does not come back in time', async () => {
    const device = await openOpu(mount.address, { schemes, timeouts: { ...TIMEOUTS, reconnect: 100 } });
    const running = device.project(batch(device, 2000)).catch((e: unknown) => e);
    await mount.close();
    expect(await running).to.include({ code: 'LINK_LOST' });
    expect(await device.counters().catch((e: unknown) => e)).to.include({ code: 'LINK_LOST' });
    await device.close();
  });

  it('leaves the port to others when it is closed while it is being opened', async () => {
    for (let round = 0; round < 3; round++) {
      const transport = new SerialTransport({ path: link, baud: 115_200 }, { clock });
      const opening = transport.open({ receive: () => {}, ended: () => {} }).catch((e: unknown) => e);
      await transport.close();
      expect(await opening).to.include({ code: 'LINK_UNAVAILABLE' });
    }
    const device = await openWhenThere(`serial:${link}`);
    await device.close();
  });

  it('says what is wrong: no such port, a bad rate, no port', async () => {
    for (const [address, code, said] of [
      ['serial:/dev/ttyNONE7', 'LINK_UNAVAILABLE', '/dev/ttyNONE7'],
      ['serial:/dev/ttyACM0?baud=fast', 'INVALID_ADDRESS', 'baud=fast'],
      ['serial:/dev/ttyACM0?bauds=9600', 'INVALID_ADDRESS', "Did you mean 'baud'?"],
      ['serial:', 'INVALID_ADDRESS', 'names no port'],
    ] as const) {
      const error = await openOpu(address, { schemes }).catch((e: unknown) => e);
      expect(error, address).to.include({ code });
      expect((error as Error).message).to.contain(said);
    }
  });
});
