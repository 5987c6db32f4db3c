import {
  encodeMessage,
  frameForCarrier,
  HEADER_BYTES,
  type Message,
  messageCodecs,
  TRAILER_BYTES,
  writeHeader,
} from '@opu/protocol';
import { check, same } from '../runner/case.js';
import type { WireClient } from '../wire/wire-client.js';
import type { DeviceBench } from './device-bench.js';
import { group } from './device-case.js';
import { RandomBytes } from './random-bytes.js';
import { configurationHolds, refusedWith } from './steps.js';

const MESSAGES = 300;
const MOST_U32 = 0xffff_ffff;

/** Without a reply of their own (OPU-REQ-9). */
const UNANSWERED: readonly Message['type'][] = [
  'PATTERNS',
  'READOUT_ACK',
  'READOUT_CREDIT',
  'READOUT_RESEND',
  'HOST_WAITING',
];
/** HELLO would make another host of this one; the others would let virtual time stand still, or run for ever. */
const LEFT_OUT: readonly Message['type'][] = ['HELLO', 'SET_PACING', 'SPEND', 'PLAY_SEQUENCE', 'START'];

/** The device answers a host that comes anew, was not switched off and on, and is at rest. */
async function isAliveAndSafe(bench: DeviceBench): Promise<void> {
  const client = await bench.connect();
  const { bootId } = await bench.greet(client);
  same('bootId afterwards', bootId, bench.facts.hello.bootId);
  same('DESCRIBE_REPLY afterwards', await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY'), bench.description);
  await bench.acquire(client);
  await client.get({ type: 'ABORT' }, 'RUN_REPORT');
  await configurationHolds(bench, client);
  await client.get({ type: 'RELEASE_CONTROL' }, 'DONE');
  await client.close();
}

/** Sends random sound messages; every one that is a request has to get exactly one reply. */
async function askAnything(
  client: WireClient,
  random: RandomBytes,
  leftOut: readonly Message['type'][],
): Promise<void> {
  const types = Object.entries(messageCodecs).filter(([name]) => !leftOut.includes(name as Message['type']));
  const ids: number[] = [];
  for (let i = 0; i < MESSAGES; i++) {
    const [name, codec] = random.pick(types);
    const isUnknown = random.below(8) === 0;
    const payload = random.bytes(random.below(3) === 0 ? random.below(16) : random.below(160));
    // Small numbers reach further than random ones, most of which are out of any range.
    if (random.below(2) === 0)
      payload.forEach((_, at) => void (payload[at] = random.below(6) === 0 ? random.below(4) : 0));
    const type = isUnknown ? 0x7000 + random.below(0xfff) : codec.id;
    if (!isUnknown && UNANSWERED.includes(name as Message['type'])) client.sendRaw({ type, payload });
    else {
      const requestId = client.nextRequestId();
      ids.push(requestId);
      client.sendRaw({ type, payload, requestId });
    }
  }
  for (const id of ids) await client.replyTo(id, `random request ${id}`);
  await client.get({ type: 'HEARTBEAT' }, 'DONE');
  for (const id of ids) same(`The number of replies to random request ${id}`, client.finalReplies(id).length, 1);
}

/** A header with a sound CRC that promises more than follows. */
function promise(type: number, payloadLength: number, requestId: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  writeHeader(bytes, {
    versionMajor: 1,
    versionMinor: 0,
    incompatibleFlags: 0,
    compatibleFlags: 0,
    type,
    requestId,
    sequence: 1,
    session: 0,
    payloadLength,
  });
  return bytes;
}

export const hostileCases = group('HOS', 'hostile input', [
  [
    'Random bytes instead of messages',
    'The device goes on: others are served, it is not switched off and on, and nothing is changed.',
    'LNK-1 CAR-5 CAR-6 HS-6',
    async (bench) => {
      const random = new RandomBytes(8);
      for (let round = 0; round < 12; round++) {
        const client = await (round % 2 === 0 ? bench.connect() : bench.greeted());
        const noise = random.bytes(1 + random.below(3000));
        // Some of it starts like a message.
        if (round % 3 === 0) noise.set([0x4f, 0x50, 0x55, 0xb1, 1, 0, 0, 0].slice(0, noise.length));
        client.sendBytes(noise, ['random bytes']);
        await client.close();
        if (client.transport.carrier !== 'length' && round >= 3) break;
      }
      await isAliveAndSafe(bench);
    },
  ],
  [
    `${MESSAGES} random messages of a host without the lease`,
    'Each request gets exactly one reply; nothing is changed.',
    'CTL-2 REQ-1 REQ-6 LNK-1',
    async (bench) => {
      const client = await bench.greeted();
      await askAnything(client, new RandomBytes(21), [...LEFT_OUT, 'ACQUIRE_CONTROL']);
      const { configurationHash } = await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
      same('The configuration', configurationHash, bench.facts.configuration.configurationHash);
      await client.close();
      await isAliveAndSafe(bench);
    },
  ],
  [
    `${MESSAGES} random messages of a host in control`,
    'Each request gets exactly one reply; what is configured afterwards obeys the rules.',
    'REQ-1 CFG-1 PAY-5 PAY-7',
    async (bench) => {
      const client = await bench.controlled();
      await askAnything(client, new RandomBytes(34), LEFT_OUT);
      await client.close();
      await isAliveAndSafe(bench);
    },
  ],
  [
    'Damaged copies of sound messages',
    'None is acted on, on a carrier that finds its borders again; the device goes on.',
    'LNK-1 LNK-5 CAR-6',
    async (bench) => {
      const random = new RandomBytes(55);
      for (let round = 0; round < 6; round++) {
        const client = await bench.greeted();
        const message = encodeMessage(
          { sequence: 1, requestId: 900 },
          { type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 },
        );
        message[random.below(message.length)]! ^= 1 << random.below(8);
        client.sendBytes(frameForCarrier(client.transport.carrier, message), ['a damaged ACQUIRE_CONTROL']);
        await client.close();
        if (client.transport.carrier !== 'length' && round >= 2) break;
      }
      await isAliveAndSafe(bench);
    },
  ],
  [
    'Lengths and counts that lie',
    'They are refused before memory is taken for them; the device goes on.',
    'PAY-5 LNK-2 RDO-7',
    async (bench) => {
      const client = await bench.controlled();
      const { nextPatternId } = await client.get({ type: 'ABORT' }, 'RUN_REPORT');
      const { patternBytes } = bench.facts.configuration;
      let from = client.heard.length;
      const patterns = { encoding: 0, flags: 0, firstRow: 0, rowCount: 0, data: new Uint8Array(4) };
      client.send({ ...patterns, type: 'PATTERNS', firstPatternId: nextPatternId, count: MOST_U32, patternBytes });
      const refusal = await client.until('REFUSED', () => client.all('REFUSED', from)[0]);
      same('requestType', refusal.requestType, messageCodecs.PATTERNS.id);
      const requestId = client.nextRequestId();
      const steps = new Uint8Array(28);
      new DataView(steps.buffer).setUint32(16, MOST_U32, true);
      new DataView(steps.buffer).setUint32(20, 4, true);
      client.sendRaw({ type: messageCodecs.PLAY_SEQUENCE.id, requestId, payload: steps });
      same('The reply to PLAY_SEQUENCE', (await client.replyTo(requestId, 'PLAY_SEQUENCE')).message.type, 'REFUSED');
      from = client.heard.length;
      client.send({ type: 'READOUT_RESEND', from: 0, count: MOST_U32 });
      await client.until('READOUT_UNAVAILABLE', () => client.all('READOUT_UNAVAILABLE', from)[0]);
      await client.get({ type: 'HEARTBEAT' }, 'DONE');
      check(
        client.heard.length - from < 100,
        `READOUT_RESEND of everything was answered by ${client.heard.length - from} messages.`,
      );
      if (client.transport.carrier === 'length') {
        const last = client.nextRequestId();
        client.expectReply(last);
        client.sendBytes(promise(messageCodecs.HEARTBEAT.id, MOST_U32, last), ['a header of 4 GiB']);
        refusedWith((await client.replyTo(last, 'a header of 4 GiB')).message, 'NO_ROOM', 'A payload of 4 GiB');
      }
      await client.close();
      await isAliveAndSafe(bench);
    },
  ],
  [
    'Connections that end in the middle of a message',
    'The half message is not acted on, and the next connection starts clean.',
    'LNK-1 CTL-5 CAR-1',
    async (bench) => {
      const whole = encodeMessage(
        { sequence: 1, requestId: 900 },
        { type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 },
      );
      for (const part of [1, 31, 33, whole.length - TRAILER_BYTES, whole.length - 1]) {
        const client = await bench.greeted();
        client.sendBytes(frameForCarrier(client.transport.carrier, whole).subarray(0, part), ['half a message']);
        await client.close();
        if (client.transport.carrier !== 'length' && part > 31) break;
      }
      await isAliveAndSafe(bench);
    },
  ],
]);
