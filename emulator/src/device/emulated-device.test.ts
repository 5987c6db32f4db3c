import { VirtualClock } from '@opu/core';
import { configurationField, counterId, createConfigure, type Readouts, resultCode } from '@opu/protocol';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { createEmulatedDevice, type EmulatedDeviceOptions } from './emulated-device.js';

const pattern = (k: number, bytes = 128): Uint8Array =>
  Uint8Array.from({ length: bytes }, (_, i) => (i * 37 + k * 101) & 255);

async function open(options: EmulatedDeviceOptions = {}) {
  const device = createEmulatedDevice({ profile: 'tiny', ...options });
  const host = await new WireHost(device.connect()).open();
  return { device, host };
}

function framesOf(messages: readonly Readouts[]) {
  return messages.flatMap((message) =>
    message.frames.toArray().map((record, i) => ({
      ...record,
      image: message.data.slice(i * message.imageBytes, (i + 1) * message.imageBytes),
    })),
  );
}

describe('createEmulatedDevice', () => {
  it('shows three patterns on the ticks of the worked example and sends their readouts', async () => {
    const { device, host } = await open();
    await host.control();
    host.patterns(
      0,
      [0, 1, 2].map((k) => pattern(k)),
    );
    const started = await host.get({ type: 'START', flags: 0 }, 'DONE');
    await host.until(() => host.all('RUN_ENDED')[0]);
    const frames = framesOf(host.all('READOUTS'));
    expect(frames.map((f) => f.frame)).to.deep.equal([0, 1, 2]);
    expect(frames.map((f) => f.patternId)).to.deep.equal([0, 1, 2]);
    expect(frames.map((f) => f.resetTick - started.tick)).to.deep.equal([128, 10128, 20128]);
    expect(frames.map((f) => f.exposureStartTick - started.tick)).to.deep.equal([1878, 11878, 21878]);
    expect(frames.every((f) => f.exposureTicks === 2000)).to.equal(true);
    expect(host.all('RUN_ENDED')[0]).to.deep.include({ framesDone: 3, nextFrame: 3 });
    expect(frames[0]!.image).to.have.length(1024);
    expect(new Set(frames.map((f) => f.image.join())).size).to.equal(3);
    await device.close();
  });

  it('refuses a period below the minimum whole, and names the term that limits it', async () => {
    const { device, host } = await open();
    await host.control();
    const refusal = await host.get(
      {
        ...createConfigure(),
        fields: configurationField.PERIOD | configurationField.EXPOSURE,
        periodTicks: 3000,
        exposureTicks: 2000,
      },
      'REFUSED',
    );
    expect(refusal).to.deep.include({ field: 'periodTicks', value: 3000, bound: 3750, limitingTerm: 1 });
    await device.close();
  });

  it('stops with full buffers when the host has no room for readouts, and loses none', async () => {
    const { device, host } = await open();
    await host.greet();
    await host.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
    host.send({ type: 'READOUT_CREDIT', creditLimit: 3 });
    host.patterns(
      0,
      Array.from({ length: 16 }, (_, k) => pattern(k)),
    );
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    await host.until(() => framesOf(host.all('READOUTS'))[2]);
    for (let i = 0; i < 100; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(framesOf(host.all('READOUTS'))).to.have.length(3);
    const { counters } = await host.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
    // Three with the host, four in the camera's buffers.
    expect(counters.toArray().find((c) => c.id === counterId.FRAMES)?.value).to.equal(7);
    host.send({ type: 'READOUT_CREDIT', creditLimit: 100 });
    await host.until(() => host.all('RUN_ENDED')[0]);
    expect(framesOf(host.all('READOUTS')).map((f) => f.patternId)).to.deep.equal([...Array(16).keys()]);
    await device.close();
  });

  it('lets one host control and others look, and gives control on when the first one leaves', async () => {
    const { device, host } = await open();
    await host.control(1);
    const other = await new WireHost(device.connect()).open();
    await other.greet(2);
    const refusal = await other.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'REFUSED');
    expect(refusal.resultCode).to.equal(resultCode.CONTROL_TAKEN);
    expect((await other.get({ type: 'START', flags: 0 }, 'REFUSED')).resultCode).to.equal(resultCode.NOT_IN_CONTROL);
    await other.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
    host.patterns(0, [pattern(0), pattern(1)], false);
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    await host.close();
    await new Promise((resolve) => setImmediate(resolve));
    await other.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
    // The run was stopped with the lease: a new one can be started.
    await other.get({ type: 'START', flags: 0 }, 'DONE');
    await device.close();
  });

  it('answers STOP once the frame under way is done, keeps the patterns, and throws them away on ABORT', async () => {
    const clock = new VirtualClock();
    const { device, host } = await open({ clock });
    await host.control();
    host.patterns(
      0,
      [0, 1, 2, 3].map((k) => pattern(k)),
    );
    const { tick } = await host.get({ type: 'START', flags: 0 }, 'DONE');
    clock.runUntil(tick + 10_200);
    const stopped = host.get({ type: 'STOP' }, 'RUN_REPORT');
    await host.until(() => (host.heard.at(-1)?.message.type === 'PENDING' ? true : undefined));
    clock.runUntil(tick + 50_000);
    expect(await stopped).to.deep.include({ framesDone: 2, nextPatternId: 4 });
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    clock.runUntil(tick + 52_000);
    const aborted = host.get({ type: 'ABORT' }, 'RUN_REPORT');
    await host.until(() => (host.heard.at(-1)?.message.type === 'PATTERN_CREDIT' ? true : undefined));
    clock.runUntil(tick + 100_000);
    expect(await aborted).to.deep.include({ framesDone: 1 });
    expect(framesOf(host.all('READOUTS')).map((f) => f.patternId)).to.deep.equal([0, 1, 2]);
    await device.close();
  });

  it('books host work on its clock while queued frames go on', async () => {
    const clock = new VirtualClock();
    const { device, host } = await open({ clock });
    await host.control();
    host.patterns(
      0,
      Array.from({ length: 10 }, (_, k) => pattern(k)),
    );
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    const done = await host.get({ type: 'SPEND', ticks: 200_000 }, 'DONE');
    expect(done.tick).to.equal(200_000);
    expect(host.all('RUN_ENDED')).to.have.length(1);
    expect(framesOf(host.all('READOUTS')).at(-1)?.resetTick).to.equal(128 + 9 * 10_000);
    await device.close();
  });
});
