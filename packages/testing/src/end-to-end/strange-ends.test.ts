import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { schemes } from '@opu/cli';
import type { Transport } from '@opu/core';
import { mountTcp } from '@opu/device';
import { isOpuError, openOpu } from '@opu/driver';
import { createEmulatedDevice } from '@opu/emulator';
import { encodeMessage, PROTOCOL_VERSION_MINOR } from '@opu/protocol';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { lastValueFrom } from 'rxjs';
import { type Defect, withDefect } from '../broken-device.js';
import { testRandom } from '../faulty-transport.js';

const TIMEOUTS = { request: 40, retries: 1, silence: 40, probes: 2, reconnect: 200 };

/** A server whose connections do what `behave` does. */
async function serve(behave: (socket: Socket) => void): Promise<{ address: string; close: () => void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    behave(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function otherVersion(): Uint8Array {
  const bytes = encodeMessage({ sequence: 0, requestId: 1 }, { type: 'HEARTBEAT' });
  bytes[4] = 9;
  bytes[5] = 4;
  return bytes;
}

describe('strange ends of a link', () => {
  const random = testRandom(5);
  const cases: [string, (socket: Socket) => void, readonly string[]][] = [
    ['says nothing', () => {}, ['TIMEOUT']],
    ['closes at once', (socket) => socket.destroy(), ['LINK_LOST', 'LINK_UNAVAILABLE']],
    [
      'is a web server',
      (socket) => socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
      ['LINK_CORRUPT'],
    ],
    [
      'says random bytes',
      (socket) => socket.write(Buffer.from(Array.from({ length: 999 }, () => random() * 256))),
      ['LINK_CORRUPT'],
    ],
    ['repeats what it hears', (socket) => socket.pipe(socket), ['TIMEOUT', 'PROTOCOL_VIOLATION']],
    ['closes in the middle of a message', (socket) => socket.end(otherVersion().subarray(0, 20)), ['LINK_LOST']],
  ];
  for (const [name, behave, codes] of cases) {
    it(`ends the opening of a device that ${name} with a typed error`, async () => {
      const { address, close } = await serve(behave);
      const error: unknown = await openOpu(address, { schemes, timeouts: TIMEOUTS }).catch((e: unknown) => e);
      close();
      expect(isOpuError(error), String(error)).to.equal(true);
      expect((error as { code: string }).code).to.be.oneOf(codes);
    });
  }

  it('ends a session with a device that goes dead, within the time-outs asked for', async () => {
    const device = createEmulatedDevice({ profile: 'tiny' });
    const mount = await mountTcp(device, { port: 0 });
    let dead = false;
    const proxy = await serve((socket) => {
      const inner = connect(Number(new URL(mount.address).port), '127.0.0.1');
      inner.on('data', (chunk) => void (dead || socket.write(chunk)));
      socket.on('data', (chunk) => void (dead || inner.write(chunk)));
      socket.on('close', () => inner.destroy());
      inner.on('error', () => {});
    });
    const opened = await openOpu(proxy.address, { schemes, timeouts: TIMEOUTS });
    const { patternBytes } = opened.configuration;
    const read = (async () => {
      let count = 0;
      const patterns = function* (): Generator<Uint8Array> {
        for (let i = 0; i < 1e6; i++) yield new Uint8Array(patternBytes);
      };
      for await (const _ of opened.stream(patterns())) if (++count === 30) dead = true;
    })().catch((e: unknown) => e);
    expect(await read).to.satisfy((e: unknown) => isOpuError(e, 'LINK_LOST') || isOpuError(e, 'TIMEOUT'));
    await opened.close();
    proxy.close();
    await mount.close();
    await device.close();
  });

  /** A device behind a server that is itself at first and then, connection by connection, what `then` makes of it. */
  async function turning(then: (socket: Socket) => void) {
    const device = createEmulatedDevice({ profile: 'tiny' });
    const mount = await mountTcp(device, { port: 0 });
    let first: Socket | undefined;
    let connections = 0;
    const proxy = await serve((socket) => {
      if (connections++ > 0) return then(socket);
      first = socket;
      const inner = connect(Number(new URL(mount.address).port), '127.0.0.1');
      inner.on('error', () => {}).pipe(socket);
      socket.pipe(inner);
      socket.on('close', () => inner.destroy());
    });
    return {
      address: proxy.address,
      breakFirst: () => first?.destroy(),
      connections: () => connections,
      close: async () => {
        proxy.close();
        await mount.close();
        await device.close();
      },
    };
  }

  const turns: [string, (socket: Socket) => void, string, string][] = [
    ['says nothing', () => {}, 'LINK_LOST', 'within 200 ms'],
    ['says random bytes', (socket) => socket.write(Buffer.alloc(999, 'nonsense')), 'LINK_CORRUPT', 'is no OPU'],
    ['closes at once', (socket) => socket.destroy(), 'LINK_LOST', 'within 200 ms'],
  ];
  for (const [name, then, code, said] of turns) {
    it(`ends a session within the 200 ms asked for when what comes back ${name}`, async () => {
      const turned = await turning(then);
      // Far more than a test may take: no request's time-out ends it.
      const timeouts = { ...TIMEOUTS, request: 20_000, silence: 20_000 };
      const opened = await openOpu(turned.address, { schemes, timeouts });
      turned.breakFirst();
      const error: unknown = await opened.counters().catch((e: unknown) => e);
      expect(error, String(error)).to.include({ code });
      expect(String(error)).to.contain(said);
      expect(turned.connections()).to.be.above(1);
      await opened.close();
      await turned.close();
    });
  }

  it('ends a session within the 200 ms asked for with a device that shakes hands and then talks nonsense, each time', async () => {
    const emulated = createEmulatedDevice({ profile: 'tiny' });
    let connections = 0;
    const open = async () => {
      let greeted = false;
      const broken = connections++ > 0;
      const nonsense: Defect = (said) => {
        if (greeted && broken) return [new Uint8Array(200)];
        greeted = said.message.type === 'CONFIGURE_REPLY';
        return [said];
      };
      return withDefect(emulated.connect(), nonsense, new Map());
    };
    let first: Transport | undefined;
    const opened = await openOpu('turns:', {
      schemes: { turns: async () => ({ transport: (first = await open()), reconnect: open }) },
      timeouts: { ...TIMEOUTS, request: 20_000 },
    });
    await first?.close();
    const error: unknown = await opened.counters().catch((e: unknown) => e);
    expect(isOpuError(error, 'LINK_LOST') || isOpuError(error, 'LINK_CORRUPT'), String(error)).to.equal(true);
    expect(String(error)).to.contain('within 200 ms');
    expect(connections).to.be.above(2);
    await opened.close();
    await emulated.close();
  });

  it('gives up a way that neither opens nor refuses, and one that is being opened when its signal fires', async () => {
    const never = { address: 'never:', carrier: 'length' as const, send: () => undefined };
    let closed = 0;
    const transport = { ...never, open: () => new Promise<void>(() => {}), close: async () => void closed++ };
    const dead = { schemes: { never: async () => ({ transport }) } };
    const error = await openOpu('never:', { ...dead, timeouts: TIMEOUTS }).catch((e: unknown) => e);
    expect(error).to.include({ code: 'TIMEOUT' });
    expect(String(error)).to.contain('never: did not open within 120 ms');
    const signal = AbortSignal.timeout(5);
    expect(await openOpu('never:', { ...dead, signal }).catch((e: unknown) => e)).to.include({ code: 'ABORTED' });
    expect(closed).to.be.at.least(2);
  });

  it('takes back whatever was asked of a device that says nothing any more when its signal fires', async () => {
    const emulated = createEmulatedDevice({ profile: 'tiny' });
    let mute = false;
    const open = async () => withDefect(emulated.connect(), (said) => (mute ? [] : [said]), new Map());
    const device = await openOpu('mute:', {
      schemes: { mute: async () => ({ transport: await open() }) },
      timeouts: TIMEOUTS,
    });
    mute = true;
    const { patternBytes } = device.configuration;
    const read = async (signal: AbortSignal): Promise<void> => {
      for await (const _ of device.stream([new Uint8Array(patternBytes)], { signal }));
    };
    const watched = (signal: AbortSignal) =>
      lastValueFrom(device.stream([new Uint8Array(patternBytes)], { signal }).readouts$);
    const calls: Record<string, (signal: AbortSignal) => Promise<unknown>> = {
      configure: (signal) => device.configure({}, { signal }),
      counters: (signal) => device.counters({ signal }),
      now: (signal) => device.now({ signal }),
      syncClock: (signal) => device.syncClock(4, { signal }),
      spend: (signal) => device.spend(1, { signal }),
      trigger: (signal) => device.trigger({ signal }),
      stop: (signal) => device.stop({ signal }),
      abort: (signal) => device.abort({ signal }),
      project: (signal) => device.project(ndarray(new Uint8Array(patternBytes), [1, patternBytes]), { signal }),
      stream: read,
      readouts$: watched,
    };
    for (const [name, call] of Object.entries(calls)) {
      const abort = new AbortController();
      const called = call(abort.signal).catch((e: unknown) => e);
      setImmediate(() => abort.abort());
      expect(await called, name).to.include({ code: 'ABORTED' });
      expect(await call(AbortSignal.abort()).catch((e: unknown) => e), name).to.include({ code: 'ABORTED' });
    }
    await device.close();
    await emulated.close();
  });

  it('gives up opening when its signal fires', async () => {
    const { address, close } = await serve(() => {});
    const abort = new AbortController();
    const opening = openOpu(address, { schemes, signal: abort.signal }).catch((e: unknown) => e);
    setImmediate(() => abort.abort());
    expect(await opening).to.include({ code: 'ABORTED' });
    expect(await openOpu(address, { schemes, signal: abort.signal }).catch((e: unknown) => e)).to.include({
      code: 'ABORTED',
    });
    close();
  });

  it('names both versions of a device of another major version', async () => {
    const { crc32c } = await import('@opu/protocol');
    const { address, close } = await serve((socket) => {
      const bytes = otherVersion();
      new DataView(bytes.buffer).setUint32(28, crc32c(bytes, 0, 28), true);
      socket.write(bytes);
    });
    const error = await openOpu(address, { schemes, timeouts: TIMEOUTS }).catch((e: unknown) => e);
    close();
    expect(error).to.include({ code: 'VERSION_MISMATCH' });
    expect((error as Error).message)
      .to.contain('9.4')
      .and.contain(`1.${PROTOCOL_VERSION_MINOR}`);
  });
});
