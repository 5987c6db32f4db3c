import { CaseVerdict, fail, informational } from '../../runner/case.js';
import type { DeviceBench } from '../device-bench.js';
import { group } from '../device-case.js';
import { Conversation } from './conversation.js';
import { drawnConversations } from './conversation-steps.js';

/** 3 s. */
const BUDGET_TICKS = 300_000_000;
const CONVERSATIONS = 100;

/** Holds drawn conversations against the model within the budget. */
async function hold(bench: DeviceBench, seed: number): Promise<void> {
  bench.need('VIRTUAL_CLOCK');
  bench.needFreedom();
  if (bench.description.patternSlots < 8) informational('There are fewer than 8 pattern slots.');
  const end = bench.clock.now() + BUDGET_TICKS;
  const isOver = (): boolean => bench.clock.now() > end;
  const failure = await drawnConversations(seed, CONVERSATIONS, isOver, async (steps) => {
    try {
      const conversation = await Conversation.begin(bench);
      for (const step of steps) await conversation.take(step);
      await conversation.end();
    } finally {
      await bench.closeAll();
    }
  });
  if (failure === undefined) return;
  const { steps, error } = failure;
  if (error instanceof CaseVerdict) {
    if (error.verdict === 'fail') fail(`${error.message} The shortest conversation: ${JSON.stringify(steps)}`);
    throw error;
  }
  throw error;
}

const EXPECTATION =
  'Every reply, readout, event, tick and counter is that of a model of the sequencer by sections 8 to 13. A failure is made as short as it can be.';

export const modelCases = group('MOD', 'random conversations', [
  [
    'Random conversations, seed 1',
    EXPECTATION,
    'RUN-1 RUN-2 RUN-3 RUN-8 RUN-9 RUN-10 EVT-1 EVT-2 RDO-1 RDO-2 RDO-5',
    (bench) => hold(bench, 1),
  ],
  [
    'Random conversations, seed 2',
    EXPECTATION,
    'RUN-4 RUN-5 RUN-6 RUN-7 SEQ-3 SEQ-4 PAT-1 PAT-7 RDO-7 REQ-4 CFG-9 VT-5',
    (bench) => hold(bench, 2),
  ],
]);
