import type { AppliedConfiguration, ConfigurationRequest } from '@opu/driver';
import { check, informational, same } from '../../runner/case.js';
import { batchOf, type DriverBench } from '../bench/driver-bench.js';
import { casesOf } from '../bench/driver-case.js';

const DERIVED = ['hash', 'minimumPeriodTicks', 'limitingTerm', 'patternBytes'];

/** What was asked for apart from some fields. */
function without(configuration: AppliedConfiguration, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(configuration).filter(([name]) => !fields.includes(name)));
}

/** An exposure a tick beside the one that is set, within the bounds. */
function nearby({ device }: DriverBench): number {
  const { exposureTicks } = device.configuration;
  return exposureTicks > device.limits.exposureTicks.minimum ? exposureTicks - 1 : exposureTicks + 1;
}

/** A period twice as long as it has to be, so that no other field moves it. */
async function free(bench: DriverBench): Promise<AppliedConfiguration> {
  return await bench.configure({ periodTicks: 2 * bench.device.configuration.minimumPeriodTicks + 1000 });
}

export const configurationCases = casesOf('configuration', [
  [
    'I-02',
    'configure with an exposure',
    'The applied values are returned and stand in device.configuration; others stay; the hash changes.',
    'OpuDevice.configure.whole OpuDevice.configuration.last AppliedConfiguration.hash.tells',
    async (bench) => {
      const { device } = bench;
      const before = await free(bench);
      const exposureTicks = nearby(bench);
      const applied = await bench.configure({ exposureTicks });
      same('exposureTicks', applied.exposureTicks, exposureTicks);
      same('device.configuration', device.configuration, applied);
      same('The region of interest', applied.regionOfInterest, before.regionOfInterest);
      check(applied.hash !== before.hash, 'The hash of another configuration is the same.');
    },
  ],
  [
    'I-03',
    'configure with a period that is too short',
    'It rejects with CONFIGURATION_REFUSED, names field, value and bound; the old configuration stays, all of it.',
    'OpuDevice.configure.whole OpuDevice.configure.details',
    async (bench) => {
      const { device } = bench;
      bench.needFreedom();
      const before = device.configuration;
      const request = { exposureTicks: nearby(bench), periodTicks: 1 };
      const { code, details } = await bench.rejection('configure', device.configure(request));
      same('The code', code, 'CONFIGURATION_REFUSED');
      same('The field', details.field, 'periodTicks');
      same('The value', details.value, 1);
      check(typeof details.bound === 'number' && details.bound > 1, `The bound is ${String(details.bound)}.`);
      same('The configuration', device.configuration, before);
      same('What the device says', await bench.within('configure', device.configure({})), before);
    },
  ],
  [
    'I-14',
    'The hash of different configurations, and of the first one again',
    'It is another one for every field that changes, and the same one for the same configuration.',
    'AppliedConfiguration.hash.tells',
    async (bench) => {
      const { device } = bench;
      const first = await free(bench);
      const { x, y, width, height } = first.regionOfInterest;
      const depth = device.limits.bitDepths.find((d) => d !== first.bitDepth);
      const changes: ConfigurationRequest[] = [
        { exposureTicks: nearby(bench) },
        { periodTicks: first.periodTicks * 2 },
        { extraSettleTicks: first.extraSettleTicks + 1 },
        { regionOfInterest: { x, y, width, height: Math.max(device.limits.sensor.yStep, height / 2) } },
        ...(depth === undefined ? [] : [{ bitDepth: depth }]),
        ...(device.limits.features.has('drop-mode') ? [{ overrun: 'drop' as const }] : []),
      ];
      for (const change of changes) {
        const changed = await bench.configure(change);
        check(changed.hash !== first.hash, `The hash stays ${first.hash} with ${JSON.stringify(change)}.`);
        const names = Object.keys(change) as (keyof ConfigurationRequest)[];
        const back = await bench.configure(Object.fromEntries(names.map((name) => [name, first[name]])));
        same('The first configuration', back, first);
      }
    },
  ],
  [
    'I-15',
    'configure with one field after the other',
    'A field that is left out keeps its value.',
    'ConfigurationRequest.partial AppliedConfiguration.said',
    async (bench) => {
      const depth = bench.device.limits.bitDepths.at(-1)!;
      await free(bench);
      const before = await bench.configure({ bitDepth: depth, extraSettleTicks: 17 });
      const after = await bench.configure({ exposureTicks: nearby(bench) });
      const changed = [...DERIVED, 'exposureTicks'];
      same('Everything else', without(after, changed), without(before, changed));
      same('Nothing at all', await bench.configure({}), after);
    },
  ],
  [
    'I-57',
    'The configuration on the wire',
    'What configure answers is what the device answered.',
    'AppliedConfiguration.said OpuDevice.configuration.last',
    async (bench) => {
      bench.needWire();
      const applied = await bench.configure({ exposureTicks: nearby(bench) });
      const said = bench.wire.all('CONFIGURE_REPLY').at(-1);
      if (said === undefined) informational('No CONFIGURE_REPLY came over the wire.');
      for (const name of [
        'periodTicks',
        'exposureTicks',
        'extraSettleTicks',
        'minimumPeriodTicks',
        'patternBytes',
      ] as const) {
        same(name, applied[name], said[name]);
        same(`device.configuration.${name}`, bench.device.configuration[name], said[name]);
      }
      same('The region of interest', Object.values(applied.regionOfInterest), [
        said.regionX,
        said.regionY,
        said.regionWidth,
        said.regionHeight,
      ]);
    },
  ],
  [
    'I-16',
    'The minimum period',
    'A period of minimumPeriodTicks is applied, one tick less is refused.',
    'AppliedConfiguration.minimumPeriodTicks.bound OpuDevice.configure.whole',
    async (bench) => {
      const { minimumPeriodTicks } = await free(bench);
      const applied = await bench.configure({ periodTicks: minimumPeriodTicks });
      same('periodTicks', applied.periodTicks, minimumPeriodTicks);
      const request = bench.device.configure({ periodTicks: minimumPeriodTicks - 1 });
      same('The code', (await bench.rejection('configure', request)).code, 'CONFIGURATION_REFUSED');
    },
  ],
  [
    'I-17',
    'Bytes of a pattern, raw and with 3 x 3 macro-pixels',
    'ceil(values / 8); patterns of that length are shown.',
    'AppliedConfiguration.patternBytes.size ConfigurationRequest.macroPixels.layout PatternBatch.bits',
    async (bench) => {
      const { device } = bench;
      const { width, height } = device.limits.modulator;
      const { macroPixels, patternBytes } = device.configuration;
      const raw = macroPixels.columns === 0;
      if (raw) same('patternBytes', patternBytes, Math.ceil((width * height) / 8));
      bench.need('macro-pixels');
      const applied = await bench.configure({ macroPixels: { columns: 3, rows: 3 } });
      same('patternBytes of 3 x 3', applied.patternBytes, 2);
      const { readouts } = await bench.within('project', device.project(batchOf(bench.patterns(3))));
      same('The number of readouts', readouts.length, 3);
    },
  ],
  [
    'I-18',
    'Every offered bit depth',
    'It can be set; pixels are whole numbers from 0 to 2 ^ depth - 1, in the array that belongs to the depth.',
    'DeviceLimits.bitDepths.offered',
    async (bench) => {
      const { device } = bench;
      await free(bench);
      for (const depth of device.limits.bitDepths) {
        same('bitDepth', (await bench.configure({ bitDepth: depth })).bitDepth, depth);
        const { pixels } = await bench.within('project', device.project(batchOf(bench.patterns(2))));
        const data: ArrayLike<number> = pixels.data;
        const kind = depth === 32 ? Float32Array : depth === 8 ? Uint8Array : Uint16Array;
        check(data instanceof kind, `Pixels of ${depth} bit do not come in a ${kind.name}.`);
        if (depth === 32) continue;
        let highest = 0;
        for (let i = 0; i < data.length; i++) highest = Math.max(highest, data[i]!);
        check(highest < 2 ** depth, `A pixel of ${depth} bit is ${highest}.`);
      }
    },
  ],
  [
    'I-19',
    'A region of interest that is wider than high',
    'Images have the shape [height, width] of it, and rows of a batch height x width pixels.',
    'Image.shape ReadoutBatch.shape',
    async (bench) => {
      const { device } = bench;
      await free(bench);
      const { width, height, xStep, yStep } = device.limits.sensor;
      const steps = (size: number, step: number): number => Math.max(1, Math.floor(size / 4 / step)) * step;
      const region = { x: 0, y: 0, width: 2 * steps(width, xStep), height: steps(height, yStep) };
      if (region.width === region.height) informational('The sensor is too small for that.');
      await bench.configure({ regionOfInterest: region });
      const [readout] = await bench.collect(bench.patterns(1));
      same('The shape of an image', readout?.image.shape, [region.height, region.width]);
      same('Its pixels', readout?.image.data.length, region.height * region.width);
      const { pixels } = await bench.within('project', device.project(batchOf(bench.patterns(2))));
      same('The shape of a batch', pixels.shape, [2, region.height * region.width]);
    },
  ],
  [
    'I-20',
    'The reference beam, off and on with four phases',
    'Phases are 0 when it is off, and 0, a quarter, a half, three quarters of a turn in radians when it is on.',
    'ConfigurationRequest.reference.steps Readout.referencePhaseRadians.phase',
    async (bench) => {
      bench.need('reference-beam');
      const { reference } = await free(bench);
      const phases = async (): Promise<string[]> =>
        (await bench.collect(bench.patterns(5))).map((r) => (r.referencePhaseRadians / (2 * Math.PI)).toFixed(6));
      await bench.configure({ reference: { ...reference, on: false } });
      same('The phases, turns', await phases(), ['0.000000', '0.000000', '0.000000', '0.000000', '0.000000']);
      await bench.configure({ reference: { ...reference, on: true, phaseSteps: 4 } });
      same('The phases, turns', await phases(), ['0.000000', '0.250000', '0.500000', '0.750000', '0.000000']);
    },
  ],
]);
