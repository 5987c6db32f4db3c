/** What a case can find. Only `fail` is held against whoever is tested. */
export const verdicts = ['pass', 'non-strict', 'informational', 'fail', 'not-supported'] as const;
/**
 * - `pass`: the expectation holds.
 * - `non-strict`: it holds within what is allowed, not to the letter; the reason says by how much.
 * - `informational`: nothing could be judged here; the reason says why.
 * - `fail`: the expectation does not hold.
 * - `not-supported`: the device itself says that it does not offer what the case is about.
 */
export type Verdict = (typeof verdicts)[number];

/** What a case is, without how it is done. */
export interface CaseFacts {
  /** Never changes, so that reports of different versions can be compared: `D-CFG-03`. */
  readonly number: string;
  readonly group: string;
  readonly description: string;
  readonly expectation: string;
  /** Numbers of SPEC.md's clauses (`OPU-CFG-1`), or promises of the interface (`OpuDevice.configure`). */
  readonly clauses: readonly string[];
}

/** One case. It returns when the expectation holds and throws a `CaseVerdict` otherwise. */
export interface ConformanceCase<Bench> extends CaseFacts {
  run(bench: Bench): Promise<void>;
}

/** Ends a case with a verdict other than `pass`. */
export class CaseVerdict extends Error {
  readonly verdict: Exclude<Verdict, 'pass'>;

  constructor(verdict: Exclude<Verdict, 'pass'>, reason: string) {
    super(reason);
    this.name = 'CaseVerdict';
    this.verdict = verdict;
  }
}

export function fail(reason: string): never {
  throw new CaseVerdict('fail', reason);
}

export function nonStrict(reason: string): never {
  throw new CaseVerdict('non-strict', reason);
}

export function informational(reason: string): never {
  throw new CaseVerdict('informational', reason);
}

/** For what the device's own list of features leaves out, and for nothing else. */
export function notSupported(reason: string): never {
  throw new CaseVerdict('not-supported', reason);
}

export function check(holds: boolean, reason: string): asserts holds {
  if (!holds) fail(reason);
}

const MOST_SHOWN = 300;

const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** A value in a reason: long enough to be understood, and no page of numbers. */
function brief(value: unknown): string {
  const text = show(value);
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}

/** Both are equal, compared as JSON. */
export function same(what: string, actual: unknown, expected: unknown): void {
  if (show(actual) !== show(expected)) fail(`${what} is ${brief(actual)}; expected is ${brief(expected)}.`);
}
