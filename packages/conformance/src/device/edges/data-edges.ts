import {
  type Configure,
  configurationField,
  counterId,
  createPatterns,
  createStoreSequence,
  messageCodecs,
  patternEncoding,
  unavailableReason,
} from '@opu/protocol';
import { check, fail, informational, same } from '../../runner/case.js';
import type { WireClient } from '../../wire/wire-client.js';
import type { DeviceBench } from '../device-bench.js';
import { group } from '../device-case.js';
import {
  askCredit,
  configured,
  correlation,
  counters,
  type Frame,
  frames,
  pixelsOf,
  refusedWith,
  show,
} from '../steps.js';

const F = configurationField;
const BITS = [8, 10, 12, 16, 32];
const pixels = (frame: Frame): number[] => pixelsOf(frame.image, frame.message.pixelFormat);

/** `count` frames that are sent and not acknowledged. @returns number of the first */
async function kept(bench: DeviceBench, client: WireClient, count: number): Promise<number> {
  const { nextPatternId } = await askCredit(bench, client);
  const from = client.heard.length;
  bench.sendPatterns(
    client,
    nextPatternId,
    Array.from({ length: count }, (_, k) => bench.pattern(k)),
  );
  const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
  client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + count });
  await client.until('RUN_ENDED', () => client.all('RUN_ENDED', from)[0]);
  return start.value;
}

/** What comes for READOUT_RESEND: frames, and what is unavailable. */
async function resent(client: WireClient, from: number, count: number) {
  const at = client.heard.length;
  client.send({ type: 'READOUT_RESEND', from, count });
  await client.get({ type: 'HEARTBEAT' }, 'DONE');
  const unavailable = client.all('READOUT_UNAVAILABLE', at).map((m) => [m.from, m.count, m.reason]);
  return { frames: frames(client, at).map(({ record }) => record.frame), unavailable };
}

export const dataEdges = group('DAE', 'patterns, readouts and values at their edges', [
  [
    'ROWS of a layout whose columns are no multiple of 8, behind BITS, behind ROWS, and behind ABORT',
    'All other rows are those of the pattern with the id before: the light is that of the whole patterns.',
    'PAT-4 CFG-8',
    async (bench) => {
      bench.need('ROW_PATTERNS');
      bench.need('MACRO_PIXELS');
      if (bench.description.patternSlots < 6) informational('There are fewer than 6 pattern slots.');
      if (bench.description.modulatorKind !== 0) informational('Light of this modulator takes longer than a frame.');
      const client = await bench.controlled();
      const layout = { fields: F.MACRO_PIXELS, macroColumns: 5, macroRows: 4 };
      const { patternBytes } = await configured(bench, client, layout);
      const bits = (...rows: string[]): Uint8Array => {
        const text = rows.join('');
        const bytes = new Uint8Array(Math.ceil(text.length / 8));
        for (let i = 0; i < text.length; i++) if (text[i] === '1') bytes[i >> 3]! |= 0x80 >> (i & 7);
        return bytes;
      };
      const rowsOf = (first: number, data: Uint8Array, firstRow: number, rowCount: number) =>
        client.send({
          ...createPatterns(),
          firstPatternId: first,
          count: 1,
          encoding: patternEncoding.ROWS,
          patternBytes,
          firstRow,
          rowCount,
          data,
        });
      const whole = ['10110', '00111', '11001', '01010'];
      const second = ['10110', '11010', '00011', '01010'];
      const third = ['10110', '11010', '00011', '10101'];
      const fourth = ['01101', '11010', '00011', '10101'];
      const { nextPatternId: first } = await askCredit(bench, client);
      bench.sendPatterns(client, first, [bits(...whole)], false);
      rowsOf(first + 1, bits(second[1]!, second[2]!), 1, 2);
      rowsOf(first + 2, bits(third[3]!), 3, 1);
      bench.sendPatterns(client, first + 3, [bits(...second), bits(...third)]);
      await client.get({ type: 'STOP' }, 'RUN_REPORT');
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 5 });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      const made = frames(client).map(pixels);
      const alike = (what: string, a: number[], b: number[]): void => {
        const r = correlation(a, b);
        check(r > 0.8, `${what}: the correlation with the whole pattern is ${r.toFixed(3)}.`);
      };
      alike('ROWS behind BITS', made[1]!, made[3]!);
      alike('ROWS behind ROWS', made[2]!, made[4]!);
      check(correlation(made[1]!, made[2]!) < 0.999, 'Patterns that differ in a row give the same light.');
      client.send({ type: 'READOUT_ACK', nextFrame: start.value + 5 });
      // The pattern with the id before was thrown away; it is the one before all the same.
      bench.sendPatterns(client, first + 5, [bits(...third)], false);
      await client.get({ type: 'ABORT' }, 'RUN_REPORT');
      rowsOf(first + 6, bits(fourth[0]!), 0, 1);
      bench.sendPatterns(client, first + 7, [bits(...fourth)]);
      const from = client.heard.length;
      const again = await client.get({ type: 'START', flags: 0 }, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: again.value + 2 });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED', from)[0]);
      const [one, two] = frames(client, from).map(pixels);
      alike('ROWS behind ABORT', one!, two!);
    },
  ],
  [
    'Messages of patterns that straddle the credit, overlap what was sent, and follow a gap',
    'Beyond the credit the whole message is refused with NO_CREDIT; of an overlap only the new ones are taken; behind a gap nothing is, and it is asked for once.',
    'PAT-5 PAT-7 PAT-8 RUN-2',
    async (bench) => {
      const client = await bench.controlled();
      const { nextPatternId: first, creditLimit } = await askCredit(bench, client);
      const room = creditLimit - first;
      if (room < 6 || room > 256) informational(`There is room for ${room} patterns.`);
      const some = (count: number): Uint8Array[] => Array.from({ length: count }, (_, k) => bench.pattern(k));
      bench.sendPatterns(client, first, some(2), false);
      bench.sendPatterns(client, first + 1, some(2), false);
      same('nextPatternId after an overlap', (await askCredit(bench, client)).nextPatternId, first + 3);
      const from = client.heard.length;
      bench.sendPatterns(client, first + 4, some(1), false);
      bench.sendPatterns(client, first + 5, some(1), false);
      same('nextPatternId behind a gap', (await askCredit(bench, client)).nextPatternId, first + 3);
      const asked = client.all('PATTERN_RESEND', from).map((m) => [m.from, m.count]);
      same('What was asked for', asked, [[first + 3, 1]]);
      bench.sendPatterns(client, first + 3, some(room - 2), false);
      const refusal = await client.until('REFUSED', () => client.all('REFUSED', from)[0]);
      refusedWith(refusal, 'NO_CREDIT', 'A message that straddles the credit');
      same('requestType', refusal.requestType, messageCodecs.PATTERNS.id);
      same('nextPatternId after it', (await askCredit(bench, client)).nextPatternId, first + 3);
      bench.sendPatterns(client, first + 3, some(room - 3), false);
      same('nextPatternId of a full RAM', (await askCredit(bench, client)).nextPatternId, creditLimit);
    },
  ],
  [
    'READOUT_RESEND that straddles what is gone, kept and to come; count 0; from the last frame on',
    'Each part is answered as it is: GONE, the readouts, NOT_YET; nothing for a count of 0.',
    'RDO-6 RDO-7',
    async (bench) => {
      if (bench.description.patternSlots < 4) informational('There are fewer than 4 pattern slots.');
      const client = await bench.controlled();
      const first = await kept(bench, client, 2);
      client.send({ type: 'READOUT_ACK', nextFrame: first + 2 });
      await kept(bench, client, 2);
      const { GONE, NOT_YET } = unavailableReason;
      same('All three', await resent(client, first, 6), {
        frames: [first + 2, first + 3],
        unavailable: [
          [first, 2, GONE],
          [first + 4, 2, NOT_YET],
        ],
      });
      same('Gone and kept', await resent(client, first + 1, 2), {
        frames: (await resent(client, first + 2, 1)).frames,
        unavailable: [[first + 1, 1, GONE]],
      });
      same('The last one', (await resent(client, first + 3, 1)).unavailable, []);
      same('Nothing', await resent(client, first + 2, 0), { frames: [], unavailable: [] });
      const far = await resent(client, first + 4, 0xffff_ffff);
      same('All that is to come', far, { frames: [], unavailable: [[first + 4, 0xffff_ffff, NOT_YET]] });
    },
  ],
  [
    '70 readouts that nobody acknowledged',
    'All of them are kept and come again.',
    'RDO-6 RDO-7',
    async (bench) => {
      const { patternSlots, retainedReadouts } = bench.description;
      const total = 70;
      if (retainedReadouts < total) informational(`The device keeps ${retainedReadouts} readouts.`);
      const client = await bench.controlled();
      if (client.transport.carrier === 'stream') informational('This link is slow.');
      const { periodTicks } = bench.facts.configuration;
      if (!bench.has('VIRTUAL_CLOCK') && periodTicks > 2_000_000) informational('So many frames take too long.');
      const each = Math.min(patternSlots, 14);
      let first: number | undefined;
      for (let made = 0; made < total; made += each) {
        const at = await kept(bench, client, Math.min(each, total - made));
        first ??= at;
      }
      const { frames: again, unavailable } = await resent(client, first!, total);
      same(
        'Frames that come again',
        again,
        Array.from({ length: total }, (_, k) => first! + k),
      );
      same('What is unavailable', unavailable, []);
    },
  ],
  [
    'Odd numbers of pixels in every format',
    'imageBytes is rounded up, images start on a byte, bits behind the last pixel are 0, and all pixels are in range of their format.',
    'RDO-3 RDO-4',
    async (bench) => {
      const d = bench.description;
      const [width, height] = [3 * d.regionXStep, 3 * d.regionYStep];
      if (width > d.sensorWidth || height > d.sensorHeight) informational('The region cannot be so small.');
      const client = await bench.controlled();
      for (let format = 0; format < BITS.length; format++) {
        if ((d.pixelFormats & (1 << format)) === 0) continue;
        const region = { regionX: 0, regionY: 0, regionWidth: width, regionHeight: height };
        await configured(bench, client, {
          fields: F.REGION_OF_INTEREST | F.PIXEL_FORMAT,
          ...region,
          pixelFormat: format,
        });
        const run = await show(
          bench,
          client,
          [0, 1, 2].slice(0, d.patternSlots).map((k) => bench.pattern(k, 0.9)),
        );
        const bits = width * height * BITS[format]!;
        for (const { message, image } of run.frames) {
          same(`imageBytes in format ${format}`, message.imageBytes, Math.ceil(bits / 8));
          same('Bytes of data', message.data.length, message.imageBytes * message.frames.count);
          if (bits % 8 !== 0) same('Bits behind the last pixel', image.at(-1)! >> (bits % 8), 0);
        }
      }
    },
  ],
  [
    'Every value of CONFIGURE, beyond its bounds, together with a good exposure',
    'Refused whole with OUT_OF_RANGE, which names the field, the value and the nearest allowed one; nothing is applied, also not by QUERY_PERIOD.',
    'CFG-1 CFG-3 CFG-6 REQ-6 REQ-7',
    async (bench) => {
      const client = await bench.controlled();
      const d = bench.description;
      const before = await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
      const exposureTicks = Math.max(d.minimumExposureTicks, before.exposureTicks - 1);
      const region = { regionX: 0, regionY: 0, regionWidth: d.sensorWidth, regionHeight: d.sensorHeight };
      const roi = F.REGION_OF_INTEREST;
      const bad: [keyof Configure, number, number, Partial<Configure>][] = [
        ['regionWidth', d.sensorWidth + d.regionXStep, d.sensorWidth, { ...region, fields: roi }],
        ['regionHeight', d.sensorHeight + d.regionYStep, d.sensorHeight, { ...region, fields: roi }],
        ['regionWidth', 0, d.regionXStep, { ...region, fields: roi }],
        ['regionHeight', 0, d.regionYStep, { ...region, fields: roi }],
        ['regionX', d.sensorWidth, d.sensorWidth - d.regionXStep, { ...region, fields: roi }],
        ['regionY', d.sensorHeight, d.sensorHeight - d.regionYStep, { ...region, fields: roi }],
        ['overrunMode', 2, bench.has('DROP_MODE') ? 1 : 0, { fields: F.OVERRUN }],
      ];
      if (bench.has('MACRO_PIXELS')) {
        const fields = F.MACRO_PIXELS;
        bad.push(['macroColumns', d.modulatorWidth + 1, d.modulatorWidth, { fields, macroRows: 1 }]);
        bad.push(['macroRows', d.modulatorHeight + 1, d.modulatorHeight, { fields, macroColumns: 1 }]);
        bad.push(['macroColumns', 0, 1, { fields, macroRows: 1 }]);
      }
      for (const [field, value, bound, change] of bad) {
        const wish = bench.configureMessage({
          ...change,
          [field]: value,
          fields: change.fields! | F.EXPOSURE,
          exposureTicks,
        });
        for (const message of [wish, { ...wish, type: 'QUERY_PERIOD' } as const]) {
          const reply = await client.ask(message);
          if (reply.type === 'REFUSED' && reply.field === 'fields') continue;
          const refusal = refusedWith(reply, 'OUT_OF_RANGE', `${message.type} with ${field} = ${value}`);
          same('Field, value and bound', [refusal.field, refusal.value, refusal.bound], [field, value, bound]);
        }
        const now = await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
        same(`The configuration after ${field} = ${value}`, now, before);
      }
    },
  ],
  [
    'CONFIGURE while readouts wait for credit, and another layout while a sequence is stored',
    'Refused with WRONG_STATE; once the readouts are sent, and the sequence is erased, it is applied.',
    'CFG-9 REQ-6',
    async (bench) => {
      const client = await bench.controlled();
      const { exposureTicks, patternBytes } = bench.facts.configuration;
      const { nextPatternId } = await askCredit(bench, client);
      bench.sendPatterns(client, nextPatternId, [bench.pattern(0)]);
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      await bench.sleep(2_000_000);
      const change = bench.configureMessage({ fields: F.EXPOSURE, exposureTicks });
      const other = { ...change, exposureTicks: Math.max(bench.description.minimumExposureTicks, exposureTicks - 1) };
      refusedWith(await client.ask(other), 'WRONG_STATE', 'CONFIGURE while a readout waits');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 1 });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      await client.get(other, 'CONFIGURE_REPLY');
      if (!bench.has('STORED_SEQUENCES') || !bench.has('MACRO_PIXELS')) return;
      const store = { ...createStoreSequence(), sequenceId: 5, count: 1, patternBytes, data: bench.pattern(0) };
      await client.get(store, 'DONE');
      const layout = bench.configureMessage({ fields: F.MACRO_PIXELS, macroColumns: 3, macroRows: 3 });
      refusedWith(await client.ask(layout), 'WRONG_STATE', 'A layout that a stored sequence does not fit');
      await client.get({ type: 'ERASE_SEQUENCE', sequenceId: 5 }, 'DONE');
      await client.get(layout, 'CONFIGURE_REPLY');
    },
  ],
  [
    'Counters of what was resent, asked for again and repeated',
    'Each rises by as many as there were; others stay; RESET_COUNTERS sets every one of them to 0.',
    'EVT-2 EVT-3',
    async (bench) => {
      if (bench.description.patternSlots < 4) informational('There are fewer than 4 pattern slots.');
      const client = await bench.controlled();
      const rise = async (name: keyof typeof counterId, by: number, act: () => Promise<unknown>): Promise<void> => {
        const before = await counters(client);
        if (!before.has(counterId[name])) return;
        await act();
        const after = await counters(client);
        const risen = [...after].map(([id, value]) => [id, value - (before.get(id) ?? 0)]).filter(([, n]) => n !== 0);
        same(`What rose (by id) with ${name}`, risen, [[counterId[name], by]]);
      };
      const first = await kept(bench, client, 2);
      await rise('READOUTS_RESENT', 2, () => resent(client, first, 2));
      const { nextPatternId } = await askCredit(bench, client);
      await rise('PATTERNS_REQUESTED', 2, async () => {
        bench.sendPatterns(client, nextPatternId + 2, [bench.pattern(0)], false);
        await client.get({ type: 'HEARTBEAT' }, 'DONE');
      });
      await rise('REQUESTS_REPEATED', 2, async () => {
        const id = client.nextRequestId();
        await client.get({ type: 'CLOCK_SYNC', hostTime: 9 }, 'CLOCK_SYNC_REPLY', id);
        for (let i = 0; i < 2; i++) {
          const from = client.heard.length;
          client.send({ type: 'CLOCK_SYNC', hostTime: 9 }, id);
          await client.replyTo(id, 'the repeated CLOCK_SYNC', from);
        }
      });
      await rise('MESSAGES_LOST', 3, async () => void client.skipSequence(3));
      await client.get({ type: 'RESET_COUNTERS' }, 'DONE');
      same(
        'Counters that are not 0',
        [...(await counters(client))].filter(([, value]) => value !== 0),
        [],
      );
    },
  ],
  [
    'Host ids that differ in their upper half, and the id 0',
    'Stored replies belong to one host id, compared as a whole; with the id 0 they end with the connection.',
    'REQ-4 REQ-5 HS-7',
    async (bench) => {
      const low = bench.freshHostId() % 2 ** 31;
      const ask = async (hostId: number, hostTime: number, isInControl = false): Promise<number> => {
        const client = await bench.greeted(hostId);
        client.continueRequestIds(10);
        // Replies are kept over connections at least for the host that was in control last.
        if (isInControl) await bench.acquire(client);
        const reply = await client.get({ type: 'CLOCK_SYNC', hostTime }, 'CLOCK_SYNC_REPLY', 3);
        await client.close();
        return reply.hostTime;
      };
      same('Of one host', await ask(low + 5 * 2 ** 32, 1, true), 1);
      same('Of the first again', await ask(low + 5 * 2 ** 32, 3), 1);
      same('Of another with the same lower half', await ask(low + 6 * 2 ** 32, 2), 2);
      same('With the id 0', await ask(0, 4), 4);
      same('With the id 0 again', await ask(0, 5), 5);
    },
  ],
  [
    'Noise of 16 images of one pattern, and the dark image before and after a configuration',
    'No two images are the same where there is noise; what is fixed in the dark image stays: its mean over frames is alike before and after.',
    'RUN-2 RDO-1 CFG-1',
    async (bench) => {
      if (bench.description.patternSlots < 16) informational('There are fewer than 16 pattern slots.');
      const client = await bench.controlled();
      const bright = await show(bench, client, Array<Uint8Array>(16).fill(bench.pattern(70, 0.9)));
      const distinct = new Set(bright.frames.map(({ record }) => record.imageCrc)).size;
      if (distinct > 1 && distinct < 16 - 4) fail(`Of 16 images of one pattern only ${distinct} differ.`);
      const dark = async (): Promise<number[]> => {
        const run = await show(bench, client, Array<Uint8Array>(16).fill(bench.pattern(0, 0)));
        const lists = run.frames.map(pixels);
        return lists[0]!.map((_, i) => lists.reduce((sum, list) => sum + list[i]!, 0) / lists.length);
      };
      const [one, two] = [await dark(), await dark()];
      const { exposureTicks, periodTicks } = bench.facts.configuration;
      await configured(bench, client, { fields: F.EXPOSURE | F.PERIOD, exposureTicks, periodTicks: periodTicks * 2 });
      const three = await dark();
      const [own, other] = [correlation(one, two), correlation(one, three)];
      if (!(own > 0.3)) informational('The dark image has no fixed pattern that shows.');
      check(
        other > own / 2,
        `The dark image after a configuration has the correlation ${other.toFixed(3)}, else ${own.toFixed(3)}.`,
      );
    },
  ],
]);
