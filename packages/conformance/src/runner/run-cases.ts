import { type Clock, isOpuError } from '@opu/core';
import type { WireLogEntry } from '../log/wire-log.js';
import { CaseVerdict, type ConformanceCase, type Verdict } from './case.js';
import type { CaseResult } from './result.js';

/** A fresh surrounding for one case. */
export interface CaseSetup<Bench> {
  readonly bench: Bench;
  /** Brings what is tested into a safe state and lets go of it. Returns what the case missed and what the wire showed. */
  settle(): Promise<{ readonly complaints: readonly string[]; readonly log: readonly WireLogEntry[] }>;
}

export interface RunCasesOptions<Bench> {
  readonly cases: readonly ConformanceCase<Bench>[];
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  setUp(): Promise<CaseSetup<Bench>>;
  /** Asked when no safe state was reached: what is tested is gone for good, and no further case is run. */
  readonly isGone?: (() => Promise<boolean>) | undefined;
  /** Called after every case. */
  readonly onResult?: ((result: CaseResult) => void) | undefined;
}

/** Why no case follows. */
export const GONE = 'It does not answer any more, so the suite ends here.';

/**
 * Runs cases one after the other, each in a surrounding of its own, and leaves a safe state after each.
 * Aborting ends the case under way; what was found until then is returned, and the list is shorter than that of cases.
 */
export async function runCases<Bench>(options: RunCasesOptions<Bench>): Promise<CaseResult[]> {
  const { cases, clock, signal } = options;
  const begin = clock.now();
  const results: CaseResult[] = [];
  for (const testCase of cases) {
    if (signal?.aborted) break;
    const start = clock.now();
    let verdict: Verdict = 'pass';
    let reason = '';
    let log: readonly WireLogEntry[] = [];
    let setup: CaseSetup<Bench> | undefined;
    let isGone = false;
    try {
      setup = await options.setUp();
      await testCase.run(setup.bench);
    } catch (error) {
      [verdict, reason] = judge(error);
    }
    try {
      const end = await setup?.settle();
      log = end?.log ?? [];
      if (end !== undefined && end.complaints.length > 0) {
        verdict = 'fail';
        reason = [reason, ...end.complaints].filter((text) => text !== '').join(' ');
      }
    } catch (error) {
      verdict = 'fail';
      reason = `${reason} No safe state was reached afterwards: ${judge(error)[1]}`.trim();
      isGone = !signal?.aborted && ((await options.isGone?.()) ?? false);
      if (isGone) reason += ` ${GONE}`;
    }
    if (signal?.aborted) break;
    const { number, group, description, expectation, clauses } = testCase;
    const ticks = { startTicks: start - begin, durationTicks: clock.now() - start };
    const result = { number, group, description, expectation, clauses, verdict, reason, ...ticks, log };
    results.push(result);
    options.onResult?.(result);
    if (isGone) break;
  }
  return results;
}

function judge(error: unknown): [Verdict, string] {
  if (error instanceof CaseVerdict) return [error.verdict, error.message];
  if (isOpuError(error)) return ['fail', `${error.code}: ${error.message}`];
  // A driver or a transport of somebody else may throw anything.
  return ['fail', `An error that is no OpuError was thrown: ${String(error)}`];
}
