import { createPatterns, encodeMessage, frameForCarrier, messageCodecs } from '@opu/protocol';
import { check, fail, informational, same } from '../runner/case.js';
import { helloOf } from './device-bench.js';
import { group } from './device-case.js';
import { openSession } from './session-steps.js';
import { counter, refusedWith } from './steps.js';

export const handshakeCases = group('HS', 'handshake', [
  [
    'A request before HELLO',
    'REFUSED NO_HANDSHAKE; HELLO works afterwards.',
    'HS-1',
    async (bench) => {
      const client = await bench.connect();
      refusedWith(await client.ask({ type: 'DESCRIBE' }), 'NO_HANDSHAKE', 'DESCRIBE before HELLO');
      await bench.greet(client);
    },
  ],
  [
    'HELLO_REPLY',
    'It names the same major version, takes payloads of 4096 bytes at least, and says who the device is.',
    'HS-2 HS-3',
    async (bench) => {
      const hello = await bench.greet(await bench.connect());
      same('versionMajor', hello.versionMajor, 1);
      check(hello.maximumPayload >= 4096, `maximumPayload is ${hello.maximumPayload}; it has to be 4096 at least.`);
      check(hello.model !== '', 'The model has no name.');
    },
  ],
  [
    'HELLO of another major version',
    'REFUSED VERSION_MISMATCH with both versions in the text.',
    'HS-2',
    async (bench) => {
      const client = await bench.connect();
      const reply = await client.ask({ ...helloOf(bench.freshHostId()), versionMajor: 93 });
      const { text } = refusedWith(reply, 'VERSION_MISMATCH', 'HELLO of version 93');
      check(/93/.test(text) && /\b1\b/.test(text), `The text does not name both versions: "${text}".`);
    },
  ],
  [
    'A header of another major version',
    'REFUSED VERSION_MISMATCH; the message is not acted on.',
    'LNK-5 MSG-9',
    async (bench) => {
      const client = await bench.greeted();
      const requestId = client.nextRequestId();
      const type = messageCodecs.DESCRIBE.id;
      client.sendRaw({ type, versionMajor: 2, requestId });
      const { message } = await client.replyTo(requestId, 'DESCRIBE in version 2');
      same('requestType', refusedWith(message, 'VERSION_MISMATCH', 'DESCRIBE in version 2').requestType, type);
    },
  ],
  [
    'Another schema hash and a newer minor version',
    'They decide nothing.',
    'HS-4 HS-5',
    async (bench) => {
      const client = await bench.connect();
      const hello = { ...helloOf(bench.freshHostId()), versionMinor: 250, schemaHash: 'ab'.repeat(16) };
      await client.get(hello, 'HELLO_REPLY');
      await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
    },
  ],
  [
    'A second HELLO on a connection',
    'It is answered like the first.',
    'HS-9',
    async (bench) => {
      const client = await bench.connect();
      const hostId = bench.freshHostId();
      same('The second HELLO_REPLY', await bench.greet(client, hostId), await bench.greet(client, hostId));
    },
  ],
  [
    'A session with an id',
    'HELLO_REPLY answers the nonce of HELLO, and every other message carries the id of both nonces.',
    'HS-10 HS-11',
    async (bench) => {
      const client = await bench.connect();
      const session = await openSession(bench, client, 0x2000_0001);
      const from = client.heard.length;
      await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
      await client.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
      await client.get({ type: 'RELEASE_CONTROL' }, 'DONE');
      for (const { header, message } of client.heard.slice(from))
        same(`session of ${message.type}`, header.session, session);
      await client.close();
      const other = await bench.connect();
      const another = await openSession(bench, other, 0x2000_0001);
      if (another === session)
        fail('Two connections with the same hostNonce got the same session: deviceNonce is not drawn anew.');
    },
  ],
  [
    'Messages of another session',
    'They are not acted on and not answered, whatever they are; counted in MESSAGES_FOREIGN.',
    'HS-11',
    async (bench) => {
      const client = await bench.connect();
      const session = await openSession(bench, client, 0x2000_0002);
      const before = await counter(client, 'MESSAGES_FOREIGN');
      const from = client.heard.length;
      for (const wrong of [0, session ^ 1, session ^ 0x8000]) {
        client.session = wrong;
        client.send({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, client.nextRequestId());
        client.send({ type: 'HEARTBEAT' });
      }
      client.session = session;
      const after = await counter(client, 'MESSAGES_FOREIGN');
      same('MESSAGES_FOREIGN', after - before, 6);
      same('The number of answers', client.heard.slice(from).length, 1);
      // Nobody has control.
      await client.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
      await client.get({ type: 'RELEASE_CONTROL' }, 'DONE');
    },
  ],
  [
    'An old HELLO within a session',
    'It is answered; the session goes on until a message of the new one comes.',
    'HS-13',
    async (bench) => {
      const client = await bench.connect();
      const session = await openSession(bench, client, 0x2000_0003);
      const other = await openSession(bench, client, 0x2000_0004);
      client.session = session;
      await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
      client.session = other;
      await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
      const from = client.heard.length;
      client.session = session;
      client.send({ type: 'DESCRIBE' }, client.nextRequestId());
      client.session = other;
      await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
      same('The number of answers', client.heard.slice(from).length, 1);
    },
  ],
  [
    'Bytes of an earlier connection in front of HELLO',
    'They are skipped where only lengths delimit messages, also when they end within one.',
    'CAR-7',
    async (bench) => {
      const client = await bench.connect();
      const old = encodeMessage({ sequence: 7 }, { ...createPatterns(), data: new Uint8Array(3000) });
      client.sendBytes(frameForCarrier(client.transport.carrier, old).subarray(0, 1000));
      if (client.transport.carrier !== 'length') client.sendBytes(Uint8Array.of(0));
      const hello = await client
        .ask(helloOf(bench.freshHostId()))
        .catch(() => informational('The device finds no HELLO behind bytes of an earlier connection.'));
      same('The answer to HELLO', hello.type, 'HELLO_REPLY');
      await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
    },
  ],
  [
    'bootId over connections',
    'It stays the same while the device is on.',
    'HS-6',
    async (bench) => {
      const first = await bench.connect();
      const { bootId } = await bench.greet(first);
      await first.close();
      const second = await bench.greet(await bench.connect());
      same('bootId after another connection', second.bootId, bootId);
    },
  ],
  [
    'HELLO with a host id that another connection has',
    'The other connection is dead: its lease ends and nothing is sent on it any more.',
    'HS-7 CTL-5',
    async (bench) => {
      const hostId = bench.freshHostId();
      const first = await bench.controlled(hostId);
      const second = await bench.another(hostId);
      const heard = first.heard.length;
      if (first.end === undefined) first.send({ type: 'DESCRIBE' }, first.nextRequestId());
      // The second host's request ids go on from the first one's.
      second.continueRequestIds(1000);
      await second.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
      await second.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
      same('The number of messages on the dead connection', first.heard.length, heard);
    },
  ],
  [
    'DESCRIBE_REPLY',
    'Its figures do not contradict each other.',
    'HS-8',
    async (bench) => {
      const client = await bench.greeted();
      const d = await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
      const rules: [boolean, string][] = [
        [d.modulatorWidth > 0 && d.modulatorHeight > 0, 'the modulator has no mirrors'],
        [d.sensorWidth > 0 && d.sensorHeight > 0, 'the sensor has no pixels'],
        [d.patternSlots > 0 && d.frameBuffers > 0, 'there is no room for a pattern or a frame'],
        [d.minimumExposureTicks <= d.maximumExposureTicks, 'the shortest exposure is longer than the longest'],
        [d.minimumPeriodTicks <= d.maximumPeriodTicks, 'the shortest period is longer than the longest'],
        [d.pixelFormats !== 0, 'there is no pixel format'],
        [d.tickPicoseconds > 0 && d.refreshTicks > 0, 'a tick or the refresh period has no length'],
        [d.storedReplies > 0, 'no reply is stored'],
        [d.minimumHeartbeatMicroseconds <= d.maximumHeartbeatMicroseconds, 'heartbeat bounds are the wrong way round'],
      ];
      for (const [holds, text] of rules) check(holds, `DESCRIBE_REPLY says that ${text}.`);
    },
  ],
]);
