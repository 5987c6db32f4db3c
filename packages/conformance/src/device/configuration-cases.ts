import {
  type ConfigureReply,
  configurationField,
  crc32c,
  encodeMessage,
  HEADER_BYTES,
  type Message,
} from '@opu/protocol';
import { check, informational, same } from '../runner/case.js';
import type { WireClient } from '../wire/wire-client.js';
import type { DeviceBench } from './device-bench.js';
import { group } from './device-case.js';
import { configured, minimumPeriod, nextPatternId, pixelsOf, refusedWith, show } from './steps.js';

const { PERIOD, EXPOSURE, EXTRA_SETTLE, REGION_OF_INTEREST } = configurationField;

/** Bits of a pixel, by format. */
const BITS = [8, 10, 12, 16, 32];

const current = (client: WireClient): Promise<ConfigureReply> =>
  client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');

/** A period with room for a little more exposure, so that single values can be changed freely. */
async function roomy(bench: DeviceBench): Promise<{ client: WireClient; applied: ConfigureReply }> {
  const client = await bench.controlled();
  const { exposureTicks, minimumPeriodTicks } = bench.facts.configuration;
  const { refreshTicks } = bench.description;
  const periodTicks = Math.ceil((minimumPeriodTicks * 2) / refreshTicks) * refreshTicks;
  const change = bench.configureMessage({ fields: PERIOD | EXPOSURE, periodTicks, exposureTicks });
  return { client, applied: await client.get(change, 'CONFIGURE_REPLY') };
}

export const configurationCases = group('CFG', 'configuration', [
  [
    'CONFIGURE with period and exposure',
    'The reply has the applied values, all others stay what they are, and GET_CONFIGURATION says the same.',
    'CFG-1 CFG-2',
    async (bench) => {
      const { client, applied } = await roomy(bench);
      const exposureTicks = applied.exposureTicks + 1;
      const next = await client.get(bench.configureMessage({ fields: EXPOSURE, exposureTicks }), 'CONFIGURE_REPLY');
      const { configurationHash: _h, minimumPeriodTicks: _m, limitingTerm: _l, ...others } = applied;
      const { configurationHash: _h2, minimumPeriodTicks: _m2, limitingTerm: _l2, ...after } = next;
      same('The configuration', after, { ...others, exposureTicks });
      same('GET_CONFIGURATION', await current(client), next);
    },
  ],
  [
    'configurationHash',
    'It is the CRC-32C of the bytes 0 to 79 of the reply, and changes with the configuration.',
    'CFG-7',
    async (bench) => {
      const { client, applied } = await roomy(bench);
      const hash = (reply: ConfigureReply) =>
        crc32c(encodeMessage({ sequence: 0 }, reply), HEADER_BYTES, HEADER_BYTES + 80);
      same('The hash', applied.configurationHash, hash(applied));
      const change = bench.configureMessage({ fields: EXPOSURE, exposureTicks: applied.exposureTicks + 3 });
      const next = await client.get(change, 'CONFIGURE_REPLY');
      same('The hash of another configuration', next.configurationHash, hash(next));
      same('The hash in GET_CONFIGURATION', (await current(client)).configurationHash, next.configurationHash);
    },
  ],
  [
    'A good period together with an exposure below the shortest',
    'Refused whole with OUT_OF_RANGE and field, value and bound; nothing is changed.',
    'CFG-1 CFG-3 REQ-6 REQ-7',
    async (bench) => {
      const { client, applied } = await roomy(bench);
      const { minimumExposureTicks, refreshTicks } = bench.description;
      const value = minimumExposureTicks - 1;
      const periodTicks = applied.periodTicks + refreshTicks;
      const change = bench.configureMessage({ fields: PERIOD | EXPOSURE, periodTicks, exposureTicks: value });
      const refusal = refusedWith(await client.ask(change), 'OUT_OF_RANGE', `An exposure of ${value} ticks`);
      const { field, bound } = refusal;
      same('Field, value and bound', [field, refusal.value, bound], ['exposureTicks', value, minimumExposureTicks]);
      same('The configuration after it', await current(client), applied);
    },
  ],
  [
    'An exposure above the longest',
    'Refused with OUT_OF_RANGE, the longest being the bound; nothing is changed.',
    'CFG-1 CFG-3 REQ-7',
    async (bench) => {
      const longest = bench.description.maximumExposureTicks;
      if (longest > 2 ** 50) informational(`The longest exposure is ${longest} ticks; more is not tried.`);
      const { client, applied } = await roomy(bench);
      const change = bench.configureMessage({ fields: EXPOSURE, exposureTicks: longest + 1 });
      const refusal = refusedWith(await client.ask(change), 'OUT_OF_RANGE', `An exposure of ${longest + 1} ticks`);
      same('Field and bound', [refusal.field, refusal.bound], ['exposureTicks', longest]);
      same('The configuration after it', await current(client), applied);
    },
  ],
  [
    'A period one step below the minimum',
    'Refused with PERIOD_TOO_SHORT, Pmin and the limiting term; Pmin itself is taken.',
    'CFG-4 REQ-7',
    async (bench) => {
      const { client, applied } = await roomy(bench);
      const { ticks, term } = minimumPeriod(bench.description, applied);
      same('minimumPeriodTicks and limitingTerm', [applied.minimumPeriodTicks, applied.limitingTerm], [ticks, term]);
      const below = ticks - bench.description.refreshTicks;
      const ask = (periodTicks: number) => client.ask(bench.configureMessage({ fields: PERIOD, periodTicks }));
      const refusal = refusedWith(await ask(below), 'PERIOD_TOO_SHORT', `A period of ${below} ticks`);
      const { field, bound, limitingTerm } = refusal;
      same('Field, bound and limiting term', [field, bound, limitingTerm], ['periodTicks', ticks, term]);
      same('The configuration after it', await current(client), applied);
      const taken = await ask(ticks);
      same('Pmin is applied', taken.type === 'CONFIGURE_REPLY' && taken.periodTicks, ticks);
    },
  ],
  [
    'QUERY_PERIOD for exposures, waits and regions',
    'Pmin = max(S + W + D + E, S + L, T + Q) rounded up to a multiple of V, and the largest term; nothing is applied.',
    'CFG-4 CFG-6',
    async (bench) => {
      const { client, applied } = await roomy(bench);
      const d = bench.description;
      const query = async (change: Partial<ConfigureReply>, fields: number): Promise<Message> => {
        const {
          configurationHash: _h,
          patternBytes: _p,
          minimumPeriodTicks: _m,
          limitingTerm: _l,
          ...values
        } = applied;
        return await client.ask({ ...values, ...change, type: 'QUERY_PERIOD', fields });
      };
      const candidates: [Partial<ConfigureReply>, number][] = [
        [{ exposureTicks: d.minimumExposureTicks }, EXPOSURE],
        [{ exposureTicks: Math.min(d.maximumExposureTicks, applied.exposureTicks * 3 + 7) }, EXPOSURE],
        [{ extraSettleTicks: 977 }, EXTRA_SETTLE],
        [
          { exposureTicks: d.minimumExposureTicks, regionY: 0, regionHeight: d.regionYStep },
          EXPOSURE | REGION_OF_INTEREST,
        ],
      ];
      let judged = 0;
      for (const [change, fields] of candidates) {
        const reply = await query(change, fields);
        if (reply.type !== 'QUERY_PERIOD_REPLY') continue;
        judged++;
        const { ticks, term } = minimumPeriod(d, { ...applied, ...change });
        same(
          `Pmin and term for ${JSON.stringify(change)}`,
          [reply.minimumPeriodTicks, reply.limitingTerm],
          [ticks, term],
        );
      }
      same('The configuration after it', await current(client), applied);
      if (judged === 0) informational('The device judged none of the candidates.');
    },
  ],
  [
    'A longer exposure while the period is at its minimum',
    'Refused with PERIOD_TOO_SHORT when PERIOD is left out; nothing is changed.',
    'CFG-5',
    async (bench) => {
      const { client, applied } = await roomy(bench);
      const shortest = bench.configureMessage({ fields: PERIOD, periodTicks: applied.minimumPeriodTicks });
      const before = await client.get(shortest, 'CONFIGURE_REPLY');
      const exposureTicks = before.periodTicks + bench.description.refreshTicks;
      const reply = await client.ask(bench.configureMessage({ fields: EXPOSURE, exposureTicks }));
      const refusal = refusedWith(reply, 'PERIOD_TOO_SHORT', `An exposure of ${exposureTicks} ticks`);
      same('The bound', refusal.bound, minimumPeriod(bench.description, { ...before, exposureTicks }).ticks);
      same('The configuration after it', await current(client), before);
    },
  ],
  [
    'patternBytes',
    'The number of values of a pattern divided by 8, rounded up.',
    'CFG-8',
    async (bench) => {
      const client = await bench.controlled();
      const { modulatorWidth, modulatorHeight } = bench.description;
      const { macroColumns, macroRows, patternBytes } = await current(client);
      const values = macroColumns === 0 ? modulatorWidth * modulatorHeight : macroColumns * macroRows;
      same('patternBytes', patternBytes, Math.ceil(values / 8));
      if (!bench.has('MACRO_PIXELS')) return;
      const fields = configurationField.MACRO_PIXELS;
      const layout = await client.get(
        bench.configureMessage({ fields, macroColumns: 3, macroRows: 3 }),
        'CONFIGURE_REPLY',
      );
      same('patternBytes of 3 x 3 macro-pixels', layout.patternBytes, 2);
    },
  ],
  [
    'CONFIGURE during a run',
    'Refused with WRONG_STATE; nothing is changed.',
    'CFG-9',
    async (bench) => {
      const { client, applied } = await roomy(bench);
      await client.get({ type: 'START', flags: 0 }, 'DONE');
      const change = bench.configureMessage({ fields: EXPOSURE, exposureTicks: applied.exposureTicks + 1 });
      refusedWith(await client.ask(change), 'WRONG_STATE', 'CONFIGURE during a run');
      same('The configuration', await current(client), applied);
    },
  ],
  [
    'A period between two refreshes of the modulator',
    'It is rounded up to a multiple of V; on a device whose V is 1 it is taken as it is.',
    'CFG-4 CFG-2',
    async (bench) => {
      const { client, applied } = await roomy(bench);
      const { refreshTicks } = bench.description;
      const wished = applied.periodTicks + 1;
      const reply = await client.get(
        bench.configureMessage({ fields: PERIOD, periodTicks: wished }),
        'CONFIGURE_REPLY',
      );
      same('periodTicks', reply.periodTicks, Math.ceil(wished / refreshTicks) * refreshTicks);
    },
  ],
  [
    'Another layout while patterns are in RAM',
    'Refused with WRONG_STATE; after ABORT it is applied.',
    'CFG-9 REQ-6',
    async (bench) => {
      bench.need('MACRO_PIXELS');
      const client = await bench.controlled();
      bench.sendPatterns(client, await nextPatternId(bench, client), [bench.pattern(0)], false);
      const layout = { fields: configurationField.MACRO_PIXELS, macroColumns: 5, macroRows: 3 };
      refusedWith(await client.ask(bench.configureMessage(layout)), 'WRONG_STATE', 'A layout that patterns do not fit');
      same('patternBytes', (await current(client)).patternBytes, bench.facts.configuration.patternBytes);
      await client.get({ type: 'ABORT' }, 'RUN_REPORT');
      const { macroColumns, macroRows, patternBytes } = await client.get(
        bench.configureMessage(layout),
        'CONFIGURE_REPLY',
      );
      same('The layout after ABORT', [macroColumns, macroRows, patternBytes], [5, 3, 2]);
    },
  ],
  [
    'Every pixel format that the device has, and one that it has not',
    'Images have the bytes of their format, bits behind the last pixel are 0; the other is refused with OUT_OF_RANGE.',
    'RDO-3 CFG-3 PAY-7',
    async (bench) => {
      const client = await bench.controlled();
      const { regionWidth, regionHeight } = bench.facts.configuration;
      let standing = bench.facts.configuration.pixelFormat;
      for (let format = 0; format < BITS.length; format++) {
        const isOffered = (bench.description.pixelFormats & (1 << format)) !== 0;
        const change = { fields: configurationField.PIXEL_FORMAT, pixelFormat: format };
        if (!isOffered) {
          const reply = await client.ask(bench.configureMessage(change));
          const { field } = refusedWith(reply, 'OUT_OF_RANGE', `Pixel format ${format}`);
          check(field === 'pixelFormat' || field === 'fields', `The refusal of pixel format ${format} names ${field}.`);
          continue;
        }
        if (format !== standing) await configured(bench, client, change);
        standing = format;
        const [frame] = (await show(bench, client, [bench.pattern(format)])).frames;
        const bits = regionWidth * regionHeight * BITS[format]!;
        same(`Bytes of an image in format ${format}`, frame!.image.length, Math.ceil(bits / 8));
        same('pixelFormat', frame!.message.pixelFormat, format);
        if (bits % 8 !== 0) same('Bits behind the last pixel', frame!.image.at(-1)! >> (bits % 8), 0);
        const values = pixelsOf(frame!.image, format);
        check(new Set(values).size > 1, `All pixels in format ${format} are ${values[0]}.`);
      }
    },
  ],
]);
