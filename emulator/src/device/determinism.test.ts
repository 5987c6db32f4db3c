import { createConnection } from 'node:net';
import type { Transport } from '@opu/core';
import { mountTcp, SocketTransport } from '@opu/device';
import { configurationField, createConfigure } from '@opu/protocol';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { createEmulatedDevice, type EmulatedDevice } from './emulated-device.js';

const pattern = (k: number): Uint8Array =>
  Uint8Array.from({ length: 128 }, (_, i) => (i * 73 + k * 151 + ((k * i) >> 3)) & 255);

/** The host's end of a TCP connection. */
async function dial(address: string): Promise<Transport> {
  const socket = createConnection(Number(new URL(address).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  return new SocketTransport(socket, address);
}

interface Seen {
  readonly startTick: number;
  readonly frames: readonly { readonly resetTick: number; readonly exposureStartTick: number; readonly rest: string }[];
}

/** Two runs with a changed exposure between them; patterns come while frames are made. */
async function watch(host: WireHost, lockstep: boolean): Promise<Seen> {
  await host.control();
  if (lockstep) await host.lockstep();
  const all = Array.from({ length: 40 }, (_, k) => pattern(k));
  let sent = 0;
  const send = (): void => {
    const { creditLimit } = host.all('PATTERN_CREDIT').at(-1)!;
    const count = Math.min(creditLimit, 32) - sent;
    if (count > 0) host.patterns(sent, all.slice(sent, sent + count), sent + count === 32);
    sent += Math.max(0, count);
  };
  send();
  const { tick: startTick } = await host.get({ type: 'START', flags: 0 }, 'DONE');
  let credits = 0;
  while (sent < 32) {
    const now = await host.until(() => {
      const seen = host.all('PATTERN_CREDIT').length;
      return seen > credits ? seen : undefined;
    });
    credits = now;
    send();
  }
  await host.until(() => host.all('RUN_ENDED')[0]);
  await host.get({ ...createConfigure(), fields: configurationField.EXPOSURE, exposureTicks: 2500 }, 'CONFIGURE_REPLY');
  host.patterns(32, all.slice(32));
  await host.get({ type: 'START', flags: 0 }, 'DONE');
  await host.until(() => host.all('RUN_ENDED')[1]);
  const frames = host.all('READOUTS').flatMap((message) =>
    message.frames.toArray().map(({ resetTick, exposureStartTick, ...record }, i) => ({
      resetTick,
      exposureStartTick,
      rest: `${JSON.stringify(record)} ${message.data.subarray(i * message.imageBytes, (i + 1) * message.imageBytes).join()}`,
    })),
  );
  return { startTick, frames };
}

async function inProcess(device: EmulatedDevice, lockstep: boolean): Promise<Seen> {
  const seen = await watch(await new WireHost(device.connect()).open(), lockstep);
  await device.close();
  return seen;
}

async function overTcp(device: EmulatedDevice, lockstep: boolean): Promise<Seen> {
  const mount = await mountTcp(device);
  const host = await new WireHost(await dial(mount.address)).open();
  const seen = await watch(host, lockstep);
  await host.close();
  await mount.close();
  await device.close();
  return seen;
}

const make = (seed: number, clock: 'virtual' | 'realtime' = 'virtual'): EmulatedDevice =>
  createEmulatedDevice({ profile: 'tiny', seed, clock });

describe('the same seed and the same commands', () => {
  it('give the same bytes and the same ticks in process and over TCP, in lockstep', async () => {
    const near = await inProcess(make(7), true);
    expect(near.frames).to.have.length(40);
    expect(await inProcess(make(7), true)).to.deep.equal(near);
    expect(await overTcp(make(7), true)).to.deep.equal(near);
    const other = await inProcess(make(8), true);
    expect(other.frames.map((f) => f.rest)).to.not.deep.equal(near.frames.map((f) => f.rest));
  });

  it('give the same images in virtual and in real time, over memory and TCP', async () => {
    const near = await inProcess(make(7), true);
    const images = near.frames.map((f) => f.rest);
    expect((await inProcess(make(7), false)).frames.map((f) => f.rest)).to.deep.equal(images);
    expect((await inProcess(make(7, 'realtime'), false)).frames.map((f) => f.rest)).to.deep.equal(images);
    expect((await overTcp(make(7, 'realtime'), false)).frames.map((f) => f.rest)).to.deep.equal(images);
  });

  it('give the same ticks after START in virtual and in real time for patterns that wait in RAM', async () => {
    const ticks: number[][] = [];
    for (const clock of ['virtual', 'realtime'] as const) {
      const { startTick, frames } = await inProcess(make(7, clock), false);
      ticks.push(frames.slice(0, 16).map((f) => f.resetTick - startTick));
    }
    expect(ticks[1]).to.deep.equal(ticks[0]);
  });
});
