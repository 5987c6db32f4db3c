import { configurationField, counterId, crc32c, readoutFlag, unavailableReason } from '@opu/protocol';
import { check, informational, same } from '../runner/case.js';
import { group } from './device-case.js';
import { configured, counter, counters, frames, pixelsOf, show } from './steps.js';

const { PERIOD, EXPOSURE } = configurationField;
const BITS = [8, 10, 12, 16, 32];

export const readoutCases = group('RDO', 'flow control of readouts', [
  [
    'Shape and CRC of images',
    'The region is that of the configuration, imageBytes fits it, and imageCrc is the CRC-32C of each image.',
    'RDO-3 RDO-4',
    async (bench) => {
      const client = await bench.controlled();
      const { regionX, regionY, regionWidth, regionHeight, pixelFormat } = bench.facts.configuration;
      const run = await show(
        bench,
        client,
        [bench.pattern(0), bench.pattern(1)].slice(0, bench.description.patternSlots),
      );
      for (const { message: m, image, record } of run.frames) {
        same(
          'The region',
          [m.regionX, m.regionY, m.regionWidth, m.regionHeight],
          [regionX, regionY, regionWidth, regionHeight],
        );
        same('pixelFormat', m.pixelFormat, pixelFormat);
        same('imageBytes', m.imageBytes, Math.ceil((regionWidth * regionHeight * BITS[pixelFormat]!) / 8));
        same('Bytes of data', m.data.length, m.imageBytes * m.frames.count);
        same('imageCrc', record.imageCrc, crc32c(image));
      }
    },
  ],
  [
    'Credit for fewer readouts than there are',
    'Only those with credit come; a lower limit is stale; with more credit the rest comes.',
    'RDO-5 RDO-6',
    async (bench) => {
      const client = await bench.controlled();
      const count = Math.min(3, bench.description.patternSlots, bench.description.frameBuffers);
      if (count < 3) informational('There are fewer than 3 pattern slots or frame buffers.');
      const { nextPatternId } = await client.get({ type: 'ABORT' }, 'RUN_REPORT');
      bench.sendPatterns(
        client,
        nextPatternId,
        [0, 1, 2].map((k) => bench.pattern(k)),
      );
      const { value: first } = await client.get({ type: 'START', flags: 0 }, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: first + 2 });
      client.send({ type: 'READOUT_CREDIT', creditLimit: first });
      await client.until('the readouts that there is credit for', () =>
        frames(client).length >= 2 ? true : undefined,
      );
      await bench.sleep(2_000_000);
      await client.get({ type: 'HEARTBEAT' }, 'DONE');
      same(
        'Frames within the credit',
        frames(client).map(({ record }) => record.frame),
        [first, first + 1],
      );
      client.send({ type: 'READOUT_CREDIT', creditLimit: first + 3 });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      same(
        'Frames in the end',
        frames(client).map(({ record }) => record.frame),
        [first, first + 1, first + 2],
      );
    },
  ],
  [
    'READOUT_RESEND before and after READOUT_ACK',
    'Sent readouts come again, the same with REPEATED set; acknowledged ones are GONE; others are NOT_YET.',
    'RDO-6 RDO-7 MSG-7',
    async (bench) => {
      const client = await bench.controlled();
      const { nextPatternId } = await client.get({ type: 'ABORT' }, 'RUN_REPORT');
      const count = Math.min(2, bench.description.patternSlots);
      bench.sendPatterns(
        client,
        nextPatternId,
        [0, 1].slice(0, count).map((k) => bench.pattern(k)),
      );
      const { value: first } = await client.get({ type: 'START', flags: 0 }, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: first + count });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      const sent = frames(client);
      let from = client.heard.length;
      client.send({ type: 'READOUT_RESEND', from: first, count: count + 5 });
      const later = await client.until('READOUT_UNAVAILABLE', () => client.all('READOUT_UNAVAILABLE', from)[0]);
      same(
        'What is not made yet',
        [later.from, later.count, later.reason],
        [first + count, 5, unavailableReason.NOT_YET],
      );
      const again = frames(client, from);
      same(
        'Readouts that came again',
        again.map(({ record }) => record),
        sent.map(({ record }) => record),
      );
      check(
        again.every(({ repeated }) => repeated),
        'A readout that was sent again has not REPEATED.',
      );
      again.forEach(({ image }, i) => {
        check(
          crc32c(image) === crc32c(sent[i]!.image),
          `The image of frame ${first + i} is another when it comes again.`,
        );
      });
      from = client.heard.length;
      client.send({ type: 'READOUT_ACK', nextFrame: first + count });
      client.send({ type: 'READOUT_RESEND', from: first, count });
      const gone = await client.until('READOUT_UNAVAILABLE', () => client.all('READOUT_UNAVAILABLE', from)[0]);
      same('What is gone', [gone.from, gone.count, gone.reason], [first, count, unavailableReason.GONE]);
    },
  ],
  [
    'Saturated pixels',
    'saturatedPixels is the number of pixels at full scale, and SATURATED is set when there is one.',
    'RDO-3 RDO-10',
    async (bench) => {
      const client = await bench.controlled();
      const d = bench.description;
      const { exposureTicks, minimumPeriodTicks, pixelFormat } = bench.facts.configuration;
      if (pixelFormat === 4) informational('A float has no full scale.');
      const long = Math.min(exposureTicks * 12, d.maximumExposureTicks);
      const periodTicks = Math.ceil((minimumPeriodTicks + long) / d.refreshTicks) * d.refreshTicks;
      await configured(bench, client, { fields: PERIOD | EXPOSURE, exposureTicks: long, periodTicks });
      const full = 2 ** BITS[pixelFormat]! - 1;
      const run = await show(bench, client, [bench.pattern(0, 1), bench.pattern(0, 0)].slice(0, d.patternSlots));
      for (const { record, image } of run.frames) {
        const count = pixelsOf(image, pixelFormat).filter((value) => value >= full).length;
        same('saturatedPixels', record.saturatedPixels, count);
        same('The flag SATURATED', (record.flags & readoutFlag.SATURATED) !== 0, count > 0);
      }
    },
  ],
]);

export const counterCases = group('EVT', 'events and counters', [
  [
    'Counters',
    'All that every device has to have are there; reading them twice resets nothing; RESET_COUNTERS does.',
    'EVT-2 EVT-3',
    async (bench) => {
      const client = await bench.controlled();
      await show(bench, client, [bench.pattern(0)]);
      const first = await counters(client);
      const names = [
        'FRAMES',
        'UNDERRUN',
        'STALL',
        'OVERRUN',
        'IGNORED_TRIGGERS',
        'CRC_ERRORS',
        'MESSAGES_LOST',
        'WATCHDOG',
      ];
      const missing = names.filter((name) => !first.has(counterId[name as keyof typeof counterId]));
      same('Counters that are missing', missing, []);
      check((first.get(counterId.FRAMES) ?? 0) >= 1, 'FRAMES is 0 after a frame.');
      same('The counters when they are read again', [...(await counters(client))], [...first]);
      await client.get({ type: 'RESET_COUNTERS' }, 'DONE');
      same('FRAMES after RESET_COUNTERS', await counter(client, 'FRAMES'), 0);
    },
  ],
  [
    'FRAMES',
    'It rises by the number of frames made.',
    'EVT-2 RUN-3',
    async (bench) => {
      const client = await bench.controlled();
      const before = await counter(client, 'FRAMES');
      const run = await show(
        bench,
        client,
        [bench.pattern(0), bench.pattern(1)].slice(0, bench.description.patternSlots),
      );
      same('The rise of FRAMES', (await counter(client, 'FRAMES')) - before, run.frames.length);
    },
  ],
]);
