import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { expect } from 'chai';
import { withOwnMemory } from './own-memory.js';

async function pair(): Promise<{ server: Server; accepted: Socket; far: Socket }> {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  return { server, accepted, far };
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

describe('withOwnMemory', () => {
  it('reads 1 MiB into 64 KiB of memory, whole and in order, and writes as before', async () => {
    const { server, accepted, far } = await pair();
    const memory = new Uint8Array(64 * 1024);
    const bytes = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * 2654435761) >>> 24);
    const heard: Uint8Array[] = [];
    let count = 0;
    const all = new Promise<void>((resolve) => {
      const socket = withOwnMemory(accepted, {
        buffer: memory,
        callback: (length) => {
          heard.push(memory.slice(0, length));
          count += length;
          if (count === bytes.length) resolve();
          return true;
        },
      })!;
      expect(socket, 'Node has its way of reading into given memory').not.to.equal(undefined);
      socket.resume();
      socket.write('answer');
    });
    far.write(bytes);
    await all;
    expect(Buffer.concat(heard).equals(bytes)).to.equal(true);
    expect((await once(far, 'data')).toString()).to.equal('answer');
    far.destroy();
    await closed(server);
  });

  it('closes the accepted socket with it, and is closed with that: the server can end', async () => {
    for (const who of ['own', 'accepted', 'far'] as const) {
      const { server, accepted, far } = await pair();
      const own = withOwnMemory(accepted, { buffer: new Uint8Array(16), callback: () => true })!;
      for (const socket of [own, accepted, far]) socket.on('error', () => undefined);
      own.resume();
      const ends = Promise.all(
        [own, accepted].map((socket) => new Promise((resolve) => socket.once('close', resolve))),
      );
      if (who === 'far') far.resetAndDestroy();
      else ({ own, accepted })[who].destroy();
      await ends;
      far.destroy();
      await closed(server);
    }
  });

  it('leaves a socket alone that was read from, or that is destroyed', async () => {
    const { server, accepted, far } = await pair();
    const onread = { buffer: new Uint8Array(16), callback: () => true };
    far.write('early');
    accepted.resume();
    await once(accepted, 'data');
    expect(withOwnMemory(accepted, onread)).to.equal(undefined);
    accepted.destroy();
    expect(withOwnMemory(accepted, onread)).to.equal(undefined);
    far.destroy();
    await closed(server);
  });
});
