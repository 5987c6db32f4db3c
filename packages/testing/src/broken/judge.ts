import { type CaseResult, runDeviceSuite } from '@opu/conformance';
import { createEmulatedDevice } from '@opu/emulator';
import { brokenLinks } from './broken-link.js';
import type { BrokenDevice } from './defects.js';

/** 300 ms: as long as a case waits for what never comes. */
const STEP_TICKS = 30_000_000;

/** Cases of the clause that fail, and for a reason of their own: not only because tidying up did. */
export async function failedCases(broken: BrokenDevice): Promise<readonly CaseResult[]> {
  const { clause, wire = {}, clock = 'virtual' } = broken;
  // Where links may be damaged, the emulated device takes the carrier that finds messages again.
  const behaviours = [
    ...(broken.behaviours?.() ?? []),
    ...(broken.carrier === 'stream' ? [{ damagesLink: true }] : []),
  ];
  const device = createEmulatedDevice({ profile: 'tiny', clock, behaviours });
  const link = brokenLinks(wire);
  try {
    const { results } = await runDeviceSuite({
      address: 'broken:',
      connect: async () => link(device.connect()),
      stepTicks: STEP_TICKS,
      select: clause,
      externalTrigger: () => void device.trigger(),
    });
    return results.filter(({ verdict, reason }) => {
      // What is looked at in every message may offend against another clause.
      const isOther = reason.startsWith('OPU-') && !reason.includes(clause);
      return verdict === 'fail' && !isOther && !reason.startsWith('No safe state');
    });
  } finally {
    await device.close();
  }
}
