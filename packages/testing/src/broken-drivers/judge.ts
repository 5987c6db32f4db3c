import { schemes } from '@opu/cli';
import { type CaseResult, runDriverSuite } from '@opu/conformance';
import { TICKS_PER_SECOND } from '@opu/driver';
import type { BrokenDriver } from './broken-driver.js';

/** Cases of the promise that fail, and for a reason of their own. */
export async function failedCases({ promise, open }: BrokenDriver): Promise<readonly CaseResult[]> {
  const { results } = await runDriverSuite({
    address: 'broken:',
    open: (wire) => open(wire.schemes(schemes)),
    select: promise,
    stepTicks: TICKS_PER_SECOND / 2,
    patienceTicks: TICKS_PER_SECOND,
  });
  // What went wrong only while the case was cleared away proves nothing, unless it is the promise itself.
  return results.filter(
    ({ verdict, reason }) => verdict === 'fail' && (!/^\S+ after the case/.test(reason) || reason.includes(promise)),
  );
}
