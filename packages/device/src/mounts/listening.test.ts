import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { checkPort, listen } from './listening.js';

describe('listen', () => {
  it('says where it listens, in the form of a URL, IPv6 included', async () => {
    for (const [host, pattern] of [
      ['127.0.0.1', /^127\.0\.0\.1:[1-9]\d*$/],
      ['::1', /^\[::1\]:[1-9]\d*$/],
    ] as const) {
      const listening = await listen(createServer(), host, 0);
      await listening.close();
      expect(listening.authority).to.match(pattern);
    }
  });

  it('closes with connections open, and ends them', async () => {
    const server = createServer();
    const listening = await listen(server, '127.0.0.1', 0);
    const accepted = once(server, 'connection');
    const socket = connect(Number(new URL(`tcp://${listening.authority}`).port), '127.0.0.1').resume();
    socket.on('error', () => undefined);
    const ended = once(socket, 'close');
    await accepted;
    await listening.close();
    await ended;
  });

  it('names the task, the place and the way out when the port is taken', async () => {
    const first = await listen(createServer(), '127.0.0.1', 0);
    const port = Number(new URL(`tcp://${first.authority}`).port);
    const error = await listen(createServer(), '127.0.0.1', port, 'serve tea').catch((e: unknown) => e);
    await first.close();
    expect(isOpuError(error, 'LINK_UNAVAILABLE')).to.equal(true);
    expect(String(error)).to.contain(`Cannot serve tea on 127.0.0.1:${port}`).and.to.contain('choose another port');
  });
});

describe('checkPort', () => {
  it('takes whole numbers from 0 to 65535 alone', () => {
    for (const port of [0, 1, 65535]) checkPort(port);
    for (const port of [-1, 65536, 1.5, Number.NaN]) {
      expect(() => checkPort(port), String(port)).to.throw('from 0 to 65535');
    }
  });
});
