import { connect } from 'node:net';
import { schemes } from '@opu/cli';
import { mountTcp } from '@opu/device';
import { isOpuError, openOpu } from '@opu/driver';
import { createEmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';

const TOKEN = '0123456789abcdef0123456789abcdef';
const timeouts = { reconnect: 0, request: 500, retries: 0 };

describe('a device with a token', () => {
  it('is driven by who knows it, on an address that others reach, and by nobody else', async () => {
    const device = createEmulatedDevice({ profile: 'tiny', seed: 3 });
    const mount = await mountTcp(device, { host: '0.0.0.0', token: TOKEN });
    const address = mount.address.replace('0.0.0.0', '127.0.0.1');
    const opened = await openOpu(`${address}?token=${TOKEN}`, { schemes });
    expect(opened.identity.profile).to.equal('tiny');
    await opened.close();

    const wrong = await openOpu(`${address}?token=${TOKEN.toUpperCase()}`, { schemes }).catch((e: unknown) => e);
    expect(isOpuError(wrong, 'PERMISSION_DENIED'), String(wrong)).to.equal(true);
    expect(String(wrong)).to.not.contain(TOKEN.toUpperCase());
    const without = await openOpu(address, { schemes, timeouts }).catch((e: unknown) => e);
    expect(isOpuError(without, 'LINK_LOST'), String(without)).to.equal(true);
    expect(String(without)).to.contain('?token=');

    const stranger = connect(Number(new URL(address).port), '127.0.0.1');
    stranger.on('error', () => undefined).resume();
    const ended = new Promise((resolve) => stranger.once('close', resolve));
    stranger.write('GET / HTTP/1.1\r\n\r\n');
    await ended;
    await mount.close();
    await device.close();
  });

  it('is not served to other machines without a token, nor with a short one', async () => {
    const device = createEmulatedDevice({ profile: 'tiny' });
    for (const options of [{ host: '0.0.0.0' }, { host: '0.0.0.0', token: 'short' }]) {
      const error = await mountTcp(device, options).catch((e: unknown) => e);
      expect(isOpuError(error, 'INVALID_ARGUMENT')).to.equal(true);
    }
    await device.close();
  });

  it('tells a host that offers a token to a device without one to leave it out', async () => {
    const device = createEmulatedDevice({ profile: 'tiny' });
    const mount = await mountTcp(device);
    const error = await openOpu(`${mount.address}?token=${TOKEN}`, { schemes, timeouts }).catch((e: unknown) => e);
    expect(isOpuError(error), String(error)).to.equal(true);
    await mount.close();
    await device.close();
  });
});
