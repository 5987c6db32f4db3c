import type { Verdict } from './case.js';
import type { SuiteReport } from './result.js';

/** A case that did not come out the same in every run. */
export interface DifferingCase {
  readonly number: string;
  readonly description: string;
  /** Verdict, and for each how often it came and the reason that was given first. */
  readonly verdicts: readonly {
    readonly verdict: Verdict | 'not run';
    readonly runs: number;
    readonly reason: string;
  }[];
}

/** Cases whose verdict differs between runs of one suite; none when all runs agree. */
export function differingCases(reports: readonly SuiteReport[]): DifferingCase[] {
  const descriptions = new Map(reports.flatMap((r) => r.results.map((c) => [c.number, c.description] as const)));
  const differing: DifferingCase[] = [];
  for (const [number, description] of descriptions) {
    const seen = new Map<Verdict | 'not run', { runs: number; reason: string }>();
    for (const { results } of reports) {
      const result = results.find((c) => c.number === number);
      const verdict = result?.verdict ?? 'not run';
      const entry = seen.get(verdict) ?? { runs: 0, reason: result?.reason ?? '' };
      entry.runs++;
      seen.set(verdict, entry);
    }
    if (seen.size < 2) continue;
    differing.push({ number, description, verdicts: [...seen].map(([verdict, entry]) => ({ verdict, ...entry })) });
  }
  return differing;
}
