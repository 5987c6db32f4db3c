import { connect } from 'node:net';
import { isOpuError, type Transport } from '@opu/core';
import { expect } from 'chai';
import { mountTcp } from './tcp.js';

describe('mountTcp', () => {
  it('hands every connection to the device and ends them all when it is closed', async () => {
    const attached: Transport[] = [];
    const mount = await mountTcp({
      attach(transport) {
        attached.push(transport);
        void transport.open({ receive: () => undefined, ended: () => undefined });
      },
    });
    const port = Number(new URL(mount.address).port);
    const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    await Promise.all(sockets.map((s) => new Promise((resolve) => s.once('connect', resolve))));
    const closed = sockets.map((s) => new Promise((resolve) => s.once('close', resolve)));
    for (const s of sockets) s.on('error', () => undefined).resume();
    while (attached.length < 2) await new Promise((resolve) => setImmediate(resolve));
    await mount.close();
    await Promise.all(closed);
  });

  it('refuses an address that others can reach, naming the ones it takes', async () => {
    const error = await mountTcp({ attach: () => undefined }, { host: '0.0.0.0' }).catch((e: unknown) => e);
    expect(isOpuError(error, 'INVALID_ARGUMENT')).to.equal(true);
    expect(String(error)).to.contain('127.0.0.1');
  });

  it('says so when the port is taken', async () => {
    const first = await mountTcp({ attach: () => undefined });
    const port = Number(new URL(first.address).port);
    const error = await mountTcp({ attach: () => undefined }, { port }).catch((e: unknown) => e);
    await first.close();
    expect(isOpuError(error, 'LINK_UNAVAILABLE')).to.equal(true);
    expect(String(error)).to.contain(String(port));
  });
});
