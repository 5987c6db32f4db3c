import type { AppliedConfiguration, ConfigurationRequest, OpuDevice } from '@opu/driver';
import { OpuError } from '@opu/driver';
import { type BrokenDriver, changing, face } from './broken-driver.js';

/** What `configure` answers, and what stands in the device, is changed. */
function applying(change: (applied: AppliedConfiguration) => Partial<AppliedConfiguration>) {
  return (device: OpuDevice): Partial<OpuDevice> => ({
    get configuration() {
      return { ...device.configuration, ...change(device.configuration) };
    },
    configure: async (...args) => {
      const applied = await device.configure(...args);
      return { ...applied, ...change(applied) };
    },
  });
}

/** What is asked for is changed on its way. */
function asking(change: (request: ConfigurationRequest, device: OpuDevice) => ConfigurationRequest) {
  return (device: OpuDevice): Partial<OpuDevice> => ({
    configure: (request, options) => device.configure(change(request, device), options),
  });
}

const left = <Key extends keyof ConfigurationRequest>(request: ConfigurationRequest, key: Key): ConfigurationRequest =>
  Object.fromEntries(Object.entries(request).filter(([name]) => name !== key));

export const configurationDefects: readonly BrokenDriver[] = [
  face('OpuDevice.configuration.last', 'configure does not update device.configuration', (device) => ({
    configuration: device.configuration,
  })),
  face('AppliedConfiguration.hash.tells', 'the hash stays that of before', (device) => {
    const { hash } = device.configuration;
    return { configure: async (...args) => ({ ...(await device.configure(...args)), hash }) };
  }),
  face(
    'AppliedConfiguration.hash.tells',
    'the extra wait is not hashed',
    applying(({ hash, extraSettleTicks, minimumPeriodTicks, limitingTerm, ...hashed }) => ({
      hash: JSON.stringify(hashed),
    })),
  ),
  face('AppliedConfiguration.hash.tells', 'the hash is another one every time', (device) => {
    let count = 0;
    return { configure: async (...args) => ({ ...(await device.configure(...args)), hash: `${count++}` }) };
  }),
  face('OpuDevice.configure.whole', 'a refused configuration resolves', (device) => ({
    configure: (...args) => device.configure(...args).catch(() => device.configuration),
  })),
  face('OpuDevice.configure.whole', 'a refused configuration rejects with an error of no kind', (device) => ({
    configure: (...args) =>
      device.configure(...args).catch(() => {
        throw new Error('no');
      }),
  })),
  face('OpuDevice.configure.whole', 'a configuration is applied field by field', (device) => ({
    configure: async (request, options) => {
      let applied = device.configuration;
      for (const [name, value] of Object.entries(request)) applied = await device.configure({ [name]: value }, options);
      return applied;
    },
  })),
  face('OpuDevice.configure.details', 'a refusal says nothing but its code', (device) => ({
    configure: (...args) =>
      device.configure(...args).catch((error: OpuError) => {
        throw new OpuError(error.code, error.message);
      }),
  })),
  face(
    'OpuDevice.configure.whole',
    'exposures are rounded to microseconds',
    asking((request) => {
      const { exposureTicks } = request;
      return exposureTicks === undefined
        ? request
        : { ...request, exposureTicks: Math.round(exposureTicks / 100) * 100 };
    }),
  ),
  face('ConfigurationRequest.partial', 'a field that is left out goes back to what it was at first', (device) => {
    const { bitDepth, extraSettleTicks } = device.configuration;
    return asking((request) => ({ bitDepth, extraSettleTicks, ...request }))(device);
  }),
  face(
    'AppliedConfiguration.said',
    'the exposure is said to be a tick longer than it is',
    applying(({ exposureTicks }) => ({ exposureTicks: exposureTicks + 1 })),
  ),
  face(
    'AppliedConfiguration.minimumPeriodTicks.bound',
    'the minimum period is said to be a tick shorter than it is',
    applying(({ minimumPeriodTicks }) => ({ minimumPeriodTicks: minimumPeriodTicks - 1 })),
  ),
  face(
    'AppliedConfiguration.patternBytes.size',
    'bytes of a pattern are rounded down',
    applying(({ macroPixels: { columns, rows }, patternBytes }) => ({
      patternBytes: columns === 0 ? patternBytes : Math.floor((columns * rows) / 8),
    })),
  ),
  face(
    'ConfigurationRequest.macroPixels.layout',
    'macro-pixels are ignored',
    asking((request) => left(request, 'macroPixels')),
  ),
  face('DeviceLimits.bitDepths.offered', 'a bit depth that is offered cannot be set', (device) =>
    asking((request) => (request.bitDepth === 12 ? left(request, 'bitDepth') : request))(device),
  ),
  face('DeviceLimits.bitDepths.offered', 'pixels of 12 bit are scaled to 16', (device) => ({
    project: async (...args) => {
      const batch = await device.project(...args);
      const { data } = batch.pixels;
      if (data instanceof Uint16Array) data.forEach((value, i) => void (data[i] = value * 16));
      return batch;
    },
  })),
  face(
    'ConfigurationRequest.reference.steps',
    'the reference beam stays off',
    asking((request) => left(request, 'reference')),
  ),
  face(
    'Readout.referencePhaseRadians.phase',
    'phases are given in degrees',
    changing(({ referencePhaseRadians }) => ({ referencePhaseRadians: (referencePhaseRadians * 180) / Math.PI })),
  ),
];
