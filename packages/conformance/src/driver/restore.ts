import type { AppliedConfiguration, ConfigurationRequest, OpuDevice } from '@opu/driver';
import { isOpuError } from '@opu/protocol';
import { check } from '../runner/case.js';
import type { DriverBench, DriverBenchOptions } from './driver-bench.js';

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
  const device = await opened(bench, open);
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

/** A serial port or a USB device that was just let go of may need a moment. */
async function opened(bench: DriverBench, open: DriverBenchOptions['open']): Promise<OpuDevice> {
  const deadline = bench.clock.now() + bench.patienceTicks;
  for (;;) {
    try {
      return await open(bench.wire);
    } catch (error) {
      const mayCome = isOpuError(error) && ['LINK_UNAVAILABLE', 'LINK_LOST', 'DEVICE_BUSY'].includes(error.code);
      if (!mayCome || bench.clock.now() >= deadline) throw error;
      await bench.pause(2_000_000);
    }
  }
}
