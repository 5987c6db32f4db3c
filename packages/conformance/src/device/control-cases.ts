import { eventKind, type Message } from '@opu/protocol';
import { check, fail, informational, same } from '../runner/case.js';
import { group } from './device-case.js';
import { counter, frames, refusedWith, show } from './steps.js';

/** Asked for where a host has to keep a lease: 1 s. */
const RENEWED_MICROSECONDS = 1_000_000;

export const controlCases = group('CTL', 'control', [
  [
    'Requests without the lease',
    'Looking is allowed; everything else is refused with NOT_IN_CONTROL and changes nothing.',
    'CTL-2 REQ-6',
    async (bench) => {
      const client = await bench.greeted();
      const allowed: Message[] = [
        { type: 'DESCRIBE' },
        { type: 'HEARTBEAT' },
        { type: 'CLOCK_SYNC', hostTime: 1 },
        { type: 'GET_CONFIGURATION' },
        { type: 'GET_COUNTERS' },
        { type: 'RELEASE_CONTROL' },
      ];
      for (const message of allowed) {
        const reply = await client.ask(message);
        if (reply.type === 'REFUSED') fail(`${message.type} was refused without the lease: ${reply.text}`);
      }
      const refused: Message[] = [
        { type: 'START', flags: 0 },
        { type: 'STOP' },
        { type: 'ABORT' },
        { type: 'RESET_COUNTERS' },
        bench.configureMessage({ fields: 2, exposureTicks: bench.description.minimumExposureTicks }),
      ];
      for (const message of refused) refusedWith(await client.ask(message), 'NOT_IN_CONTROL', message.type);
      const now = await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
      same('The configuration', now.configurationHash, bench.facts.configuration.configurationHash);
    },
  ],
  [
    'QUERY_PERIOD without the lease',
    'It is answered.',
    'CTL-2 CFG-6',
    async (bench) => {
      const client = await bench.greeted();
      const query = { ...bench.configureMessage({}), type: 'QUERY_PERIOD' } as const;
      await client.get(query, 'QUERY_PERIOD_REPLY');
    },
  ],
  [
    'A second host asks for the lease',
    'CONTROL_TAKEN while the first holds it, which may ask again; the lease is free once the first connection has ended.',
    'CTL-1 CTL-5',
    async (bench) => {
      const first = await bench.controlled();
      const second = await bench.another();
      const ask = { type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 } as const;
      refusedWith(await second.ask(ask), 'CONTROL_TAKEN', 'ACQUIRE_CONTROL of a second host');
      await first.get(ask, 'DONE');
      await first.close();
      await bench.acquire(second);
    },
  ],
  [
    'The interval that is granted',
    'What was asked for, moved into the bounds of DESCRIBE_REPLY; the upper bound for 0.',
    'CTL-3',
    async (bench) => {
      const { minimumHeartbeatMicroseconds: least, maximumHeartbeatMicroseconds: most } = bench.description;
      const client = await bench.greeted();
      const middle = Math.min(most, least + 1000);
      same('What is granted for 0', (await bench.acquire(client, 0)).value, most);
      same('What is granted for the middle', (await bench.acquire(client, middle)).value, middle);
      if (least > 1) same('What is granted for 1', (await bench.acquire(client, 1)).value, least);
    },
  ],
  [
    'After ACQUIRE_CONTROL',
    'The device sends PATTERN_CREDIT, with room for all slots of an empty pattern RAM.',
    'CTL-7 PAT-6',
    async (bench) => {
      await (await bench.controlled()).close();
      const client = await bench.greeted();
      await bench.acquire(client);
      const credit = await client.until('PATTERN_CREDIT', () => client.all('PATTERN_CREDIT')[0]);
      const room = credit.creditLimit - credit.nextPatternId;
      check(room >= 1 && room <= bench.description.patternSlots, `There is credit for ${room} patterns.`);
    },
  ],
  [
    'RELEASE_CONTROL during a run',
    'The lease and the run end; configuration and patterns stay.',
    'CTL-5 CTL-6',
    async (bench) => {
      const client = await bench.controlled();
      await client.get({ type: 'START', flags: 0 }, 'DONE');
      await client.get({ type: 'RELEASE_CONTROL' }, 'DONE');
      refusedWith(await client.ask({ type: 'STOP' }), 'NOT_IN_CONTROL', 'STOP after RELEASE_CONTROL');
      await bench.acquire(client);
      await client.get({ type: 'START', flags: 0 }, 'DONE');
      const { configurationHash } = await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
      same('The configuration', configurationHash, bench.facts.configuration.configurationHash);
    },
  ],
  [
    'A host that falls silent',
    'The lease ends after the granted interval: WATCHDOG is counted and told, and the host is no longer in control.',
    'CTL-4 CTL-6 EVT-1',
    async (bench) => {
      const client = await bench.controlled();
      const before = await counter(client, 'WATCHDOG');
      const granted = (await bench.acquire(client, 1)).value;
      if (granted === 0) informational('The lease that the device grants does not run out.');
      const from = client.heard.length;
      const ticks = Math.ceil((granted * 1.2 * 1e6) / bench.description.tickPicoseconds);
      if (bench.has('VIRTUAL_CLOCK')) await client.get({ type: 'SPEND', ticks }, 'DONE');
      else if (granted > 2_000_000) informational(`The shortest lease is ${granted} us; that is not waited for.`);
      else await bench.sleep(Math.ceil(granted * 120));
      refusedWith(await client.ask({ type: 'STOP' }), 'NOT_IN_CONTROL', 'STOP after the lease ran out');
      same('The rise of WATCHDOG', (await counter(client, 'WATCHDOG')) - before, 1);
      const events = client.all('EVENT', from).filter(({ kind }) => kind === eventKind.WATCHDOG);
      if (events.length === 0) fail('No EVENT WATCHDOG was sent.');
    },
  ],
  [
    'A holder with another host id',
    'It starts without readouts of the one before and without credit for its own.',
    'CTL-8 RDO-5',
    async (bench) => {
      const first = await bench.controlled();
      await show(bench, first, [bench.pattern(1)]);
      await first.close();
      const second = await bench.controlled();
      const { nextPatternId } = await second.get({ type: 'ABORT' }, 'RUN_REPORT');
      bench.sendPatterns(second, nextPatternId, [bench.pattern(2)]);
      const start = await second.get({ type: 'START', flags: 0 }, 'DONE');
      await bench.sleep(1_000_000);
      await second.get({ type: 'HEARTBEAT' }, 'DONE');
      same('The number of readouts without credit', frames(second).length, 0);
      second.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 1 });
      await second.until('RUN_ENDED', () => second.all('RUN_ENDED')[0]);
      same(
        'Frames',
        frames(second).map(({ record }) => record.frame),
        [start.value],
      );
    },
  ],
  [
    'Who hears what',
    'PATTERN_CREDIT, READOUTS and RUN_ENDED go to the holder of the lease alone; EVENT goes to everybody who has shaken hands.',
    'CTL-9 EVT-1',
    async (bench) => {
      const client = await bench.controlled();
      const looker = await bench.another();
      const heard = looker.heard.length;
      await show(bench, client, [bench.pattern(0)]);
      await looker.get({ type: 'HEARTBEAT' }, 'DONE');
      const others = looker.heard.slice(heard).filter(({ message }) => !['DONE', 'EVENT'].includes(message.type));
      same(
        'What a host without the lease heard of a run',
        others.map(({ message }) => message.type),
        [],
      );
      if (!bench.has('SOFTWARE_TRIGGER')) return;
      await client.get(bench.configureMessage({ fields: 64, triggerMode: 1 }), 'CONFIGURE_REPLY');
      await client.ask({ type: 'SOFTWARE_TRIGGER' });
      const isTold = (host: typeof client): true | undefined =>
        host.all('EVENT').some(({ kind }) => kind === eventKind.IGNORED_TRIGGER) || undefined;
      await client.until('the event at the host in control', () => isTold(client));
      await looker.until('the event at the other host', () => isTold(looker));
    },
  ],
  [
    'Messages well within the interval',
    'Any message of the holder renews the lease, also one without a request id.',
    'CTL-4 REQ-8',
    async (bench) => {
      const client = await bench.controlled();
      const granted = (await bench.acquire(client, RENEWED_MICROSECONDS)).value;
      if (granted === 0) informational('The lease that the device grants does not run out.');
      if (granted > 2_000_000) informational(`The shortest lease is ${granted} us; that is not waited for.`);
      for (let attempt = 0; attempt < 5; attempt++) {
        await bench.acquire(client, granted);
        let longest = 0;
        let last = bench.clock.now();
        for (let k = 0; k < 6; k++) {
          await bench.sleep(Math.ceil(granted * 25));
          client.send({ type: 'HEARTBEAT' });
          longest = Math.max(longest, bench.clock.now() - last);
          last = bench.clock.now();
        }
        const reply = await client.ask({ type: 'STOP' });
        if (reply.type === 'RUN_REPORT') return;
        // A host that was held up for that long itself has nothing to say against the device.
        if (longest < granted * 50)
          fail(`The lease of ${granted} us ran out, although a message came every ${longest / 100} us.`);
      }
      informational('This host was held up for longer than the lease lasts, five times over.');
    },
  ],
]);
