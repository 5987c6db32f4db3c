import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemes } from '@opu/cli';
import { RealTimeClock } from '@opu/core';
import { type Mount, mountWebSocket } from '@opu/device';
import { isOpuError, openOpu, type RemoteDevice, type Scheme, WebSocketTransport } from '@opu/driver';
import { createEmulatedDevice, type EmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { WebSocket } from 'ws';
import { selfSigned } from '../self-signed.js';

const TOKEN = '0123456789abcdef0123456789abcdef';
const timeouts = { reconnect: 2000, request: 1000, retries: 1, silence: 500 };
const noSecond = { ...timeouts, reconnect: 0 };

function batch(device: RemoteDevice, count: number) {
  const bytes = device.configuration.patternBytes;
  const data = Uint8Array.from({ length: count * bytes }, (_, i) => (i * 2654435761) >>> 24);
  return ndarray(data, [count, bytes]);
}

/** As a browser does it for a page of this origin. */
const pageOf =
  (origin: string): Scheme =>
  async ({ text }) => {
    const connect = (url: string, protocols: string[]) => new WebSocket(url, protocols, { origin }) as never;
    return { transport: new WebSocketTransport({ url: text }, { clock: new RealTimeClock(), connect }) };
  };

const codeOf = (error: unknown): string => (isOpuError(error) ? error.code : String(error));

describe('a device over WebSocket', () => {
  let emulated: EmulatedDevice;
  let mount: Mount;

  beforeEach(async () => {
    emulated = createEmulatedDevice({ profile: 'tiny', seed: 7 });
    mount = await mountWebSocket(emulated);
  });

  afterEach(async () => {
    await mount.close();
    await emulated.close();
  });

  it('gives the same bytes as in process, to one at a time', async () => {
    const inside = await openOpu('emulator:tiny?seed=7', { schemes });
    const expected = await inside.project(batch(inside, 500));
    await inside.close();
    expect(mount.address).to.match(/^ws:\/\/127\.0\.0\.1:\d+$/);
    const device = await openOpu(mount.address, { schemes, timeouts });
    const busy = await openOpu(mount.address, { schemes, timeouts: noSecond }).catch((e: unknown) => e);
    expect(codeOf(busy)).to.equal('DEVICE_BUSY');
    const got = await device.project(batch(device, 500));
    expect(got.readouts).to.deep.equal(expected.readouts);
    expect(Buffer.compare(got.pixels.data as Uint8Array, expected.pixels.data as Uint8Array)).to.equal(0);
    await device.close();
  });

  it('goes on with a stream after its server went away and came back, 3 times', async () => {
    const device = await openOpu(mount.address, { schemes, timeouts });
    const { patternBytes } = device.configuration;
    const patterns = Array.from({ length: 300 }, (_, i) => new Uint8Array(patternBytes).fill(i));
    const ids: number[] = [];
    for await (const readout of device.stream(patterns)) {
      ids.push(readout.patternId);
      if (ids.length % 80 === 0) {
        await mount.close();
        mount = await mountWebSocket(emulated, { port: Number(new URL(mount.address).port) });
      }
    }
    expect(ids).to.deep.equal(patterns.map((_, i) => i));
    expect((await device.counters()).get('host_links_lost')).to.equal(3);
    await device.close();
  });

  it('says to what keeps the process awake when an answer is expected, when one came, and once when none comes', async () => {
    const told: string[] = [];
    const createWakefulness = () => ({
      expect: () => void told.push('expect'),
      heard: () => void told.push('heard'),
      stop: () => void told.push('stop'),
    });
    const connect = (url: string, protocols: string[]) => new WebSocket(url, protocols) as never;
    const transport = new WebSocketTransport(
      { url: mount.address },
      { clock: new RealTimeClock(), connect, createWakefulness },
    );
    const device = await openOpu('kept:', { schemes: { kept: async () => ({ transport }) } });
    await device.project(batch(device, 40));
    await device.close();
    const first = told.indexOf('expect');
    expect(first).to.be.at.least(0);
    expect(told.slice(first)).to.include('heard');
    expect(told.filter((word) => word === 'stop')).to.have.length(1);
  });

  it('sends no more than the other end takes: a sender is told to wait', async () => {
    let sent = 0;
    let waits = 0;
    await mount.close();
    let resume = (): void => {};
    let received = 0;
    mount = await mountWebSocket({
      attach: (transport) => {
        const sink = { receive: (chunk: Uint8Array) => void (received += chunk.length), ended: () => {} };
        resume = () => void transport.open(sink);
      },
    });
    const target = { url: mount.address };
    const connect = (url: string, protocols: string[]) => new WebSocket(url, protocols) as never;
    const transport = new WebSocketTransport(target, { clock: new RealTimeClock(), connect });
    await transport.open({ receive: () => {}, ended: () => {} });
    for (let i = 0; i < 64; i++) {
      const pause = transport.send(new Uint8Array(1 << 20));
      sent += 1 << 20;
      if (pause === undefined) continue;
      waits++;
      resume();
      await pause;
    }
    await transport.close();
    while (received < sent) await new Promise((resolve) => setImmediate(resolve));
    expect(waits).to.be.above(2);
  });

  it('is served to other machines encrypted and to those who know its token, and to nobody else', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'opu-tls-'));
    const tls = selfSigned();
    const ca = join(folder, 'lab.pem');
    writeFileSync(ca, tls.certificate);
    for (const options of [{}, { token: TOKEN }, { tls }, { token: 'short', tls }]) {
      const error = await mountWebSocket(emulated, { host: '0.0.0.0', ...options }).catch((e: unknown) => e);
      expect(codeOf(error)).to.equal('INVALID_ARGUMENT');
    }
    const broken = { ...tls, key: tls.certificate };
    const unusable = await mountWebSocket(emulated, { tls: broken }).catch((e: unknown) => e);
    expect(codeOf(unusable)).to.equal('INVALID_FILE');
    const outside = await mountWebSocket(emulated, { host: '0.0.0.0', token: TOKEN, tls });
    const address = outside.address.replace('0.0.0.0', '127.0.0.1');
    expect(address).to.match(/^wss:/);
    const device = await openOpu(`${address}?token=${TOKEN}&ca=${ca}`, { schemes, timeouts });
    expect((await device.project(batch(device, 3))).readouts).to.have.length(3);
    await device.close();
    for (const [query, code, said] of [
      [`token=${TOKEN.toUpperCase()}&ca=${ca}`, 'PERMISSION_DENIED', 'does not know this token'],
      [`ca=${ca}`, 'PERMISSION_DENIED', '?token='],
      [`token=${TOKEN}`, 'LINK_UNAVAILABLE', '?ca='],
      [`ca=${ca}x`, 'INVALID_FILE', 'cannot be read'],
    ] as const) {
      const error = await openOpu(`${address}?${query}`, { schemes, timeouts: noSecond }).catch((e: unknown) => e);
      expect(codeOf(error), query).to.equal(code);
      expect(String(error)).to.contain(said).and.to.not.contain(TOKEN.toUpperCase());
    }
    await outside.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('takes pages of this machine and of the origins that were named, and tells others what to do', async () => {
    const { port } = new URL(mount.address);
    await mount.close();
    mount = await mountWebSocket(emulated, { port: Number(port), origins: ['https://lab.example'] });
    for (const origin of ['http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:3', 'https://lab.example']) {
      const device = await openOpu(mount.address, { schemes: { ws: pageOf(origin) }, timeouts: noSecond });
      await device.close();
    }
    for (const origin of ['https://lab.example.org', 'http://localhost.evil.example', 'null']) {
      const error = await openOpu(mount.address, { schemes: { ws: pageOf(origin) }, timeouts: noSecond }).catch(
        (e: unknown) => e,
      );
      expect(codeOf(error), origin).to.equal('PERMISSION_DENIED');
      expect(String(error)).to.contain(origin).and.to.contain('--origin');
    }
  });

  it('says what is wrong: nobody there, no WebSocket there, a bad address, a token for all to read', async () => {
    const { port } = new URL(mount.address);
    await mount.close();
    for (const [address, code, said] of [
      [`ws://127.0.0.1:${port}`, 'LINK_UNAVAILABLE', `opu emulate --ws ${port}`],
      ['ws:', 'INVALID_ADDRESS', 'ws://host:port'],
      ['ws://a:99999', 'INVALID_ADDRESS', 'ws://host:port'],
      ['ws://user@host:1', 'INVALID_ADDRESS', 'ws://host:port'],
      ['ws://127.0.0.1:1?tokn=x', 'INVALID_ADDRESS', "Did you mean 'token'?"],
      [`ws://opu.example:1?token=${TOKEN}`, 'INVALID_ADDRESS', 'use wss:'],
    ] as const) {
      const error = await openOpu(address, { schemes, timeouts: noSecond }).catch((e: unknown) => e);
      expect(codeOf(error), address).to.equal(code);
      expect(String(error)).to.contain(said).and.to.not.contain(TOKEN);
    }
    mount = await mountWebSocket(emulated);
    const taken = Number(new URL(mount.address).port);
    const error = await mountWebSocket(emulated, { port: taken }).catch((e: unknown) => e);
    expect(String(error)).to.contain('Another program listens there');
  });

  it('answers a web request and text with what it takes instead', async () => {
    const status = await new Promise((resolve) => {
      get(mount.address.replace('ws:', 'http:'), (response) => resolve(response.resume().statusCode));
    });
    expect(status).to.equal(426);
    const socket = new WebSocket(mount.address, ['opu']);
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    socket.once('open', () => socket.send('hello'));
    expect(await closed).to.equal(1003);
  });
});
