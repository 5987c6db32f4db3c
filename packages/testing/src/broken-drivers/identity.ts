import { type BrokenDriver, face } from './broken-driver.js';

export const identityDefects: readonly BrokenDriver[] = [
  face('DeviceIdentity.said', 'the serial number is made up', (device) => ({
    identity: { ...device.identity, serial: 'OPU-0' },
  })),
  face('DeviceIdentity.profile.name', 'the profile has no name', (device) => ({
    identity: { ...device.identity, profile: '' },
  })),
  face('DeviceLimits.patternSlots.said', 'pattern slots come from a table', (device) => ({
    limits: { ...device.limits, patternSlots: device.limits.patternSlots * 2 },
  })),
  face('StageDurations.settleTicks.said', 'mirrors are said to settle at once', (device) => ({
    limits: { ...device.limits, stages: { ...device.limits.stages!, settleTicks: 0 } },
  })),
  face('DeviceLimits.storedSequences.said', 'stored sequences are left out', (device) => {
    const { storedSequences, ...limits } = device.limits;
    return { limits };
  }),
  face('DeviceLimits.asked', 'the shortest exposure comes from a table', (device) => ({
    limits: { ...device.limits, exposureTicks: { ...device.limits.exposureTicks, minimum: 1 } },
  })),
  face('DeviceLimits.tickPicoseconds.said', 'a tick is taken for a nanosecond', (device) => ({
    limits: { ...device.limits, tickPicoseconds: 1000 },
  })),
  face('OpuDevice.counters.unreset', 'counters count from the last time that they were read', (device) => {
    let before = 0;
    return {
      counters: async (...args) => {
        const counters = new Map(await device.counters(...args));
        const frames = counters.get('frames') ?? 0;
        counters.set('frames', frames - before);
        before = frames;
        return counters;
      },
    };
  }),
  face('OpuDevice.counters.names', 'counters have other names', (device) => ({
    counters: async (...args) =>
      new Map([...(await device.counters(...args))].map(([name, value]) => [name.replace('_', '-'), value])),
  })),
  face('OpuDevice.now.forward', 'device time goes back', (device) => {
    let offset = 0;
    return { now: async (...args) => (await device.now(...args)) - (offset += 10 ** 9) };
  }),
  face('OpuDevice.now.ticks', 'device time is given in microseconds', (device) => ({
    now: async (...args) => (await device.now(...args)) / 100,
  })),
];
