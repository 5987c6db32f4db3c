import { encodeMessage, frameForCarrier, messageCodecs, resultCode } from '@opu/protocol';
import { check, fail, informational, same } from '../runner/case.js';
import type { WireClient } from '../wire/wire-client.js';
import type { DeviceBench } from './device-bench.js';
import { group } from './device-case.js';
import { counter, refusedWith } from './steps.js';

const UNKNOWN_TYPE = 0x7ffe;
const { DESCRIBE, CLOCK_SYNC, ACQUIRE_CONTROL, HEARTBEAT } = messageCodecs;

/** Sends a raw request and returns its final reply. */
async function askRaw(client: WireClient, raw: Parameters<WireClient['sendRaw']>[0], what: string) {
  const requestId = client.nextRequestId();
  client.sendRaw({ ...raw, requestId });
  return (await client.replyTo(requestId, what)).message;
}

async function expectHangUp(bench: DeviceBench, client: WireClient, what: string): Promise<void> {
  await client.until(`the device to close the connection after ${what}`, () =>
    client.end === undefined ? undefined : true,
  );
  const next = await bench.greeted();
  await next.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
}

export const linkCases = group('LNK', 'link', [
  [
    'Sequence, flags and version of the device’s messages',
    'Sequences count from 0 by one over messages of all kinds; flags that are not defined are 0; the version is the one of HELLO_REPLY.',
    'MSG-4 MSG-6 MSG-9',
    async (bench) => {
      const client = await bench.greeted();
      await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
      await client.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
      await client.ask({ type: 'START', flags: 0 });
      const { hello } = bench.facts;
      for (const { header } of client.heard)
        same('The major version in a header', header.versionMajor, hello.versionMajor);
      const sequences = client.heard.map(({ header }) => header.sequence);
      same(
        'The list of sequences',
        sequences,
        sequences.map((_, i) => i),
      );
    },
  ],
  [
    'CRCs of the device’s messages',
    'Header and payload CRC of every message are right, also behind an empty payload, and the payload CRC goes on from the header.',
    'MSG-1 MSG-2 MSG-3',
    async (bench) => {
      const client = await bench.greeted();
      await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
      const { hostTime } = await client.get({ type: 'CLOCK_SYNC', hostTime: 77 }, 'CLOCK_SYNC_REPLY');
      same('hostTime', hostTime, 77);
      same('What the device sent damaged', client.complaints, []);
    },
  ],
  [
    'A compatible flag that nobody knows',
    'It is ignored: the request is answered.',
    'MSG-5',
    async (bench) => {
      const client = await bench.greeted();
      const reply = await askRaw(
        client,
        { type: DESCRIBE.id, compatibleFlags: 0x80 },
        'DESCRIBE with a compatible flag',
      );
      same('The reply', reply.type, 'DESCRIBE_REPLY');
    },
  ],
  [
    'An incompatible flag that nobody knows',
    'REFUSED NOT_SUPPORTED under the request id, and the request is not carried out.',
    'MSG-5 LNK-5',
    async (bench) => {
      const client = await bench.greeted();
      const reply = await askRaw(
        client,
        { type: ACQUIRE_CONTROL.id, incompatibleFlags: 0x40, payload: new Uint8Array(8) },
        'ACQUIRE_CONTROL with an incompatible flag',
      );
      same('requestType', refusedWith(reply, 'NOT_SUPPORTED', 'The flag').requestType, ACQUIRE_CONTROL.id);
      refusedWith(await client.ask({ type: 'START', flags: 0 }), 'NOT_IN_CONTROL', 'START after it');
    },
  ],
  [
    'A type of message that nobody knows',
    'REFUSED NOT_SUPPORTED under the request id, also 0, with the type in requestType.',
    'LNK-5',
    async (bench) => {
      const client = await bench.greeted();
      const payload = new Uint8Array([1, 2, 3]);
      const reply = refusedWith(
        await askRaw(client, { type: UNKNOWN_TYPE, payload }, 'it'),
        'NOT_SUPPORTED',
        'The type',
      );
      same('requestType', reply.requestType, UNKNOWN_TYPE);
      const from = client.heard.length;
      client.sendRaw({ type: UNKNOWN_TYPE, payload });
      const unasked = await client.until('REFUSED under request id 0', () => client.all('REFUSED', from)[0]);
      same('requestType without a request id', unasked.requestType, UNKNOWN_TYPE);
    },
  ],
  [
    'A payload that ends inside a field, and a number above 2^53 - 1',
    'REFUSED MALFORMED; nothing was done.',
    'LNK-1 LNK-5 PAY-2 PAY-4 REQ-6',
    async (bench) => {
      const client = await bench.greeted();
      const short = await askRaw(client, { type: ACQUIRE_CONTROL.id, payload: new Uint8Array(3) }, 'a short payload');
      refusedWith(short, 'MALFORMED', 'A payload of 3 bytes');
      refusedWith(await client.ask({ type: 'START', flags: 0 }), 'NOT_IN_CONTROL', 'START after it');
      const large = await askRaw(client, { type: CLOCK_SYNC.id, payload: new Uint8Array(8).fill(255) }, '2^64 - 1');
      refusedWith(large, 'MALFORMED', 'The number 2^64 - 1');
    },
  ],
  [
    'A payload with fields of a later version behind those that are known',
    'They are ignored: the request is answered.',
    'PAY-3',
    async (bench) => {
      const client = await bench.greeted();
      const payload = new Uint8Array(21).fill(0xee);
      payload.set([42, 0, 0, 0, 0, 0, 0, 0]);
      const reply = await askRaw(client, { type: CLOCK_SYNC.id, payload }, 'CLOCK_SYNC with a tail');
      same('The reply', [reply.type, reply.type === 'CLOCK_SYNC_REPLY' && reply.hostTime], ['CLOCK_SYNC_REPLY', 42]);
    },
  ],
  [
    'A payload with a wrong CRC',
    'It is neither acted on nor answered, it is counted in CRC_ERRORS, and the next message is taken.',
    'LNK-1 LNK-4 LNK-5 EVT-2',
    async (bench) => {
      const client = await bench.greeted();
      const before = await counter(client, 'CRC_ERRORS');
      const requestId = client.nextRequestId();
      const payload = new Uint8Array(8);
      client.sendRaw({ type: ACQUIRE_CONTROL.id, payload, requestId, damage: 'payload-crc' });
      refusedWith(
        await client.ask({ type: 'START', flags: 0 }),
        'NOT_IN_CONTROL',
        'START after a damaged ACQUIRE_CONTROL',
      );
      check(client.finalReplies(requestId).length === 0, 'The damaged request was answered.');
      const counted = (await counter(client, 'CRC_ERRORS')) - before;
      check(counted >= 1, 'CRC_ERRORS did not rise with a damaged message.');
    },
  ],
  [
    'Bytes that are no message',
    'On a length carrier the device closes the connection and takes another; on others the next whole message is taken.',
    'CAR-3 CAR-5 CAR-6 LNK-1',
    async (bench) => {
      const client = await bench.greeted();
      const garbage = Uint8Array.from({ length: 77 }, (_, i) => (i * 151 + 13) & 0xff);
      client.sendBytes(garbage, ['garbage']);
      if (client.transport.carrier === 'length') await expectHangUp(bench, client, 'garbage');
      else await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
    },
  ],
  [
    'A header with a wrong CRC',
    'On a length carrier the device closes the connection and takes another; on others only that message is lost.',
    'CAR-6 LNK-1',
    async (bench) => {
      const client = await bench.greeted();
      client.sendRaw({ type: DESCRIBE.id, requestId: client.nextRequestId(), damage: 'header-crc' });
      if (client.transport.carrier === 'length') await expectHangUp(bench, client, 'a damaged header');
      else await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
    },
  ],
  [
    'Messages in pieces, and two messages at once',
    'Borders of chunks mean nothing: both are answered.',
    'CAR-1 CAR-3 CAR-4',
    async (bench) => {
      const client = await bench.greeted();
      const { carrier } = client.transport;
      if (carrier === 'message') informational('On this carrier every transfer is a whole message.');
      const requestIds = [client.nextRequestId(), client.nextRequestId()];
      const first = client.sequence;
      const bytes = requestIds.flatMap((requestId, i) => [
        ...frameForCarrier(carrier, encodeMessage({ requestId, sequence: first + i }, { type: 'HEARTBEAT' })),
      ]);
      client.skipSequence(2);
      for (const id of requestIds) client.expectReply(id);
      for (let at = 0; at < bytes.length; at += at < 60 ? 1 : 40) {
        const size = at < 60 ? 1 : 40;
        client.sendBytes(Uint8Array.from(bytes.slice(at, at + size)), ['a piece']);
      }
      for (const id of requestIds) same('The reply', (await client.replyTo(id, 'HEARTBEAT')).message.type, 'DONE');
    },
  ],
  [
    'A gap in the sequence of the host’s messages',
    'The device goes on and counts the gap in MESSAGES_LOST.',
    'LNK-3 EVT-2',
    async (bench) => {
      const client = await bench.greeted();
      const before = await counter(client, 'MESSAGES_LOST');
      client.skipSequence(5);
      same('The rise of MESSAGES_LOST', (await counter(client, 'MESSAGES_LOST')) - before, 5);
    },
  ],
  [
    'A payload one byte longer than the device takes',
    'REFUSED NO_ROOM, the payload is skipped, and the next message is taken.',
    'LNK-2 LNK-5',
    async (bench) => {
      const { maximumPayload } = bench.facts.hello;
      const client = await bench.greeted();
      if (maximumPayload > 2 ** 26 || (client.transport.carrier === 'stream' && maximumPayload > 2 ** 14)) {
        informational(`The device takes payloads of ${maximumPayload} bytes; more is not sent here.`);
      }
      const payload = new Uint8Array(maximumPayload + 1);
      const reply = await askRaw(client, { type: HEARTBEAT.id, payload }, 'a payload that is too long');
      refusedWith(reply, 'NO_ROOM', `A payload of ${payload.length} bytes`);
      await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
    },
  ],
  [
    'A number that an enumeration does not name',
    'CONFIGURE with it is refused with OUT_OF_RANGE and names the field; the message is not malformed.',
    'PAY-7 CFG-3',
    async (bench) => {
      const client = await bench.controlled();
      const reply = await client.ask(bench.configureMessage({ fields: 64, triggerMode: 200 }));
      if (reply.type !== 'REFUSED') fail(`triggerMode 200 was answered ${reply.type}.`);
      if (reply.resultCode === resultCode.OUT_OF_RANGE && reply.field === 'fields') {
        informational('The device does not let the trigger mode be set.');
      }
      same('resultCode and field', [reply.resultCode, reply.field], [resultCode.OUT_OF_RANGE, 'triggerMode']);
    },
  ],
  [
    'Messages without a zero for longer than a piece of COBS',
    'On a stream carrier they are taken, pieces of 254 bytes and of one more and less.',
    'CAR-4 CAR-3',
    async (bench) => {
      const client = await bench.greeted();
      if (client.transport.carrier !== 'stream') informational('On this carrier messages are not encoded by COBS.');
      for (const tail of [250, 253, 254, 255, 508, 600]) {
        const payload = new Uint8Array(8 + tail).fill(0x5a, 8);
        payload[0] = tail & 0xff;
        const reply = await askRaw(client, { type: CLOCK_SYNC.id, payload }, `CLOCK_SYNC with ${tail} bytes more`);
        same(
          'The reply',
          [reply.type, reply.type === 'CLOCK_SYNC_REPLY' && reply.hostTime],
          ['CLOCK_SYNC_REPLY', tail & 0xff],
        );
      }
    },
  ],
]);
