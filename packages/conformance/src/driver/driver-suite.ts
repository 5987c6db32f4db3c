import { type Clock, RealTimeClock, TICKS_PER_SECOND } from '@opu/core';
import type { AppliedConfiguration } from '@opu/driver';
import { withoutSecrets } from '@opu/driver';
import { CaseVerdict } from '../runner/case.js';
import { type CaseResult, countVerdicts, type SuiteReport } from '../runner/result.js';
import { type CaseSetup, runCases } from '../runner/run-cases.js';
import { selectCases } from '../runner/select.js';
import { DriverBench, type DriverBenchOptions } from './bench/driver-bench.js';
import { DriverWire } from './bench/driver-wire.js';
import { openPatiently } from './bench/open-patiently.js';
import { restore } from './bench/restore.js';
import { watchUnhandled } from './bench/unhandled.js';
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
  const { clock = new RealTimeClock(), signal, onResult } = options;
  const address = withoutSecrets(options.address);
  const cases = selectCases(driverCases, options.select);
  const surroundings = new Surroundings({ ...options, clock });
  const results = await runCases<DriverBench>({ cases, clock, signal, onResult, setUp: () => surroundings.setUp() });
  const counts = countVerdicts(results);
  const verdict = results.length < cases.length ? 'incomplete' : counts.fail > 0 ? 'fail' : 'pass';
  return { suite: 'driver', address, identity: surroundings.identity, verdict, counts, results };
}

/** Gives every case a driver of its own, and the device its first configuration back. */
class Surroundings {
  identity: Record<string, string> = {};
  readonly #options: DriverBenchOptions;
  #first: AppliedConfiguration | undefined;

  constructor(options: DriverBenchOptions) {
    this.#options = options;
  }

  async setUp(): Promise<CaseSetup<DriverBench>> {
    const { clock, open, stepTicks = 5 * TICKS_PER_SECOND } = this.#options;
    const heard = watchUnhandled();
    const wire = new DriverWire(clock, stepTicks);
    let bench: DriverBench;
    try {
      // A device that was there before may need a moment to be there again; one that never was does not come.
      const patience = this.#first === undefined ? 0 : stepTicks;
      const device = await openPatiently(() => open(wire), clock, patience);
      bench = new DriverBench(device, wire, this.#options);
    } catch (error) {
      await wire.settle();
      heard();
      throw error;
    }
    this.identity = { ...bench.device.identity };
    this.#first ??= bench.device.configuration;
    return { bench, settle: () => this.#settle(bench, heard) };
  }

  async #settle(bench: DriverBench, heard: () => unknown[]): ReturnType<CaseSetup<DriverBench>['settle']> {
    const { wire } = bench;
    const complaints: string[] = [];
    const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
      try {
        await work();
      } catch (error) {
        complaints.push(`${what} after the case: ${error instanceof Error ? error.message : String(error)}`);
      }
    };
    wire.mend();
    // The suite's own interruption must not keep it from leaving a safe state.
    const calm = new DriverBench(bench.device, wire, { ...this.#options, signal: undefined });
    for (const device of bench.devices) {
      await attempt('OpuDevice.close.again: close', () => calm.within('close', device.close(), calm.patienceTicks));
    }
    if (bench.touched) {
      wire.rewrite = undefined;
      await attempt('The first configuration', () => restore(calm, this.#options.open, this.#first!));
    }
    await wire.settle();
    await calm.pause(0);
    for (const reason of heard()) {
      complaints.push(`OpuDevice.no-unhandled: a promise was rejected with nobody listening: ${String(reason)}`);
    }
    return { complaints, log: wire.log.entries };
  }
}

const CASE_MILLISECONDS = 120_000;

/** What `describeDriver` needs of a test framework; mocha's functions fit. */
export interface DriverSuiteHarness extends Omit<DriverBenchOptions, 'clock' | 'signal'> {
  readonly describe: (title: string, body: (this: never) => void) => unknown;
  readonly it: (title: string, body: () => Promise<void>) => unknown;
  readonly clock?: Clock | undefined;
}

/** Registers every case of the driver suite as a test. A test fails when its case does, and with the case's reason. */
export function describeDriver({ describe, it, ...options }: DriverSuiteHarness): void {
  const { clock = new RealTimeClock() } = options;
  describe('the promises of OpuDevice', function (this: unknown) {
    // Cases have bounds of their own, and say which one was missed.
    (this as { timeout?(milliseconds: number): void } | undefined)?.timeout?.(CASE_MILLISECONDS);
    const surroundings = new Surroundings({ ...options, clock });
    for (const testCase of driverCases) {
      it(`${testCase.number} ${testCase.description}: ${testCase.expectation}`, async () => {
        const [result] = await runCases({ cases: [testCase], clock, setUp: () => surroundings.setUp() });
        if (result?.verdict === 'fail')
          throw new CaseVerdict('fail', `${result.reason} [${result.clauses.join(', ')}]`);
      });
    }
  });
}
