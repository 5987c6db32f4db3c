import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { isOpuError, type OpuError, VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { SocketTransport } from './socket-transport.js';

async function socketPair(): Promise<{ near: Socket; far: Socket; close: () => void }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const near = await accepted;
  return { near, far, close: () => server.close() };
}

describe('SocketTransport', () => {
  it('delivers everything that was sent before close, slow reader and back-pressure included', async () => {
    const { near, far, close } = await socketPair();
    const transport = new SocketTransport(near, 'tcp://test');
    const ends: (OpuError | undefined)[] = [];
    await transport.open({ receive: () => undefined, ended: (reason) => ends.push(reason) });
    far.pause();
    let waited = 0;
    const total = 64;
    const sending = (async () => {
      for (let i = 0; i < total; i++) {
        const room = transport.send(new Uint8Array(256 * 1024).fill(i));
        if (room !== undefined) {
          waited++;
          await room;
        }
      }
      await transport.close();
    })();
    let received = 0;
    far.on('data', (chunk) => {
      received += chunk.length;
    });
    const finished = new Promise((resolve) => far.once('end', resolve));
    far.resume();
    await Promise.all([sending, finished]);
    far.destroy();
    close();
    expect(waited).to.be.greaterThan(0);
    expect(received).to.equal(total * 256 * 1024);
    expect(ends).to.deep.equal([undefined]);
  });

  it('ends a connection whose host does not read, 2 s after it was asked to', async () => {
    const { near, far, close } = await socketPair();
    const clock = new VirtualClock();
    const transport = new SocketTransport(near, 'tcp://test', clock);
    await transport.open({ receive: () => undefined, ended: () => undefined });
    far.pause();
    far.on('error', () => undefined);
    while (transport.send(new Uint8Array(1 << 20)) === undefined);
    let isClosed = false;
    const closed = transport.close().then(() => {
      isClosed = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(isClosed).to.equal(false);
    clock.spend(200_000_000);
    await closed;
    far.destroy();
    close();
  });

  it('tells the sink once, with a reason, when the other end goes away', async () => {
    const { near, far, close } = await socketPair();
    const transport = new SocketTransport(near, 'tcp://test');
    const ended = new Promise<OpuError | undefined>((resolve) => {
      void transport.open({ receive: () => undefined, ended: resolve });
    });
    far.resetAndDestroy();
    const reason = await ended;
    close();
    expect(isOpuError(reason, 'LINK_LOST')).to.equal(true);
    expect(transport.send(new Uint8Array(8))).to.equal(undefined);
    await transport.close();
  });
});
