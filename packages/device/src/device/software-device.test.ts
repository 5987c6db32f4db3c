import {
  configurationField,
  counterId,
  createConfigure,
  createPatterns,
  createPlaySequence,
  createStoreSequence,
  eventKind,
  type Message,
  patternEncoding,
  resultCode,
  triggerMode,
} from '@opu/protocol';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { type DeviceFacts, deviceFacts } from '../source/device-facts.js';
import type { ExposureRequest, ImageSource } from '../source/exposure.js';
import type { PatternGate } from '../source/frame-source.js';
import { type FrameSourceOptions, frameSource } from './frame-source.js';
import { createSoftwareDevice, type SoftwareDevice } from './software-device.js';

const facts = deviceFacts({
  modulatorWidth: 8,
  modulatorHeight: 8,
  sensorWidth: 4,
  sensorHeight: 2,
  patternSlots: 16,
  frameBuffers: 4,
  minimumExposureTicks: 100,
  transferTicks: 3,
});

/** A frame shows the first byte of its pattern, and its number. */
const image: FrameSourceOptions['image'] = ({ pattern, frame }, { regionWidth, regionHeight }) =>
  new Uint8Array(regionWidth * regionHeight).fill(pattern[0]!).fill(frame, 0, 1);

interface Change extends Partial<FrameSourceOptions> {
  readonly facts?: DeviceFacts;
  readonly images?: (inner: ImageSource) => ImageSource;
  readonly gate?: PatternGate;
}

async function setup(
  change: Change = {},
  clock: 'virtual' | 'realtime' = 'virtual',
): Promise<{ device: SoftwareDevice; host: WireHost }> {
  const { images, gate, ...options } = change;
  const device = createSoftwareDevice({
    name: 'fake:',
    clock,
    source: () => {
      const source = frameSource({ facts, image, ...options });
      return { ...source, images: images?.(source.images) ?? source.images, ...(gate ? { patterns: gate } : {}) };
    },
  });
  const host = await new WireHost(device.connect()).open();
  await host.control();
  return { device, host };
}

const patterns = (count: number, from = 0): Uint8Array[] =>
  Array.from({ length: count }, (_, k) => new Uint8Array(8).fill(from + k));
async function counted(host: WireHost, counter: number, least: number): Promise<boolean> {
  const { counters } = await host.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
  return [...counters].some(({ id, value }) => id === counter && value >= least);
}
const ended = (host: WireHost, runs = 1) => host.until(() => host.all('RUN_ENDED')[runs - 1]);

function refusal(message: Message, code: keyof typeof resultCode): string {
  if (message.type !== 'REFUSED') throw new Error(`expected REFUSED, got ${message.type}`);
  expect(message.resultCode, message.text).to.equal(resultCode[code]);
  return message.text;
}

describe('a device of a frame source', () => {
  it('shows patterns: each readout has the image of its pattern, a period apart, and saturated pixels are counted', async () => {
    const { device, host } = await setup();
    host.patterns(0, patterns(5, 251));
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    await ended(host);
    expect(host.frames.map((frame) => [...frame.image])).to.deep.equal(
      [251, 252, 253, 254, 255].map((value, k) => [k, ...new Array(7).fill(value)]),
    );
    expect(host.frames.map(({ resetTick }) => resetTick)).to.deep.equal([0, 100, 200, 300, 400]);
    expect(host.frames.map(({ saturatedPixels }) => saturatedPixels)).to.deep.equal([0, 0, 0, 0, 7]);
    await device.close();
  });

  it('says what its facts say, and refuses what is not among its features', async () => {
    const { device, host } = await setup({ facts: { ...facts, features: [] } });
    const description = await host.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
    expect(description).to.include({ modulatorWidth: 8, sensorHeight: 2, patternSlots: 16, transferTicks: 3 });
    const rows = { ...createPatterns(), encoding: patternEncoding.ROWS, count: 1, patternBytes: 8, rowCount: 1 };
    host.send({ ...rows, data: new Uint8Array(1) });
    expect(refusal(await host.until(() => host.all('REFUSED')[0]), 'NOT_SUPPORTED')).to.contain('row-patterns');
    const sequence = { ...createStoreSequence(), count: 1, patternBytes: 8, data: new Uint8Array(8) };
    for (const message of [sequence, createPlaySequence(), { type: 'ERASE_SEQUENCE' as const, sequenceId: 0 }]) {
      expect(refusal(await host.ask(message), 'NOT_SUPPORTED')).to.contain('stores no sequences');
    }
    const { REFERENCE, TRIGGER, OVERRUN, MACRO_PIXELS } = configurationField;
    for (const [field, change] of [
      ['referenceOn', { fields: REFERENCE, referenceOn: 1, referencePhaseSteps: 1 }],
      ['triggerMode', { fields: TRIGGER, triggerMode: triggerMode.SOFTWARE }],
      ['overrunMode', { fields: OVERRUN, overrunMode: 1 }],
      ['macroColumns', { fields: MACRO_PIXELS, macroColumns: 2, macroRows: 2 }],
    ] as const) {
      const reply = await host.ask({ ...createConfigure(), ...change });
      refusal(reply, 'OUT_OF_RANGE');
      expect(reply).to.include({ field });
    }
    await device.close();
  });

  it('refuses sequences beyond its pattern RAM before it takes memory for them: 12 kB that stand for 1.5 GB', async () => {
    const { device, host } = await setup({ facts: { ...facts, modulatorWidth: 1024, modulatorHeight: 1024 } });
    const patternBytes = 2 ** 17;
    // A run of 2^20 zeros takes three bytes.
    const count = 4_000;
    const data = Uint8Array.from({ length: 3 * count }, (_, i) => [0x80, 0x80, 0x40][i % 3]!);
    const message = { ...createStoreSequence(), encoding: patternEncoding.RUN_LENGTH, patternBytes };
    const before = process.memoryUsage().arrayBuffers;
    refusal(await host.ask({ ...message, count, data }), 'NO_ROOM');
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(2 ** 20);
    await host.get({ ...message, count: 15, data: data.subarray(0, 45) }, 'DONE');
    await device.close();
  });

  describe('whose images take their time', () => {
    /** Images of frames below `limit()` are there at once; the others never. */
    const slow = (limit: () => number, givenUp: number[]) => (inner: ImageSource) => ({
      isSlow: true,
      image: (request: ExposureRequest) => (request.frame < limit() ? inner.image(request) : undefined),
      *imageInSteps({ frame }: ExposureRequest): Generator<void, never> {
        try {
          for (;;) yield;
        } finally {
          givenUp.push(frame);
        }
      },
    });

    it('is done with an abort at once: frames under way are discarded, and the next readout says how many', async () => {
      const givenUp: number[] = [];
      let limit = 2;
      const { device, host } = await setup({
        images: slow(() => limit, givenUp),
        // So far apart that a readout waits for no other.
        initial: { periodTicks: 1_000_000 },
      });
      host.patterns(0, patterns(8), false);
      await host.get({ type: 'START', flags: 0 }, 'DONE');
      await host.until(() => host.frames[1]);
      for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
      const { framesDone } = await host.get({ type: 'ABORT' }, 'RUN_REPORT');
      expect(framesDone).to.be.within(3, 7);
      expect(givenUp).to.deep.equal([2]);
      limit = 1_000;
      host.patterns(8, patterns(1, 77));
      await host.get({ type: 'START', flags: 0 }, 'DONE');
      await ended(host);
      expect(host.frames).to.have.length(3);
      expect(host.frames[2]).to.include({ frame: framesDone, patternId: 8, droppedBefore: framesDone - 2 });
      await device.close();
    });

    it('answers an abort in real time, too, when news of room or a question come before the run is told to be over', async () => {
      const { device, host } = await setup({ images: slow(() => 0, []) }, 'realtime');
      host.patterns(0, patterns(8), false);
      await host.get({ type: 'START', flags: 0 }, 'DONE');
      while (!(await counted(host, counterId.FRAMES, 8))) await new Promise(setImmediate);
      for (const next of [{ type: 'READOUT_CREDIT', creditLimit: 2 ** 41 }, { type: 'GET_COUNTERS' }] as const) {
        const reports = host.all('RUN_REPORT').length;
        host.send({ type: 'ABORT' }, 1_000 + reports);
        host.send(next, next.type === 'GET_COUNTERS' ? 2_000 : 0);
        await host.until(() => host.all('RUN_REPORT')[reports]);
        host.patterns(8, patterns(8), false);
        await host.get({ type: 'START', flags: 0 }, 'DONE');
        while (!(await counted(host, counterId.FRAMES, 16))) await new Promise(setImmediate);
      }
      await device.close();
    });

    it('answers every host meanwhile, and a stop waits for the light', async () => {
      const { device, host } = await setup({ images: slow(() => 2, []) });
      host.patterns(0, patterns(8));
      await host.get({ type: 'START', flags: 0 }, 'DONE');
      const onlooker = await new WireHost(device.connect()).open();
      await onlooker.greet(2);
      for (let k = 0; k < 20; k++) await onlooker.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
      host.send({ type: 'STOP' }, 99);
      for (let k = 0; k < 20; k++) await onlooker.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
      expect(host.all('RUN_REPORT')).to.have.length(0);
      await device.close();
    });
  });

  for (const [what, broken, text] of [
    [
      'throws',
      () => {
        throw new RangeError('no lens');
      },
      'no lens',
    ],
    [
      'gives too few pixels',
      () => new Uint8Array(7),
      'an image of 8 pixels of 8 bits was asked for, and the frame source gave 7',
    ],
    ['gives pixels of another depth', () => new Float32Array(8), '8 values in a Float32Array'],
  ] as const) {
    it(`tells hosts of a fault and lets them go when its image function ${what}`, async () => {
      const { device, host } = await setup({ image: broken });
      host.patterns(0, patterns(1));
      host.send({ type: 'START', flags: 0 }, 50);
      const event = await host.until(() => host.all('EVENT').find(({ kind }) => kind === eventKind.FAULT));
      expect(event.text).to.contain(text);
      await device.close();
      expect(device.isClosed).to.equal(true);
      expect(host.end).to.not.equal(undefined);
    });
  }

  it('says whether an edge on its trigger input fired a frame', async () => {
    const { device, host } = await setup();
    const external = { fields: configurationField.TRIGGER, triggerMode: triggerMode.EXTERNAL };
    await host.get({ ...createConfigure(), ...external }, 'CONFIGURE_REPLY');
    expect(device.trigger()).to.equal(false);
    host.patterns(0, patterns(1));
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    expect(device.trigger()).to.equal(true);
    expect(device.trigger()).to.equal(false);
    await ended(host);
    const { counters } = await host.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
    expect([...counters].find(({ id }) => id === counterId.IGNORED_TRIGGERS)?.value).to.equal(2);
    await device.close();
  });

  it('asks a gate for every pattern, and gives back those that are not shown', async () => {
    const released: number[][] = [];
    const gate: PatternGate = {
      bindsConfiguration: true,
      arrive: (arriving) => (arriving.some(({ bytes }) => bytes[0] === 13) ? unlucky() : undefined),
      store: (stored) => (stored.some((bytes) => bytes[0] === 13) ? unlucky() : undefined),
      play: () => unlucky(),
      release: (thrown) => released.push(thrown.map(({ id }) => id)),
    };
    const unlucky = () => {
      const text = 'Not thirteen.';
      return {
        type: 'REFUSED' as const,
        resultCode: resultCode.OUT_OF_RANGE,
        limitingTerm: 0,
        requestType: 0,
        value: 0,
        bound: 0,
        field: '',
        text,
      };
    };
    const { device, host } = await setup({ gate });
    host.patterns(0, patterns(3, 11));
    expect(refusal(await host.until(() => host.all('REFUSED')[0]), 'OUT_OF_RANGE')).to.equal('Not thirteen.');
    host.patterns(0, patterns(3));
    const sequence = { ...createStoreSequence(), count: 1, patternBytes: 8 };
    refusal(await host.ask({ ...sequence, data: new Uint8Array(8).fill(13) }), 'OUT_OF_RANGE');
    await host.get({ ...sequence, data: new Uint8Array(8) }, 'DONE');
    refusal(await host.ask({ ...createPlaySequence(), repetitions: 1 }), 'OUT_OF_RANGE');
    const longer = { ...createConfigure(), fields: configurationField.EXPOSURE, exposureTicks: 200 };
    expect(refusal(await host.ask(longer), 'WRONG_STATE')).to.contain('3 patterns wait');
    await host.get({ type: 'ABORT' }, 'RUN_REPORT');
    expect(released.flat()).to.deep.equal([0, 1, 2]);
    await host.get(longer, 'CONFIGURE_REPLY');
    await device.close();
  });

  it('is new after its supply failed, and closes once for all who ask', async () => {
    const { device, host } = await setup();
    host.patterns(0, patterns(3), false);
    await host.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
    device.powerCycle();
    await host.until(() => host.end).catch(() => undefined);
    const next = await new WireHost(device.connect()).open();
    await next.control();
    await next.until(() => next.all('PATTERN_CREDIT').find(({ nextPatternId }) => nextPatternId === 0));
    const [one, two] = [device.close(), device.close()];
    expect(one).to.equal(two);
    await one;
    expect(() => device.connect()).to.throw(/was closed/);
  });
});
