import { createPatterns, messageCodecs } from '@opu/protocol';
import { check, informational, same } from '../runner/case.js';
import { group } from './device-case.js';
import { askCredit, frames, nextPatternId, refusedWith, show } from './steps.js';

export const patternCases = group('PAT', 'flow control of patterns', [
  [
    'Patterns in order',
    'PATTERN_CREDIT acknowledges them; patterns that come twice are skipped and acknowledged again.',
    'PAT-1 PAT-6 PAT-7 REQ-9',
    async (bench) => {
      const client = await bench.controlled();
      const first = await nextPatternId(bench, client);
      const pair = [bench.pattern(0), bench.pattern(1)];
      bench.sendPatterns(client, first, pair, false);
      await client.until('PATTERN_CREDIT for two patterns', () =>
        client.all('PATTERN_CREDIT').find((credit) => credit.nextPatternId === first + 2),
      );
      bench.sendPatterns(client, first, pair, false);
      same('nextPatternId after a repetition', (await askCredit(bench, client)).nextPatternId, first + 2);
    },
  ],
  [
    'A gap in the ids of patterns',
    'The message is not taken; PATTERN_RESEND names the gap, once.',
    'PAT-8',
    async (bench) => {
      const client = await bench.controlled();
      if (bench.description.patternSlots < 4) informational('There are fewer than 4 pattern slots.');
      const first = await nextPatternId(bench, client);
      const from = client.heard.length;
      bench.sendPatterns(client, first + 2, [bench.pattern(2)]);
      const resend = await client.until('PATTERN_RESEND', () => client.all('PATTERN_RESEND', from)[0]);
      same('The gap', [resend.from, resend.count], [first, 2]);
      bench.sendPatterns(client, first, [bench.pattern(0), bench.pattern(1), bench.pattern(2)]);
      same('nextPatternId once the gap is filled', await nextPatternId(bench, client), first + 3);
      same('How often the gap was asked for', client.all('PATTERN_RESEND', from).length, 1);
    },
  ],
  [
    'Patterns of a wrong size',
    'REFUSED with requestType PATTERNS; none of them is taken.',
    'PAT-3',
    async (bench) => {
      const client = await bench.controlled();
      const first = await nextPatternId(bench, client);
      const wrong = new Uint8Array(bench.facts.configuration.patternBytes + 1);
      const from = client.heard.length;
      bench.sendPatterns(client, first, [wrong]);
      const refusal = await client.until('REFUSED', () => client.all('REFUSED', from)[0]);
      same('requestType', refusal.requestType, messageCodecs.PATTERNS.id);
      same('nextPatternId', await nextPatternId(bench, client), first);
    },
  ],
  [
    'Data that is shorter than its count of patterns',
    'REFUSED with requestType PATTERNS; none of them is taken.',
    'PAT-3 PAY-5',
    async (bench) => {
      const client = await bench.controlled();
      const firstPatternId = await nextPatternId(bench, client);
      const { patternBytes } = bench.facts.configuration;
      const from = client.heard.length;
      const data = new Uint8Array(patternBytes);
      client.send({ ...createPatterns(), firstPatternId, count: 2, patternBytes, data });
      const refusal = await client.until('REFUSED', () => client.all('REFUSED', from)[0]);
      same('requestType', refusal.requestType, messageCodecs.PATTERNS.id);
      same('nextPatternId', await nextPatternId(bench, client), firstPatternId);
    },
  ],
  [
    'As many patterns as there is credit, and one more',
    'All with credit are taken; a message that goes beyond is refused whole with NO_CREDIT.',
    'PAT-5',
    async (bench) => {
      const client = await bench.controlled();
      const { nextPatternId: first, creditLimit } = await askCredit(bench, client);
      const room = creditLimit - first;
      if (room * bench.facts.configuration.patternBytes > 2 ** 24) informational(`There is room for ${room} patterns.`);
      check(room >= 1, 'There is no credit for a single pattern in an empty pattern RAM.');
      const from = client.heard.length;
      const each = Math.max(
        1,
        Math.floor((bench.facts.hello.maximumPayload - 64) / bench.facts.configuration.patternBytes),
      );
      for (let at = 0; at < room; at += each) {
        const count = Math.min(each, room - at);
        bench.sendPatterns(client, first + at, Array(count).fill(bench.pattern(0)), false);
      }
      const full = await askCredit(bench, client);
      same('nextPatternId after all patterns with credit', full.nextPatternId, first + room);
      same('The limit of a full pattern RAM', full.creditLimit, creditLimit);
      same('Refusals of patterns with credit', client.all('REFUSED', from).length, 0);
      bench.sendPatterns(client, creditLimit, [bench.pattern(1)]);
      const refusal = await client.until('REFUSED NO_CREDIT', () => client.all('REFUSED', from)[0]);
      refusedWith(refusal, 'NO_CREDIT', 'A pattern beyond the credit');
      same('nextPatternId after it', await nextPatternId(bench, client), creditLimit);
    },
  ],
  [
    'Credit comes back',
    'Once patterns were shown, there is room for as many again.',
    'PAT-6 RUN-10',
    async (bench) => {
      const client = await bench.controlled();
      const before = await askCredit(bench, client);
      const run = await show(
        bench,
        client,
        [0, 1, 2].slice(0, bench.description.patternSlots).map((k) => bench.pattern(k)),
      );
      const after = await askCredit(bench, client);
      const shown = run.frames.length;
      same(
        'The credit',
        [after.nextPatternId, after.creditLimit],
        [before.nextPatternId + shown, before.creditLimit + shown],
      );
    },
  ],
  [
    'STOP and START again, and ABORT',
    'STOP keeps patterns that were not shown, and a later START shows them; ABORT throws them away, and their ids are not used again.',
    'RUN-4 RUN-5 PAT-1',
    async (bench) => {
      const client = await bench.controlled();
      const first = await nextPatternId(bench, client);
      bench.sendPatterns(client, first, [bench.pattern(0)], false);
      const report = await client.get({ type: 'STOP' }, 'RUN_REPORT');
      same('nextPatternId of RUN_REPORT', report.nextPatternId, first + 1);
      bench.sendPatterns(client, first + 1, [bench.pattern(1)]);
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 2 });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      const shown = frames(client).map(({ record }) => record.patternId);
      same('Patterns that were shown after STOP', shown, [first, first + 1]);
      await client.get({ type: 'ABORT' }, 'RUN_REPORT');
      bench.sendPatterns(client, first + 2, [bench.pattern(2)], false);
      same('nextPatternId of ABORT', (await client.get({ type: 'ABORT' }, 'RUN_REPORT')).nextPatternId, first + 3);
      const next = await show(bench, client, [bench.pattern(3)]);
      same(
        'Patterns that were shown after ABORT',
        next.frames.map(({ record }) => record.patternId),
        [first + 3],
      );
    },
  ],
]);
