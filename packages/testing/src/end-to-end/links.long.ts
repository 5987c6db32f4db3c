import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryTransportPair, RealTimeClock } from '@opu/core';
import { mountSerial, mountTcp, mountWebSocket } from '@opu/device';
import { type Transport, WebSocketTransport } from '@opu/driver';
import { SerialTransport, TcpTransport } from '@opu/driver/node';
import { createEmulatedDevice, type EmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { type FaultyResult, faultyRun } from '../faulty-run.js';
import type { ChunkFaults } from '../faulty-transport.js';
import { needsUsb, runInNamespace } from '../usbfs/in-namespace.js';

const FRAMES = 100_000;
const UNPLUGS = 50;
const damage: ChunkFaults = { corrupt: 0.001, cut: 0.001, drop: 0.001, duplicate: 0.002, garbage: 0.001, stall: 0.002 };

async function run(
  serve: (device: EmulatedDevice) => Promise<{ open: () => Promise<Transport>; close: () => Promise<void> }>,
  faults: ChunkFaults,
): Promise<FaultyResult> {
  const device = createEmulatedDevice({ profile: 'tiny', seed: 9 });
  const { open, close } = await serve(device);
  try {
    return await faultyRun({ open, faults, seed: 21, unplugs: UNPLUGS, frames: FRAMES });
  } finally {
    await close();
    await device.close();
  }
}

const memory = (carrier: 'length' | 'stream' | 'message') => async (device: EmulatedDevice) => ({
  open: async () => {
    const [host, other] = memoryTransportPair('memory:long', carrier);
    device.attach(other);
    return host;
  },
  close: async () => {},
});

const tcp = async (device: EmulatedDevice) => {
  const mount = await mountTcp(device, { port: 0 });
  const port = Number(new URL(mount.address).port);
  return { open: async () => new TcpTransport({ host: '127.0.0.1', port }), close: () => mount.close() };
};

const webSocket = async (device: EmulatedDevice) => {
  const mount = await mountWebSocket(device);
  const clock = new RealTimeClock();
  const connect = (url: string, protocols: string[]) => new WebSocket(url, protocols) as never;
  return {
    open: async () => new WebSocketTransport({ url: mount.address }, { clock, connect }),
    close: () => mount.close(),
  };
};

const serial = async (device: EmulatedDevice) => {
  const clock = new RealTimeClock();
  const folder = mkdtempSync(join(tmpdir(), 'opu-long-'));
  const path = join(folder, 'tty');
  const mount = mountSerial(device, { clock, linkPath: path });
  return {
    open: async () => new SerialTransport({ path, baud: 3_000_000 }, { clock }),
    close: async () => {
      await mount.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

describe(`${FRAMES} frames over links that break ${UNPLUGS} times`, () => {
  let clean: FaultyResult;

  const check = (result: FaultyResult): void => {
    expect(result).to.deep.include({ frames: FRAMES, wrong: 0, crc: clean.crc });
    expect(result.counts.unplug).to.equal(UNPLUGS);
    expect(result.linksLost).to.be.at.least(UNPLUGS);
    expect(result.heap[1] - result.heap[0], 'heap growth over nine tenths of the frames').to.be.below(64 * 2 ** 20);
  };

  before('a run without faults', async () => {
    clean = await run(memory('length'), {});
    expect(clean).to.deep.include({ frames: FRAMES, wrong: 0 });
  });

  it('memory: every frame once, in order, right bytes', async () => {
    check(await run(memory('length'), { unplug: 0.005, stall: 0.002 }));
  });

  it('memory, COBS-framed, with flips, cuts, drops, repeats, garbage and stalls: the same', async () => {
    check(await run(memory('stream'), { ...damage, unplug: 0.005 }));
  });

  it('memory, whole transfers that are dropped, repeated and damaged: the same', async () => {
    check(await run(memory('message'), { corrupt: 0.002, drop: 0.002, duplicate: 0.002, unplug: 0.005 }));
  });

  it('TCP: the same', async () => {
    check(await run(tcp, { unplug: 0.005, stall: 0.002 }));
  });

  it('WebSocket: the same', async () => {
    check(await run(webSocket, { unplug: 0.005, stall: 0.002 }));
  });

  it('serial port, with flips, cuts, drops, repeats, garbage and stalls: the same', async function () {
    if (process.platform !== 'linux') this.skip();
    check(await run(serial, { ...damage, unplug: 0.005 }));
  });

  it('virtual USB, with transfers that are dropped, repeated and damaged: the same', async function () {
    needsUsb(this);
    check((await runInNamespace('./usb-faulty-run.js', String(FRAMES), String(UNPLUGS))) as FaultyResult);
  });
});
