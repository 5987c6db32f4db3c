import fc from 'fast-check';
import { CaseVerdict } from '../../runner/case.js';

/** A failing conversation is made shorter so often at most. */
const MOST_SHRUNK = 100;

/** One thing that the host does in a random conversation. */
export type ConversationStep =
  | { readonly op: 'upload'; readonly count: number; readonly isLast: boolean; readonly overlap: number }
  | { readonly op: 'start' | 'stop' | 'abort' | 'trigger' | 'ack' | 'counters' | 'reset' | 'repeat' }
  | { readonly op: 'play'; readonly repetitions: number; readonly steps: readonly number[] }
  | { readonly op: 'credit'; readonly more: number }
  | { readonly op: 'spend'; readonly to: 'slot' | 'load' | 'edge' | 'ticks'; readonly offset: number }
  | { readonly op: 'resend'; readonly back: number; readonly count: number }
  | { readonly op: 'configure'; readonly periods: number; readonly drop: boolean; readonly triggered: boolean };

const small = (min: number, max: number) => fc.integer({ min, max });

const step: fc.Arbitrary<ConversationStep> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('upload' as const),
      count: small(1, 4),
      isLast: fc.boolean(),
      overlap: small(0, 2),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constantFrom('start' as const, 'counters' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constantFrom('stop' as const, 'abort' as const, 'ack' as const, 'repeat' as const) }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('trigger' as const) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('reset' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('play' as const),
      repetitions: small(0, 3),
      steps: fc.array(small(0, 2), { maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('credit' as const), more: small(0, 6) }) },
  {
    weight: 7,
    arbitrary: fc.record({
      op: fc.constant('spend' as const),
      to: fc.constantFrom('slot' as const, 'load' as const, 'edge' as const, 'ticks' as const),
      offset: fc.oneof(small(-1, 1), small(0, 40_000)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('resend' as const), back: small(-2, 6), count: small(0, 5) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('configure' as const),
      periods: small(0, 3),
      drop: fc.boolean(),
      triggered: fc.boolean(),
    }),
  },
);

/** Most conversations begin with a run, so that there is something to be disturbed. */
const beginnings: fc.Arbitrary<ConversationStep[]> = fc
  .record({
    periods: small(0, 3),
    drop: fc.boolean(),
    triggered: fc.nat(5).map((n) => n === 0),
    count: small(1, 4),
    isLast: fc.boolean(),
    more: small(0, 6),
    isPlayed: fc.nat(3).map((n) => n === 0),
  })
  .map(({ periods, drop, triggered, count, isLast, more, isPlayed }) => [
    { op: 'configure', periods, drop, triggered },
    { op: 'upload', count, isLast: false, overlap: 0 },
    { op: 'upload', count, isLast, overlap: 1 },
    { op: 'credit', more },
    isPlayed ? { op: 'play', repetitions: count, steps: [2, 0, 1] } : { op: 'start' },
    { op: 'spend', to: 'slot', offset: 1 },
    { op: 'spend', to: 'ticks', offset: 30_000 },
    { op: 'counters' },
  ]);

/** What a host does, step by step. */
export const conversations: fc.Arbitrary<ConversationStep[]> = fc
  .tuple(beginnings, fc.array(step, { minLength: 4, maxLength: 30 }))
  .map(([begin, rest]) => [...begin, ...rest]);

/**
 * Holds conversations that are drawn, the same for the same seed, until `isOver`; the first that fails is made as short as it can be.
 * @returns what was wrong with the shortest, or nothing
 */
export async function drawnConversations(
  seed: number,
  count: number,
  isOver: () => boolean,
  hold: (steps: readonly ConversationStep[]) => Promise<void>,
): Promise<{ readonly steps: readonly ConversationStep[]; readonly error: unknown } | undefined> {
  let hasFailed = false;
  let shrunk = 0;
  const property = fc.asyncProperty(conversations, async (steps) => {
    if (!hasFailed && isOver()) return;
    try {
      await hold(steps);
    } catch (error) {
      hasFailed = true;
      if (error instanceof CaseVerdict && error.verdict === 'fail' && shrunk++ < MOST_SHRUNK) throw error;
      if (shrunk <= 1) throw error;
    }
  });
  const result = await fc.check(property, { seed, numRuns: count });
  if (!result.failed) return undefined;
  return { steps: result.counterexample?.[0] ?? [], error: result.errorInstance };
}
