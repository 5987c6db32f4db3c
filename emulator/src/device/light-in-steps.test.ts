import { configurationField, createConfigure } from '@opu/protocol';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { createOptics, type Optics } from '../optics/optics.js';
import { resolveProfile } from '../profiles/resolve-profile.js';
import { Log } from '../sequencer/testing/drive.js';
import { opticsOfProfile } from '../source/optics-of-profile.js';
import { createEmulatedDevice } from './emulated-device.js';

const profile = resolveProfile('tiny');

/** Light that takes its time: every batch of at most `batchFrames` frames pauses `pauses` times. */
function slowOptics(pauses: number, batchFrames = 2): { optics: Optics; taken: number[]; givenUp: () => number } {
  const inner = createOptics(opticsOfProfile(profile), 1, { ideal: true });
  const taken: number[] = [];
  let givenUp = 0;
  const optics: Optics = {
    parameters: inner.parameters,
    bitDepths: inner.bitDepths,
    get patternBytes() {
      return inner.patternBytes;
    },
    get pixelCount() {
      return inner.pixelCount;
    },
    batchFrames,
    configure: (configuration) => inner.configure(configuration),
    createImages: (count) => inner.createImages(count),
    expose: () => expect.fail('computed in one step'),
    *exposeInSteps(requests, images, saturatedPixels) {
      taken.push(requests.length);
      let isGivenUp = true;
      try {
        for (let i = 0; i < pauses; i++) yield;
        inner.expose(requests, images, saturatedPixels);
        isGivenUp = false;
      } finally {
        if (isGivenUp) givenUp++;
      }
    },
    close: () => inner.close(),
  };
  return { optics, taken, givenUp: () => givenUp };
}

async function run(optics: Optics | undefined): Promise<{ bytes: string[]; trace: string[] }> {
  const trace = new Log();
  const device = createEmulatedDevice({
    profile,
    seed: 1,
    ideal: true,
    trace,
    ...(optics === undefined ? {} : { optics }),
  });
  const host = await new WireHost(device.connect()).open();
  await host.control();
  host.patterns(
    0,
    Array.from({ length: 5 }, (_, k) => new Uint8Array(128).fill(17 * k + 1)),
  );
  await host.lockstep();
  await host.get({ type: 'START', flags: 0 }, 'DONE');
  await host.until(() => host.all('RUN_ENDED')[0]);
  await device.close();
  const bytes = host.all('READOUTS').map((message) => Buffer.from(message.data).toString('base64'));
  return { bytes, trace: trace.lines };
}

/** A question and its answer, and a turn of the event loop. */
async function answer(host: WireHost): Promise<void> {
  await host.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
  await new Promise(setImmediate);
}

describe('light that is computed in steps', () => {
  it('gives the bytes, messages and edges of light that is there at once', async () => {
    const slow = slowOptics(7);
    expect(await run(slow.optics)).to.deep.equal(await run(undefined));
    expect(slow.taken).to.deep.equal([2, 2, 1]);
  });

  it('lets the device answer while virtual time stands still', async () => {
    const { optics } = slowOptics(1000);
    const device = createEmulatedDevice({ profile, optics });
    const host = await new WireHost(device.connect()).open();
    await host.control();
    host.patterns(0, [new Uint8Array(128)]);
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    while (device.clock.now() < 7178) await new Promise(setImmediate);
    const due = device.clock.now();
    for (let i = 0; i < 20; i++) await answer(host);
    expect(host.all('READOUTS')).to.have.length(0);
    expect(device.clock.now()).to.equal(due);
    const readouts = await host.until(() => host.all('READOUTS')[0]);
    expect(readouts.frames.count).to.equal(1);
    expect(device.clock.now()).to.equal(due);
    await device.close();
  });

  for (const type of ['STOP', 'ABORT'] as const) {
    it(`begins anew with the frames that were reset when the run is ended by ${type}, and they are what they would have been`, async () => {
      const { optics, taken, givenUp } = slowOptics(30, 12);
      const device = createEmulatedDevice({ profile, optics });
      const host = await new WireHost(device.connect()).open();
      await host.control();
      // So far apart that a readout waits for no other.
      const slow = { ...createConfigure(), fields: configurationField.PERIOD, periodTicks: 1_000_000 };
      await host.get(slow, 'CONFIGURE_REPLY');
      const patterns = Array.from({ length: 12 }, (_, k) => new Uint8Array(128).fill(17 * k + 1));
      host.patterns(0, patterns);
      await host.get({ type: 'START', flags: 0 }, 'DONE');
      while (taken.length === 0) await new Promise(setImmediate);
      expect(taken).to.deep.equal([12]);
      const { framesDone } = await host.get({ type }, 'RUN_REPORT');
      expect(givenUp()).to.equal(1);
      expect(taken).to.deep.equal([12, framesDone]);
      expect(framesDone).to.be.within(1, profile.nbuf);
      const images = host.all('READOUTS').map(({ data }) => Buffer.from(data));
      const whole = await run(undefined);
      const expected = Buffer.concat(whole.bytes.map((text) => Buffer.from(text, 'base64')));
      const got = Buffer.concat(images);
      expect(got.equals(expected.subarray(0, got.length))).to.equal(true);
      expect(got.length).to.equal(framesDone * 1024);
      await device.close();
    });
  }

  it('lets the device answer in real time, too', async () => {
    const { optics } = slowOptics(40);
    const device = createEmulatedDevice({ profile, optics, clock: 'realtime' });
    const host = await new WireHost(device.connect()).open();
    await host.control();
    host.patterns(0, [new Uint8Array(128)]);
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    let answers = 0;
    for (; host.all('READOUTS').length === 0; answers++) await answer(host);
    expect(answers).to.be.at.least(20);
    await device.close();
  });

  for (const [what, end] of [
    ['the supply fails', (device: ReturnType<typeof createEmulatedDevice>) => device.powerCycle()],
    ['the device is closed', (device: ReturnType<typeof createEmulatedDevice>) => device.close()],
  ] as const) {
    it(`is given up when ${what}`, async () => {
      const { optics, taken, givenUp } = slowOptics(Number.POSITIVE_INFINITY);
      const device = createEmulatedDevice({ profile, optics });
      const host = await new WireHost(device.connect()).open();
      await host.control();
      host.patterns(0, [new Uint8Array(128)]);
      await host.get({ type: 'START', flags: 0 }, 'DONE');
      while (taken.length === 0) await new Promise(setImmediate);
      await end(device);
      expect(givenUp()).to.equal(1);
      expect(host.all('READOUTS')).to.have.length(0);
      await device.close();
    });
  }

  it('is warmed up in real time, when the device is switched on and when it is configured; never in virtual time', async () => {
    for (const [clock, expected] of [
      ['realtime', 2],
      ['virtual', 0],
    ] as const) {
      const { optics } = slowOptics(0);
      let warmed = 0;
      optics.warmUp = () => warmed++;
      const device = createEmulatedDevice({ profile, optics, clock });
      const host = await new WireHost(device.connect()).open();
      await host.control();
      const region = { regionX: 0, regionY: 0, regionWidth: 16, regionHeight: 16 };
      const request = { ...createConfigure(), ...region, fields: configurationField.REGION_OF_INTEREST };
      await host.get(request, 'CONFIGURE_REPLY');
      expect(warmed).to.equal(expected);
      await device.close();
    }
  });
});
