import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { RealTimeClock, type Transport } from '@opu/core';
import {
  type Mount,
  mountSerial,
  mountTcp,
  mountUsbIp,
  mountWebSocket,
  PseudoTerminal,
  SocketTransport,
} from '@opu/device';
import { openOpu, WebSocketTransport } from '@opu/driver';
import { SerialTransport, TcpTransport, tcpScheme } from '@opu/driver/node';
import { createEmulatedDevice, type EmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { WebSocket, WebSocketServer } from 'ws';

const sink = { receive: () => {}, ended: () => {} };
const clock = new RealTimeClock();
/** More than the kernel keeps for a peer that does not read. */
const MUCH = 32 * 2 ** 20;

/** A server whose connections are never read. */
async function deafServer(): Promise<{ port: number; close(): void }> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.pause().on('error', () => {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Both calls give one promise, and it resolves: how long that may take is the test's own time limit. */
async function expectOneEnd(what: { close(): Promise<void> }): Promise<void> {
  const first = what.close();
  expect(what.close()).to.equal(first);
  await first;
  expect(what.close()).to.equal(first);
}

async function fill(transport: Transport): Promise<void> {
  await transport.open(sink);
  void transport.send(new Uint8Array(MUCH));
}

describe('close, while the other end never reads', function () {
  this.timeout(5000);

  it('ends a TCP connection of the driver within 2 s, by one promise for all callers', async () => {
    const server = await deafServer();
    const transport = new TcpTransport({ host: '127.0.0.1', port: server.port });
    await fill(transport);
    await expectOneEnd(transport);
    server.close();
  });

  it('ends a WebSocket of the driver within 2 s, by one promise for all callers', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    server.on('connection', (socket) => socket.pause());
    const url = `ws://127.0.0.1:${(server.address() as { port: number }).port}`;
    const connect = (to: string, protocols: string[]) => new WebSocket(to, protocols) as never;
    const transport = new WebSocketTransport({ url }, { clock, connect });
    await fill(transport);
    await expectOneEnd(transport);
    for (const client of server.clients) client.terminate();
    server.close();
  });

  it('ends a serial port of the driver within 2 s, by one promise for all callers', async () => {
    const terminal = PseudoTerminal.open((again) => void setTimeout(again, 10));
    const transport = new SerialTransport({ path: terminal.path, baud: 115_200 }, { clock });
    await fill(transport);
    await expectOneEnd(transport);
    terminal.close();
  });

  it("ends a socket of the device's end within 2 s, by one promise for all callers", async () => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const host = new (await import('node:net')).Socket();
    host.connect((server.address() as { port: number }).port, '127.0.0.1').pause();
    const [accepted] = (await once(server, 'connection')) as [Socket];
    const transport = new SocketTransport(accepted, 'tcp://test');
    await fill(transport);
    await expectOneEnd(transport);
    host.destroy();
    server.close();
  });

  it('ends a session within two of the times that a reply may take and a second for its link, 1.2 s here', async () => {
    const device = createEmulatedDevice({ profile: 'tiny', clock });
    const mount = await mountTcp(device, { port: 0 });
    const opened = await openOpu(mount.address, {
      schemes: { tcp: tcpScheme },
      timeouts: { request: 100, retries: 0, reconnect: 0 },
    });
    // Nobody answers any more.
    await mount.close();
    await expectOneEnd(opened);
    await device.close();
  });
});

describe('close of what serves', function () {
  this.timeout(5000);
  const mounts: [string, (device: EmulatedDevice) => Promise<Mount> | Mount][] = [
    ['TCP', (device) => mountTcp(device, { port: 0 })],
    ['WebSocket', (device) => mountWebSocket(device, { port: 0 })],
    ['USB/IP', (device) => mountUsbIp(device, { port: 0, serial: 'A7' })],
    ['serial', (device) => mountSerial(device, { clock })],
  ];
  for (const [name, mountOn] of mounts) {
    it(`is one promise for all callers: a mount on ${name}`, async () => {
      const device = createEmulatedDevice({ profile: 'tiny', clock });
      await expectOneEnd(await mountOn(device));
      await device.close();
    });
  }
});
