import type { OpuDevice } from '@opu/driver';
import { type Clock, RealTimeClock } from '@opu/protocol';
import { CaseVerdict } from '../runner/case.js';
import { type CaseResult, countVerdicts, type SuiteReport } from '../runner/result.js';
import { runCases } from '../runner/run-cases.js';
import { selectCases } from '../runner/select.js';
import { DriverBench, type DriverBenchOptions } from './driver-bench.js';
import { driverCases } from './driver-cases.js';

export interface DriverSuiteOptions extends Omit<DriverBenchOptions, 'clock'> {
  readonly address: string;
  readonly clock?: Clock | undefined;
  /** Number, promise or group of the cases to run, `*` standing for anything; all by default. */
  readonly select?: string | undefined;
  readonly onResult?: (result: CaseResult) => void;
}

/** Holds an implementation of `OpuDevice` to the interface's promises. Every case opens and closes the device. */
export async function runDriverSuite(options: DriverSuiteOptions): Promise<SuiteReport> {
  const { address, open, clock = new RealTimeClock(), signal, onResult } = options;
  const cases = selectCases(driverCases, options.select);
  let identity: Record<string, string> = {};
  const results = await runCases<DriverBench>({
    cases,
    clock,
    signal,
    onResult,
    setUp: async () => {
      const device = await open();
      identity = { ...device.identity };
      const bench = new DriverBench(device, { ...options, clock });
      return { bench, settle: async () => ({ complaints: await closed(device), log: [] }) };
    },
  });
  const counts = countVerdicts(results);
  const verdict = results.length < cases.length ? 'incomplete' : counts.fail > 0 ? 'fail' : 'pass';
  return { suite: 'driver', address, identity, verdict, counts, results };
}

async function closed(device: OpuDevice): Promise<string[]> {
  await device.close();
  return [];
}

/** What `describeDriver` needs of a test framework; mocha's functions fit. */
export interface DriverSuiteHarness {
  /** Opens the driver under test, in control of a device that is not busy. */
  readonly open: () => Promise<OpuDevice>;
  readonly describe: (title: string, body: () => void) => unknown;
  readonly it: (title: string, body: () => Promise<void>) => unknown;
  readonly clock?: Clock | undefined;
}

/** Registers every case of the driver suite as a test. */
export function describeDriver({ open, describe, it, clock = new RealTimeClock() }: DriverSuiteHarness): void {
  describe('the promises of OpuDevice', () => {
    for (const { number, description, expectation, run } of driverCases) {
      it(`${number} ${description}: ${expectation}`, async () => {
        const device = await open();
        try {
          await run(new DriverBench(device, { open, clock }));
        } catch (error) {
          if (!(error instanceof CaseVerdict) || error.verdict === 'fail') throw error;
        } finally {
          await device.close();
        }
      });
    }
  });
}
