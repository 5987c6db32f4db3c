import { once } from 'node:events';
import { connect } from 'node:net';
import type { Transport } from '@opu/core';
import { mountTcp, SocketTransport } from '@opu/device';
import { configurationField, createConfigure } from '@opu/protocol';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { RelativeTrace } from '../trace/relative-trace.js';
import { VcdWriter } from '../trace/vcd-writer.js';
import { createEmulatedDevice, type EmulatedDevice } from './emulated-device.js';

const FRAMES = 12;
const PERIOD_TICKS = 125_000;

type Way = (device: EmulatedDevice) => Promise<{ transport: Transport; close: () => Promise<void> }>;

const inProcess: Way = async (device) => ({ transport: device.connect(), close: async () => undefined });

const overTcp: Way = async (device) => {
  const mount = await mountTcp(device, { port: 0 });
  const socket = connect(Number(new URL(mount.address).port), '127.0.0.1');
  await once(socket, 'connect');
  return { transport: new SocketTransport(socket, mount.address), close: () => mount.close() };
};

/** The waveform of a run whose patterns are all in the device before it starts, in time since its start. */
async function waveform(clock: 'virtual' | 'realtime', reach: Way): Promise<string> {
  let text = '';
  const writer = new VcdWriter({ title: 'run', periodTicks: PERIOD_TICKS, write: (piece) => (text += piece) });
  const device = createEmulatedDevice({ profile: 'tiny', clock, trace: new RelativeTrace(writer) });
  const { transport, close } = await reach(device);
  const host = await new WireHost(transport).open();
  await host.control();
  await host.get(
    { ...createConfigure(), fields: configurationField.PERIOD, periodTicks: PERIOD_TICKS },
    'CONFIGURE_REPLY',
  );
  host.patterns(
    0,
    Array.from({ length: FRAMES }, (_, k) => new Uint8Array(128).fill(k)),
  );
  await host.get({ type: 'START', flags: 0 }, 'DONE');
  await host.until(() => host.all('RUN_ENDED')[0]);
  await host.close();
  await close();
  await device.close();
  writer.end();
  return text;
}

describe('trace of a run', () => {
  it('is the same file in virtual and in real time, in process and over TCP', async () => {
    const reference = await waveform('virtual', inProcess);
    expect(reference.split('\n').length).to.be.above(FRAMES * 20);
    expect(await waveform('virtual', overTcp)).to.equal(reference);
    expect(await waveform('realtime', inProcess)).to.equal(reference);
    expect(await waveform('realtime', overTcp)).to.equal(reference);
  });
});
