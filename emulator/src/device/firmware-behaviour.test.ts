import { VirtualClock } from '@opu/core';
import {
  type Configure,
  configurationField,
  counterId,
  createConfigure,
  createPlaySequence,
  createStoreSequence,
  eventKind,
  overrunMode,
  readoutFlag,
  resultCode,
  SequenceStepList,
  triggerMode,
} from '@opu/protocol';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { createEmulatedDevice, type EmulatedDevice, type EmulatedDeviceOptions } from './emulated-device.js';

const pattern = (k: number): Uint8Array => new Uint8Array(128).fill(k + 1);

async function controlled(options: EmulatedDeviceOptions = {}): Promise<{ device: EmulatedDevice; host: WireHost }> {
  const device = createEmulatedDevice({ profile: 'tiny', ...options });
  const host = await new WireHost(device.connect()).open();
  await host.control();
  return { device, host };
}

const configure = (host: WireHost, change: Partial<Configure>) =>
  host.get({ ...createConfigure(), ...change }, 'CONFIGURE_REPLY');

const records = (host: WireHost) => host.all('READOUTS').flatMap((message) => message.frames.toArray());

async function counter(host: WireHost, id: number): Promise<number | undefined> {
  const { counters } = await host.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
  return counters.toArray().find((record) => record.id === id)?.value;
}

async function store(host: WireHost, sequenceId: number, patterns: readonly Uint8Array[], firstIndex = 0) {
  return await host.ask({
    ...createStoreSequence(),
    sequenceId,
    firstIndex,
    count: patterns.length,
    patternBytes: 128,
    data: Buffer.concat(patterns),
  });
}

describe('stored sequences', () => {
  it('are played in any order and any number of times, under ids of the host’s choice', async () => {
    const { device, host } = await controlled({ ideal: true });
    await store(host, 3, [pattern(0), pattern(1)]);
    await store(host, 3, [pattern(2)], 2);
    host.patterns(0, [0, 1, 2].map(pattern));
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    await host.until(() => host.all('RUN_ENDED')[0]);
    await host.get(
      {
        ...createPlaySequence(),
        firstPatternId: 1000,
        sequenceId: 3,
        repetitions: 2,
        steps: SequenceStepList.from([{ index: 2 }, { index: 0 }, { index: 2 }]),
      },
      'DONE',
    );
    await host.until(() => host.all('RUN_ENDED')[1]);
    const played = records(host).slice(3);
    expect(played.map((r) => r.patternId)).to.deep.equal([1000, 1001, 1002, 1003, 1004, 1005]);
    expect(played.map((r) => r.frame)).to.deep.equal([3, 4, 5, 6, 7, 8]);
    expect(played.map((r) => (r.flags & readoutFlag.RUN_END) !== 0)).to.deep.equal([...Array(5).fill(false), true]);
    const images = host
      .all('READOUTS')
      .flatMap((m) => m.frames.toArray().map((_, i) => m.data.slice(i * 1024, (i + 1) * 1024).join()));
    const [a, , c] = images;
    expect(images.slice(3)).to.deep.equal([c, a, c, c, a, c]);
    expect(a).to.not.equal(c);
    await device.close();
  });

  it('take room from pattern RAM, are refused when there is none, and give it back', async () => {
    const { device, host } = await controlled();
    expect(
      (
        await store(
          host,
          1,
          Array.from({ length: 15 }, (_, k) => pattern(k)),
        )
      ).type,
    ).to.equal('DONE');
    expect(await store(host, 2, [pattern(0)])).to.include({ type: 'REFUSED', resultCode: resultCode.NO_ROOM });
    expect(await store(host, 1, [pattern(0)], 20)).to.include({ type: 'REFUSED', field: 'firstIndex', bound: 15 });
    const play = { ...createPlaySequence(), sequenceId: 9, repetitions: 1 };
    expect((await host.get(play, 'REFUSED')).resultCode).to.equal(resultCode.UNKNOWN_SEQUENCE);
    const layout = { fields: configurationField.MACRO_PIXELS, macroColumns: 8, macroRows: 8 };
    expect((await host.get({ ...createConfigure(), ...layout }, 'REFUSED')).resultCode).to.equal(
      resultCode.WRONG_STATE,
    );
    await host.get({ type: 'ERASE_SEQUENCE', sequenceId: 1 }, 'DONE');
    expect((await store(host, 2, [pattern(0)])).type).to.equal('DONE');
    await device.close();
  });

  it('are played without end until the host stops them', async () => {
    const { device, host } = await controlled();
    await store(host, 1, [pattern(0), pattern(1)]);
    await host.get({ ...createPlaySequence(), sequenceId: 1, repetitions: 0 }, 'DONE');
    await host.until(() => (records(host).length >= 200 ? true : undefined));
    const { framesDone } = await host.get({ type: 'STOP' }, 'RUN_REPORT');
    expect(records(host)).to.have.length(framesDone);
    expect(host.all('RUN_ENDED')).to.have.length(0);
    await device.close();
  });
});

describe('triggers', () => {
  it('fire a frame each, and an ignored one is refused, counted and reported with its reason', async () => {
    const clock = new VirtualClock();
    const { device, host } = await controlled({ clock });
    await configure(host, { fields: configurationField.TRIGGER, triggerMode: triggerMode.SOFTWARE });
    host.patterns(0, [pattern(0), pattern(1)]);
    expect((await host.get({ type: 'SOFTWARE_TRIGGER' }, 'REFUSED')).resultCode).to.equal(resultCode.TRIGGER_IGNORED);
    const { tick } = await host.get({ type: 'START', flags: 0 }, 'DONE');
    clock.runUntil(tick + 500);
    await host.get({ type: 'SOFTWARE_TRIGGER' }, 'DONE');
    clock.runUntil(tick + 1000);
    await host.get({ type: 'SOFTWARE_TRIGGER' }, 'REFUSED');
    clock.runUntil(tick + 5000);
    expect(device.trigger()).to.equal(false);
    await host.get({ type: 'SOFTWARE_TRIGGER' }, 'DONE');
    clock.runUntil(tick + 50_000);
    await host.until(() => host.all('RUN_ENDED')[0]);
    expect(records(host).map((r) => r.resetTick - tick)).to.deep.equal([500, 5000]);
    expect(host.all('EVENT').filter((event) => event.kind === eventKind.IGNORED_TRIGGER)).to.have.length(3);
    expect(await counter(host, counterId.IGNORED_TRIGGERS)).to.equal(3);
    await device.close();
  });

  it('come from the input as well', async () => {
    const clock = new VirtualClock();
    const { device, host } = await controlled({ clock });
    await configure(host, { fields: configurationField.TRIGGER, triggerMode: triggerMode.EXTERNAL });
    host.patterns(0, [pattern(0)]);
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    clock.runUntil(700);
    expect(device.trigger()).to.equal(true);
    clock.runUntil(20_000);
    await host.until(() => host.all('RUN_ENDED')[0]);
    expect(records(host).map((r) => r.resetTick)).to.deep.equal([700]);
    await device.close();
  });

  it('are not said to have fired when they were ignored or got lost on their way', async () => {
    const clock = new VirtualClock();
    const { device, host } = await controlled({ clock, faults: 'ignore-trigger@600' });
    await configure(host, { fields: configurationField.TRIGGER, triggerMode: triggerMode.EXTERNAL });
    expect(device.trigger()).to.equal(false);
    host.patterns(0, [pattern(0), pattern(1)]);
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    clock.runUntil(700);
    expect(device.trigger(), 'lost').to.equal(false);
    expect(device.trigger(), 'heard').to.equal(true);
    expect(device.trigger(), 'too early').to.equal(false);
    expect(await counter(host, counterId.IGNORED_TRIGGERS)).to.equal(2);
    await device.close();
  });
});

describe('the description', () => {
  it('tells the time of a row of the region in force: 3.3 us, and 2.7 us with all 1088 rows', async () => {
    const device = createEmulatedDevice({ medium: 'structured' });
    const host = await new WireHost(device.connect()).open();
    await host.control();
    const rowTicks = async () => (await host.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY')).readoutRowTicks;
    expect(await rowTicks()).to.equal(330);
    const { REGION_OF_INTEREST, PERIOD } = configurationField;
    const all = { fields: REGION_OF_INTEREST | PERIOD, regionWidth: 8, periodTicks: 400_000 };
    const { minimumPeriodTicks } = await configure(host, { ...all, regionHeight: 1088 });
    expect(await rowTicks()).to.equal(270);
    expect(minimumPeriodTicks).to.equal(100 + 1088 * 270);
    await configure(host, { ...all, regionHeight: 1087 });
    expect(await rowTicks()).to.equal(330);
    await device.close();
  });
});

describe('overruns', () => {
  it('are told by the next readout in drop mode: numbers go on, and every frame is accounted for', async () => {
    // 1164 bytes take 4.85 ms on this line, and a frame is made every 0.1 ms.
    const { device, host } = await controlled({ link: 'serial-2400000' });
    await configure(host, { fields: configurationField.OVERRUN, overrunMode: overrunMode.DROP });
    host.patterns(
      0,
      Array.from({ length: 16 }, (_, k) => pattern(k)),
    );
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    await host.until(() => host.all('RUN_ENDED')[0]);
    const frames = records(host);
    expect(frames.map((r) => r.patternId)).to.deep.equal([0, 1, 2, 3]);
    expect(await counter(host, counterId.OVERRUN)).to.equal(12);
    expect(host.all('RUN_ENDED')[0]).to.include({ framesDone: 16, nextFrame: 16 });
    host.patterns(16, [pattern(0)]);
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    await host.until(() => host.all('RUN_ENDED')[1]);
    expect(records(host)[4]).to.include({ frame: 16, droppedBefore: 12, patternId: 16 });
    await device.close();
  });
});

describe('a device', () => {
  it('sends readouts again until they are acknowledged, and says when they are gone', async () => {
    const { device, host } = await controlled();
    host.patterns(0, [0, 1, 2].map(pattern));
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    await host.until(() => host.all('RUN_ENDED')[0]);
    const first = host.all('READOUTS');
    host.send({ type: 'READOUT_RESEND', from: 0, count: 3 });
    await host.until(() => host.heard.find((h) => h.message.type === 'READOUTS' && h.repeated));
    expect(
      host
        .all('READOUTS')
        .slice(first.length)
        .map((m) => m.data.join()),
    ).to.deep.equal(first.map((m) => m.data.join()));
    host.send({ type: 'READOUT_ACK', nextFrame: 3 });
    host.send({ type: 'READOUT_RESEND', from: 0, count: 3 });
    expect(await host.until(() => host.all('READOUT_UNAVAILABLE')[0])).to.include({ from: 0, count: 3 });
    await device.close();
  });

  it('reports an underrun once for a gap and counts every slot of it', async () => {
    const clock = new VirtualClock();
    const { device, host } = await controlled({ clock });
    host.patterns(0, [pattern(0)], false);
    const { tick } = await host.get({ type: 'START', flags: 0 }, 'DONE');
    clock.runUntil(tick + 45_000);
    host.patterns(1, [pattern(1)]);
    await host.until(() => host.all('EVENT').find((event) => event.kind === eventKind.UNDERRUN));
    clock.runUntil(tick + 90_000);
    await host.until(() => host.all('RUN_ENDED')[0]);
    expect(host.all('EVENT').filter((event) => event.kind === eventKind.UNDERRUN)).to.have.length(1);
    expect(await counter(host, counterId.UNDERRUN)).to.equal(4);
    await host.get({ type: 'RESET_COUNTERS' }, 'DONE');
    expect(await counter(host, counterId.UNDERRUN)).to.equal(0);
    await device.close();
  });

  it('refuses a new configuration while frames are under way and leaves the old one in place', async () => {
    const { device, host } = await controlled({ clock: new VirtualClock() });
    const before = await host.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
    host.patterns(0, [pattern(0)]);
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    const change = { ...createConfigure(), fields: configurationField.EXPOSURE, exposureTicks: 2500 };
    expect((await host.get(change, 'REFUSED')).resultCode).to.equal(resultCode.WRONG_STATE);
    expect(await host.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY')).to.deep.equal(before);
    await device.close();
  });

  it('refuses a run whose readouts do not fit in what the host takes', async () => {
    const device = createEmulatedDevice({ profile: 'tiny' });
    const host = await new WireHost(device.connect()).open();
    await host.greet(1, 1000);
    await host.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
    expect((await host.get({ type: 'START', flags: 0 }, 'REFUSED')).resultCode).to.equal(resultCode.NO_ROOM);
    await device.close();
  });

  it('steps the phase of the reference beam from frame to frame of a run', async () => {
    const { device, host } = await controlled();
    await configure(host, {
      fields: configurationField.REFERENCE,
      referenceOn: 1,
      referencePhaseSteps: 4,
      referenceAmplitude: 1,
    });
    host.patterns(
      0,
      Array.from({ length: 6 }, () => pattern(0)),
    );
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    await host.until(() => host.all('RUN_ENDED')[0]);
    const quarter = Math.PI / 2;
    expect(records(host).map((r) => r.referencePhase)).to.deep.equal([
      0,
      quarter,
      2 * quarter,
      3 * quarter,
      0,
      quarter,
    ]);
    await device.close();
  });
});

describe('ABORT', () => {
  it('throws away what was on its way as well, and its slots are free again after the report', async () => {
    const clock = new VirtualClock();
    const { device, host } = await controlled({ clock });
    host.patterns(0, [0, 1, 2].map(pattern));
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    clock.runUntil(1000);
    const aborted = host.get({ type: 'ABORT' }, 'RUN_REPORT');
    host.patterns(
      3,
      Array.from({ length: 16 }, (_, k) => pattern(k)),
    );
    await host.until(() => host.all('PATTERN_CREDIT').find((credit) => credit.nextPatternId === 19));
    clock.runUntil(50_000);
    expect(await aborted).to.include({ framesDone: 1, nextPatternId: 19 });
    expect(host.all('PATTERN_CREDIT').at(-1)).to.include({ creditLimit: 19 + 16 });
    host.patterns(19, [pattern(0)]);
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    clock.runUntil(100_000);
    await host.until(() => host.all('RUN_ENDED')[0]);
    expect(records(host).map((r) => r.patternId)).to.deep.equal([0, 19]);
    await device.close();
  });
});

describe('a host that takes over', () => {
  it('is not held up by readouts that the host before it never had room for, and gets none of them', async () => {
    const device = createEmulatedDevice({ profile: 'tiny' });
    const first = await new WireHost(device.connect()).open();
    await first.greet(1);
    await first.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
    first.send({ type: 'READOUT_CREDIT', creditLimit: 3 });
    first.patterns(
      0,
      Array.from({ length: 16 }, (_, k) => pattern(k)),
    );
    await first.get({ type: 'START', flags: 0 }, 'DONE');
    await first.until(() => (records(first).length === 3 ? true : undefined));
    await first.close();
    const second = await new WireHost(device.connect()).open();
    await second.greet(2);
    await second.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
    const { nextPatternId } = await second.get({ type: 'ABORT' }, 'RUN_REPORT');
    await configure(second, { fields: configurationField.EXPOSURE, exposureTicks: 2100 });
    second.patterns(nextPatternId, [pattern(0), pattern(1)]);
    const { value: firstFrame } = await second.get({ type: 'START', flags: 0 }, 'DONE');
    second.send({ type: 'READOUT_CREDIT', creditLimit: firstFrame + 100 });
    await second.until(() => second.all('RUN_ENDED')[0]);
    expect(records(second).map((r) => r.patternId)).to.deep.equal([nextPatternId, nextPatternId + 1]);
    expect(records(second).map((r) => r.frame)).to.deep.equal([firstFrame, firstFrame + 1]);
    await device.close();
  });
});

describe('a device in real time whose host machine was busy', () => {
  for (const type of ['STOP', 'ABORT'] as const) {
    it(`does first what was due before ${type}, and answers it`, async () => {
      const { device, host } = await controlled({ clock: 'realtime' });
      host.patterns(0, [0, 1, 2, 3].map(pattern));
      const { tick } = await host.get({ type: 'START', flags: 0 }, 'DONE');
      // Nothing else of this process runs meanwhile: every alarm of the run is late.
      while (device.clock.now() < tick + 200_000);
      const report = await host.get({ type }, 'RUN_REPORT');
      expect(report.framesDone).to.equal(4);
      expect(records(host).map((r) => r.resetTick - tick)).to.deep.equal([128, 10_128, 20_128, 30_128]);
      await device.close();
    });
  }
});
