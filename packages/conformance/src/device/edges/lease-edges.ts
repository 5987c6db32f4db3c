import {
  configurationField,
  createConfigure,
  createPatterns,
  createPlaySequence,
  createStoreSequence,
  eventKind,
  type Message,
  messageCodecs,
  pacingMode,
  resultCode,
  triggerMode,
} from '@opu/protocol';
import { check, fail, informational, same } from '../../runner/case.js';
import type { WireClient } from '../../wire/wire-client.js';
import { type DeviceBench, helloOf } from '../device-bench.js';
import { group } from '../device-case.js';
import { askCredit, counter, frames, refusedWith, show } from '../steps.js';

/** Everything that only the holder of the lease may send, as requests and as messages without a reply. */
function ofTheHolder(bench: DeviceBench): Message[] {
  const { patternBytes } = bench.facts.configuration;
  const data = new Uint8Array(patternBytes);
  return [
    {
      ...createConfigure(),
      fields: configurationField.EXPOSURE,
      exposureTicks: bench.description.minimumExposureTicks,
    },
    { ...createPatterns(), patternBytes, count: 1, data },
    { ...createStoreSequence(), sequenceId: 3, patternBytes, count: 1, data },
    { ...createPlaySequence(), sequenceId: 3, repetitions: 1 },
    { type: 'ERASE_SEQUENCE', sequenceId: 0xffff_ffff },
    { type: 'START', flags: 0 },
    { type: 'STOP' },
    { type: 'ABORT' },
    { type: 'SOFTWARE_TRIGGER' },
    { type: 'READOUT_ACK', nextFrame: 2 ** 40 },
    { type: 'READOUT_CREDIT', creditLimit: 2 ** 40 },
    { type: 'READOUT_RESEND', from: 0, count: 1 },
    { type: 'RESET_COUNTERS' },
    { type: 'SET_PACING', mode: pacingMode.LOCKSTEP },
    { type: 'HOST_WAITING', deviceSequence: 1 },
    { type: 'SPEND', ticks: 1000 },
  ];
}

/** Every message that is refused without the lease is, with a request id and without one. */
async function isKeptOut(bench: DeviceBench, client: WireClient, who: string): Promise<void> {
  for (const message of ofTheHolder(bench)) {
    const { id } = messageCodecs[message.type];
    for (const isRequest of [true, false]) {
      const from = client.heard.length;
      const requestId = isRequest ? client.nextRequestId() : 0;
      client.send(message, requestId);
      const beat = client.nextRequestId();
      await client.get({ type: 'HEARTBEAT' }, 'DONE', beat);
      const answers = client.heard
        .slice(from)
        .filter(({ header, message: m }) => m.type !== 'EVENT' && header.requestId !== beat);
      const [answer] = answers;
      if (answers.length !== 1 || answer?.message.type !== 'REFUSED') {
        fail(`${message.type} of ${who} was answered ${JSON.stringify(answers.map((a) => a.message.type))}.`);
      }
      same(
        `Code, type and request id of the refusal of ${message.type} of ${who}`,
        [answer.message.resultCode, answer.message.requestType, answer.header.requestId],
        [resultCode.NOT_IN_CONTROL, id, requestId],
      );
    }
  }
}

export const leaseEdges = group('LEA', 'control at its edges', [
  [
    'Every message of the holder, from a host without the lease',
    'Each is refused with NOT_IN_CONTROL under its request id, also 0, and changes nothing: neither patterns nor sequences, credit, counters or pacing.',
    'CTL-2 LNK-5 REQ-6 REQ-8',
    async (bench) => {
      bench.needFreedom();
      const client = await bench.greeted();
      await isKeptOut(bench, client, 'a host without the lease');
      same(
        'The configuration',
        await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY'),
        bench.facts.configuration,
      );
    },
  ],
  [
    'Every message of the holder, from an onlooker during a run of another host',
    'Each is refused with NOT_IN_CONTROL, and the run of the holder goes on as if nothing had been said.',
    'CTL-1 CTL-2 CTL-9 REQ-6',
    async (bench) => {
      bench.needFreedom();
      const client = await bench.controlled();
      const looker = await bench.another();
      const { nextPatternId } = await askCredit(bench, client);
      bench.sendPatterns(client, nextPatternId, [bench.pattern(0)], false);
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      await isKeptOut(bench, looker, 'an onlooker');
      await bench.sleep(500_000);
      await client.get({ type: 'HEARTBEAT' }, 'DONE');
      same('Readouts that an onlooker gave credit for', frames(client).length, 0);
      bench.sendPatterns(client, nextPatternId + 1, [bench.pattern(1)]);
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 2 });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      same(
        'Patterns that were shown',
        frames(client).map(({ record }) => record.patternId),
        [nextPatternId, nextPatternId + 1],
      );
      const made = await counter(client, 'FRAMES');
      await isKeptOut(bench, looker, 'an onlooker after the run');
      same('FRAMES after an onlooker’s RESET_COUNTERS', await counter(client, 'FRAMES'), made);
      const { value: first } = start;
      client.send({ type: 'READOUT_RESEND', from: first, count: 2 });
      await client.get({ type: 'HEARTBEAT' }, 'DONE');
      const again = frames(client).filter(({ repeated }) => repeated);
      same(
        'Frames that are kept until their host acknowledges them',
        again.map(({ record }) => record.frame),
        [first, first + 1],
      );
    },
  ],
  [
    'Requests that anybody may make, from an onlooker during a run of another host',
    'Each is answered, and none changes what the holder set.',
    'CTL-2 CFG-6',
    async (bench) => {
      bench.needFreedom();
      const client = await bench.controlled();
      const looker = await bench.another();
      await client.get({ type: 'START', flags: 0 }, 'DONE');
      await looker.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
      await looker.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
      await looker.get({ type: 'CLOCK_SYNC', hostTime: 5 }, 'CLOCK_SYNC_REPLY');
      const before = await looker.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
      const query = { ...bench.configureMessage({}), type: 'QUERY_PERIOD' } as const;
      await looker.get(query, 'QUERY_PERIOD_REPLY');
      await looker.get({ type: 'RELEASE_CONTROL' }, 'DONE');
      refusedWith(await client.ask({ type: 'START', flags: 0 }), 'WRONG_STATE', 'START of the holder');
      same('The configuration', await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY'), before);
    },
  ],
  [
    'The lease is taken again by the host that held it last',
    'PATTERN_CREDIT comes again; readouts that were not acknowledged are still there, and come again when they are asked for.',
    'CTL-7 CTL-8 HS-6 RDO-6 RDO-7',
    async (bench) => {
      const hostId = bench.freshHostId();
      const client = await bench.controlled(hostId);
      const first = (await show2(bench, client)).start.value;
      const { nextPatternId } = await askCredit(bench, client);
      await client.close();
      const next = await bench.connect();
      next.continueRequestIds(1000);
      await bench.greet(next, hostId);
      await bench.acquire(next);
      const credit = await next.until('PATTERN_CREDIT', () => next.all('PATTERN_CREDIT')[0]);
      same('nextPatternId', credit.nextPatternId, nextPatternId);
      next.send({ type: 'READOUT_RESEND', from: first, count: 2 });
      await next.get({ type: 'HEARTBEAT' }, 'DONE');
      same(
        'Frames that come again',
        frames(next).map(({ record, repeated }) => [record.frame, repeated]),
        [
          [first, true],
          [first + 1, true],
        ],
      );
    },
  ],
  [
    'The lease is taken by a host with the id 0',
    'It starts without the readouts of anybody: they are GONE.',
    'CTL-8 HS-7',
    async (bench) => {
      const client = await bench.controlled();
      const first = (await show2(bench, client)).start.value;
      await client.close();
      const next = await bench.greeted(0);
      await bench.acquire(next);
      next.send({ type: 'READOUT_RESEND', from: first, count: 2 });
      const gone = await next.until('READOUT_UNAVAILABLE', () => next.all('READOUT_UNAVAILABLE')[0]);
      same('What is gone', [gone.from, gone.count, gone.reason], [first, 2, 1]);
      same('Readouts of another host', frames(next).length, 0);
    },
  ],
  [
    'ACQUIRE_CONTROL of its holder during a run',
    'It is granted, the run goes on, and PATTERN_CREDIT comes.',
    'CTL-1 CTL-7',
    async (bench) => {
      bench.needFreedom();
      const client = await bench.controlled();
      const { nextPatternId } = await askCredit(bench, client);
      bench.sendPatterns(client, nextPatternId, [bench.pattern(0)], false);
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      const from = client.heard.length;
      await bench.acquire(client);
      await client.until('PATTERN_CREDIT', () => client.all('PATTERN_CREDIT', from)[0]);
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 2 });
      bench.sendPatterns(client, nextPatternId + 1, [bench.pattern(1)]);
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      same('Frames', frames(client).length, 2);
    },
  ],
  [
    'Messages before HELLO: every type, and a payload above 4096 bytes',
    'Each is refused with NO_HANDSHAKE, the payload with NO_ROOM or NO_HANDSHAKE; nothing is done, and no EVENT comes.',
    'HS-1 HS-3 EVT-1 CTL-9',
    async (bench) => {
      bench.needFreedom();
      const client = await bench.connect();
      const open: Message[] = [
        { type: 'DESCRIBE' },
        { type: 'HEARTBEAT' },
        { type: 'CLOCK_SYNC', hostTime: 1 },
        { type: 'GET_CONFIGURATION' },
        { type: 'GET_COUNTERS' },
        { type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 },
        { type: 'RELEASE_CONTROL' },
      ];
      for (const message of [...open, ...ofTheHolder(bench)]) {
        const { requestType } = refusedWith(await client.ask(message), 'NO_HANDSHAKE', `${message.type} before HELLO`);
        same(`requestType of ${message.type}`, requestType, messageCodecs[message.type].id);
      }
      const requestId = client.nextRequestId();
      client.sendRaw({ type: messageCodecs.HEARTBEAT.id, requestId, payload: new Uint8Array(5000) });
      const { message } = await client.replyTo(requestId, 'a payload of 5000 bytes before HELLO');
      if (message.type !== 'REFUSED') fail(`A payload of 5000 bytes before HELLO was answered ${message.type}.`);
      await bench.greet(client);
      refusedWith(await client.ask({ type: 'STOP' }), 'NOT_IN_CONTROL', 'STOP after ACQUIRE_CONTROL before HELLO');
    },
  ],
  [
    'An EVENT while another connection has not shaken hands',
    'Only connections that have shaken hands hear of it.',
    'CTL-9 EVT-1 HS-3',
    async (bench) => {
      bench.need('SOFTWARE_TRIGGER');
      bench.needFreedom();
      const client = await bench.controlled();
      if (client.transport.carrier !== 'length') informational('This link is one connection.');
      const silent = await bench.connect();
      await client.get(
        bench.configureMessage({ fields: configurationField.TRIGGER, triggerMode: triggerMode.SOFTWARE }),
        'CONFIGURE_REPLY',
      );
      await client.ask({ type: 'SOFTWARE_TRIGGER' });
      await client.until('the event', () => client.all('EVENT').find(({ kind }) => kind === eventKind.IGNORED_TRIGGER));
      const refused = await silent.ask({ type: 'HEARTBEAT' });
      refusedWith(refused, 'NO_HANDSHAKE', 'HEARTBEAT before HELLO');
      same(
        'What came before HELLO',
        silent.heard.map(({ message }) => message.type),
        ['REFUSED'],
      );
    },
  ],
  [
    'HELLO of major version 0, 2 and 255',
    'REFUSED VERSION_MISMATCH; requests stay NO_HANDSHAKE; a HELLO of version 1 opens the connection.',
    'HS-1 HS-2',
    async (bench) => {
      const client = await bench.connect();
      for (const versionMajor of [0, 2, 255]) {
        const hello = { ...helloOf(bench.freshHostId()), versionMajor };
        const { text } = refusedWith(await client.ask(hello), 'VERSION_MISMATCH', `HELLO of version ${versionMajor}`);
        check(text.includes(String(versionMajor)), `The text does not name version ${versionMajor}: "${text}".`);
        refusedWith(await client.ask({ type: 'DESCRIBE' }), 'NO_HANDSHAKE', 'DESCRIBE after it');
      }
      await bench.greet(client);
      await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
    },
  ],
  [
    'Headers of older and newer major versions, of newer minor ones',
    'Another major version is refused with VERSION_MISMATCH and not acted on; another minor version is taken.',
    'MSG-9 HS-4 LNK-5',
    async (bench) => {
      const client = await bench.greeted();
      for (const versionMajor of [0, 2, 255]) {
        const requestId = client.nextRequestId();
        client.sendRaw({ type: messageCodecs.HEARTBEAT.id, versionMajor, requestId });
        const { message } = await client.replyTo(requestId, `HEARTBEAT in version ${versionMajor}`);
        refusedWith(message, 'VERSION_MISMATCH', `HEARTBEAT in version ${versionMajor}`);
      }
      const requestId = client.nextRequestId();
      client.sendRaw({ type: messageCodecs.HEARTBEAT.id, versionMinor: 255, requestId });
      same('The reply', (await client.replyTo(requestId, 'HEARTBEAT in version 1.255')).message.type, 'DONE');
    },
  ],
  [
    'RESET_COUNTERS and the counters of an onlooker',
    'Both hosts read the same values; they are reset for both.',
    'EVT-3 CTL-2',
    async (bench) => {
      const client = await bench.controlled();
      const looker = await bench.another();
      await show(bench, client, [bench.pattern(0)]);
      same('FRAMES, as both read it', await counter(looker, 'FRAMES'), await counter(client, 'FRAMES'));
      await client.get({ type: 'RESET_COUNTERS' }, 'DONE');
      same('FRAMES after it', [await counter(looker, 'FRAMES'), await counter(client, 'FRAMES')], [0, 0]);
    },
  ],
]);

/** Two frames that are not acknowledged. */
async function show2(bench: DeviceBench, client: WireClient): Promise<{ start: { value: number } }> {
  if (bench.description.patternSlots < 2) informational('There are fewer than 2 pattern slots.');
  const { nextPatternId } = await askCredit(bench, client);
  bench.sendPatterns(client, nextPatternId, [bench.pattern(0), bench.pattern(1)]);
  const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
  client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 2 });
  await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
  return { start };
}
