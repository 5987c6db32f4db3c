import type { AppliedConfiguration, ConfigurationRequest } from '@opu/driver';
import { check } from '../../runner/case.js';
import type { DriverBench, DriverBenchOptions } from './driver-bench.js';
import { openPatiently } from './open-patiently.js';

const FIELDS: readonly (keyof ConfigurationRequest)[] = [
  'periodTicks',
  'exposureTicks',
  'extraSettleTicks',
  'regionOfInterest',
  'bitDepth',
  'overrun',
  'trigger',
  'macroPixels',
  'reference',
];

/** Gives a device that stays on the configuration back that it had before the suite. */
export async function restore(
  bench: DriverBench,
  open: DriverBenchOptions['open'],
  first: AppliedConfiguration,
): Promise<void> {
  await bench.wire.rest();
  const device = await openPatiently(() => open(bench.wire), bench.clock, bench.patienceTicks);
  try {
    const now = device.configuration;
    const differing = FIELDS.filter((name) => JSON.stringify(now[name]) !== JSON.stringify(first[name]));
    if (differing.length === 0) return;
    const request: ConfigurationRequest = Object.fromEntries(differing.map((name) => [name, first[name]]));
    // A period that is left out would have to fit the other fields, before and after.
    const after = await bench.within('configure', device.configure({ ...request, periodTicks: first.periodTicks }));
    check(after.hash === first.hash, `It is ${after.hash} and was ${first.hash}.`);
  } finally {
    await bench.within('close', device.close());
  }
}
