import { configurationField, createConfigure, type Readouts, triggerMode } from '@opu/protocol';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { createEmulatedDevice, type EmulatedDeviceOptions } from '../device/emulated-device.js';
import { Log } from '../sequencer/testing/drive.js';
import { FaultPlan } from './fault-plan.js';
import { parseFaults } from './fault-spec.js';

const FRAMES = 12;
const pattern = (k: number): Uint8Array => Uint8Array.from({ length: 128 }, (_, i) => (i * 37 + k * 101) & 255);

function framesOf(messages: readonly Readouts[]) {
  return messages.flatMap((message) =>
    message.frames.toArray().map((record, i) => ({
      ...record,
      image: [...message.data.slice(i * message.imageBytes, (i + 1) * message.imageBytes)],
    })),
  );
}

type Frame = ReturnType<typeof framesOf>[number];

/** Twelve patterns on an ideal camera, so that images differ by nothing but the light. */
async function run(faults: string, options: EmulatedDeviceOptions = {}) {
  const plan = new FaultPlan(parseFaults(faults), 3);
  const device = createEmulatedDevice({ profile: 'tiny', ideal: true, faults: plan, ...options });
  const host = await new WireHost(device.connect()).open();
  await host.control();
  host.patterns(
    0,
    Array.from({ length: FRAMES }, (_, k) => pattern(k)),
  );
  const { tick } = await host.get({ type: 'START', flags: 0 }, 'DONE');
  await host.until(() => host.all('RUN_ENDED')[0]);
  const frames = framesOf(host.all('READOUTS'));
  await device.close();
  return { frames, plan, start: tick };
}

const differing = (a: Frame, b: Frame): number => a.image.filter((value, i) => value !== b.image[i]).length;

describe('faults of a device', () => {
  let clean: Frame[];
  before(async () => {
    clean = (await run('')).frames;
  });

  it('change nothing where they do not strike', async () => {
    const quiet = 'bit-flip=0,settling-load=0,drop-frame=0,torn-frame=0,stuck-frame=0,wrong-timestamp=0,brown-out=0';
    expect((await run(quiet)).frames).to.deep.equal(clean);
  });

  it('flip one bit of the pattern that is shown from 300 us on', async () => {
    const { frames, plan } = await run('bit-flip@300us');
    const changed = frames.filter((frame, i) => differing(frame, clean[i]!) > 0).map((frame) => frame.frame);
    expect(changed).to.deep.equal([3]);
    expect(plan.struck.get('bit-flip')).to.equal(1);
  });

  it('load into settling mirrors: part of the pattern is anything', async () => {
    const { frames } = await run('settling-load@300us');
    const changed = frames.map((frame, i) => differing(frame, clean[i]!));
    expect(changed.filter((count) => count > 0)).to.have.length(1);
    expect(changed[3]).to.be.above(200);
  });

  it('show the image of the frame before, whole or from a row on', async () => {
    const stuck = (await run('stuck-frame@300us')).frames;
    expect(stuck[3]!.image).to.deep.equal(clean[2]!.image);
    expect(stuck[4]!.image).to.deep.equal(clean[4]!.image);
    expect(stuck[3]!.patternId).to.equal(3);
    const torn = (await run('torn-frame@300us')).frames[3]!.image;
    const row = torn.findIndex((value, i) => value !== clean[3]!.image[i]);
    const tear = row - (row % 32);
    expect(tear).to.be.within(32, 31 * 32);
    expect(torn.slice(0, tear)).to.deep.equal(clean[3]!.image.slice(0, tear));
    expect(torn.slice(tear)).to.deep.equal(clean[2]!.image.slice(tear));
  });

  it('lose frames in the camera; the next read-out says how many', async () => {
    const { frames, plan } = await run('drop-frame@300us,drop-frame@400us');
    expect(frames.map((frame) => frame.frame)).to.deep.equal([0, 1, 2, 5, 6, 7, 8, 9, 10, 11]);
    expect(frames.map((frame) => frame.droppedBefore)).to.deep.equal([0, 0, 0, 2, 0, 0, 0, 0, 0, 0]);
    expect(plan.struck.get('drop-frame')).to.equal(2);
  });

  it('give wrong ticks, while the trace shows the right ones', async () => {
    const trace = new Log();
    const { frames } = await run('wrong-timestamp:5us@300us', { trace });
    const errors = frames.map((frame, i) => frame.resetTick - clean[i]!.resetTick);
    expect(errors).to.deep.equal(errors.map((_, i) => (i === 3 ? 500 : 0)));
    const resets = trace.lines.filter((line) => line.includes(' reset ')).map((line) => Number(line.split(' ')[0]));
    expect(resets).to.deep.equal(clean.map((frame) => frame.resetTick));
  });

  it('strike the same frames for the same seed, whatever else goes on', async () => {
    const faults = 'stuck-frame=0.3,bit-flip=0.3';
    const one = (await run(faults)).frames;
    expect((await run(faults)).frames).to.deep.equal(one);
    expect(one.filter((frame, i) => differing(frame, clean[i]!) > 0).length).to.be.within(2, 11);
  });

  it('lose a trigger edge without a word', async () => {
    const plan = new FaultPlan(parseFaults('ignore-trigger@0'), 1);
    const device = createEmulatedDevice({ profile: 'tiny', faults: plan });
    const host = await new WireHost(device.connect()).open();
    await host.control();
    const software = { ...createConfigure(), fields: configurationField.TRIGGER, triggerMode: triggerMode.SOFTWARE };
    await host.get(software, 'CONFIGURE_REPLY');
    host.patterns(0, [pattern(0)]);
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    await host.get({ type: 'SPEND', ticks: 1000 }, 'DONE');
    await host.get({ type: 'SOFTWARE_TRIGGER' }, 'DONE');
    await host.get({ type: 'SPEND', ticks: 100_000 }, 'DONE');
    expect(host.all('READOUTS')).to.have.length(0);
    await host.get({ type: 'SOFTWARE_TRIGGER' }, 'DONE');
    await host.until(() => host.all('RUN_ENDED')[0]);
    expect(framesOf(host.all('READOUTS')).map((frame) => frame.patternId)).to.deep.equal([0]);
    await device.close();
  });

  it('cut the supply: the connection ends, a new one finds a device that has forgotten everything', async () => {
    const device = createEmulatedDevice({ profile: 'tiny', faults: 'brown-out@500us' });
    const host = await new WireHost(device.connect()).open();
    const { bootId } = await host.greet();
    await host.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
    host.send({ type: 'READOUT_CREDIT', creditLimit: 2 ** 40 });
    const slow = { ...createConfigure(), fields: configurationField.PERIOD, periodTicks: 20_000 };
    await host.get(slow, 'CONFIGURE_REPLY');
    host.patterns(
      0,
      Array.from({ length: FRAMES }, (_, k) => pattern(k)),
    );
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    await host.until(() => undefined).catch(() => undefined);
    expect(host.end).to.not.equal(undefined);
    expect(host.all('RUN_ENDED')).to.have.length(0);
    const next = await new WireHost(device.connect()).open();
    expect((await next.greet()).bootId).to.not.equal(bootId);
    expect((await next.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY')).periodTicks).to.equal(10_000);
    await device.close();
  });
});
