import type { Ticks } from '@opu/core';
import type { WireLogEntry } from '../log/wire-log.js';
import { type CaseFacts, type Verdict, verdicts } from './case.js';

export interface CaseResult extends CaseFacts {
  readonly verdict: Verdict;
  /** Why; empty for `pass`. */
  readonly reason: string;
  /** When the case began, ticks of the host's clock since the suite began. */
  readonly startTicks: Ticks;
  readonly durationTicks: Ticks;
  /** What went over the wire, where the suite sees the wire. */
  readonly log: readonly WireLogEntry[];
}

/** What a suite found. */
export interface SuiteReport {
  readonly suite: 'device' | 'driver';
  readonly address: string;
  /** Who was tested, as it says itself. */
  readonly identity: Readonly<Record<string, string>>;
  /** `incomplete` until the last case has ended, also when the suite was interrupted. */
  readonly verdict: 'pass' | 'fail' | 'incomplete';
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly results: readonly CaseResult[];
}

export function countVerdicts(results: readonly CaseResult[]): Record<Verdict, number> {
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  for (const { verdict } of results) counts[verdict]++;
  return counts;
}
