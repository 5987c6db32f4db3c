import { check, informational, same } from '../../runner/case.js';
import { batchOf } from '../bench/driver-bench.js';
import { casesOf } from '../bench/driver-case.js';

const COUNTERS = ['frames', 'underrun', 'stall', 'overrun', 'crc_errors'];

const STAGES = [
  'loadTicks',
  'loadRowTicks',
  'settleTicks',
  'triggerDelayTicks',
  'transferTicks',
  'readoutRowTicks',
  'refreshTicks',
] as const;

export const identityCases = casesOf('identity', [
  [
    'I-01',
    'Limits and identity',
    'They are there before anything is asked for, and do not contradict each other.',
    'DeviceLimits.asked DeviceIdentity.profile.name OpuDevice.address.where',
    async ({ device }) => {
      const { limits, identity, configuration } = device;
      check(identity.model !== '' && identity.profile !== '', 'Model or profile have no name.');
      check(device.address !== '', 'The device has no address.');
      check(
        limits.exposureTicks.minimum <= limits.exposureTicks.maximum,
        'The exposure bounds are the wrong way round.',
      );
      check(limits.periodTicks.minimum <= limits.periodTicks.maximum, 'The period bounds are the wrong way round.');
      check(limits.patternSlots > 0 && limits.bitDepths.length > 0, 'There are no pattern slots or bit depths.');
      check(limits.bitDepths.includes(configuration.bitDepth), 'The bit depth that is set is not among those offered.');
    },
  ],
  [
    'I-13',
    'What the device says of itself on the wire',
    'Identity and limits are what HELLO_REPLY and DESCRIBE_REPLY say.',
    'DeviceIdentity.said DeviceLimits.asked DeviceLimits.patternSlots.said DeviceLimits.frameBuffers.said DeviceLimits.tickPicoseconds.said DeviceLimits.stages.said DeviceLimits.storedSequences.said StageDurations.loadTicks.said StageDurations.settleTicks.said StageDurations.triggerDelayTicks.said StageDurations.transferTicks.said StageDurations.readoutRowTicks.said StageDurations.refreshTicks.said',
    async (bench) => {
      bench.needWire();
      const { identity, limits } = bench.device;
      const hello = bench.wire.all('HELLO_REPLY').at(-1);
      const said = bench.wire.all('DESCRIBE_REPLY').at(-1);
      if (hello === undefined || said === undefined) informational('The driver asked the device nothing.');
      for (const name of ['vendor', 'model', 'serial', 'firmwareVersion', 'profile'] as const) {
        same(name, identity[name], hello[name]);
      }
      same(
        'The modulator',
        [limits.modulator.width, limits.modulator.height],
        [said.modulatorWidth, said.modulatorHeight],
      );
      same('The sensor', [limits.sensor.width, limits.sensor.height], [said.sensorWidth, said.sensorHeight]);
      same('The steps', [limits.sensor.xStep, limits.sensor.yStep], [said.regionXStep, said.regionYStep]);
      same('patternSlots', limits.patternSlots, said.patternSlots);
      same('frameBuffers', limits.frameBuffers, said.frameBuffers);
      same('tickPicoseconds', limits.tickPicoseconds, said.tickPicoseconds);
      for (const name of STAGES) {
        if (limits.stages !== undefined) same(name, limits.stages[name], said[name]);
      }
      const { sequenceSlots: sequences, sequencePatterns: patterns } = said;
      const stored = limits.features.has('stored-sequences') ? { sequences, patterns } : undefined;
      same('storedSequences', limits.storedSequences, stored);
      const { minimumExposureTicks, maximumExposureTicks, minimumPeriodTicks, maximumPeriodTicks } = said;
      same('exposureTicks', limits.exposureTicks, { minimum: minimumExposureTicks, maximum: maximumExposureTicks });
      same('periodTicks', limits.periodTicks, { minimum: minimumPeriodTicks, maximum: maximumPeriodTicks });
    },
  ],
  [
    'I-08',
    'counters',
    'They have their names; reading resets nothing; frames counts what was projected.',
    'OpuDevice.counters.names OpuDevice.counters.unreset',
    async (bench) => {
      const { device } = bench;
      const first = await bench.within('counters', device.counters());
      for (const name of COUNTERS) check(first.has(name), `There is no counter ${name}.`);
      const before = first.get('frames')!;
      await bench.within('project', device.project(batchOf(bench.patterns(3))));
      for (let i = 0; i < 2; i++) {
        const counters = await bench.within('counters', device.counters());
        same('The rise of frames', (counters.get('frames') ?? 0) - before, 3);
      }
    },
  ],
  [
    'I-09',
    'now',
    'Device time never goes back.',
    'OpuDevice.now.forward',
    async (bench) => {
      const first = await bench.within('now', bench.device.now());
      const second = await bench.within('now', bench.device.now());
      check(second >= first, `Device time is ${second} and was ${first} before.`);
    },
  ],
  [
    'I-46',
    'now before and after a batch',
    "It is a whole number of ticks, and a batch's ticks lie between the two.",
    'OpuDevice.now.ticks OpuDevice.now.forward Readout.resetTick.exact',
    async (bench) => {
      const { device } = bench;
      const before = await bench.within('now', device.now());
      const { readouts } = await bench.within('project', device.project(batchOf(bench.patterns(3))));
      const after = await bench.within('now', device.now());
      check(Number.isInteger(before) && Number.isInteger(after), `now gives ${before} and ${after}.`);
      const [first, last] = [readouts[0]!, readouts.at(-1)!];
      check(
        before <= first.resetTick && last.exposureStartTick + last.exposureTicks <= after,
        `Frames from ${first.resetTick} to ${last.exposureStartTick + last.exposureTicks} lie outside of ${before} to ${after}.`,
      );
    },
  ],
]);
