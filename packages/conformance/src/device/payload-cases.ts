import {
  deviceFeature,
  encodeMessage,
  HEADER_BYTES,
  messageCodecs,
  PROTOCOL_VERSION_MINOR,
  patternFlag,
  pixelFormatBit,
  readoutFlag,
  TRAILER_BYTES,
} from '@opu/protocol';
import { check, informational, same } from '../runner/case.js';
import type { WireClient } from '../wire/wire-client.js';
import { helloOf } from './device-bench.js';
import { group } from './device-case.js';
import { frames, nextPatternId, refusedWith } from './steps.js';

const { HELLO, CLOCK_SYNC } = messageCodecs;
/** Of the nonce behind the name; a payload that ends in front of it is one of version 1.0. */
const NONCE_BYTES = 4;
/** Largest packets of USB 2 and USB 3 bulk endpoints. */
const PACKETS = [512, 1024];

const everyBit = (values: Readonly<Record<string, number>>): number =>
  Object.values(values).reduce((bits, bit) => bits | bit, 0);

async function askHello(client: WireClient, hostId: number, name: readonly number[]) {
  const message = encodeMessage({ sequence: 0 }, { ...helloOf(hostId), hostName: '' });
  const fixed = message.subarray(HEADER_BYTES, message.length - TRAILER_BYTES - NONCE_BYTES - 2);
  const payload = Uint8Array.from([...fixed, name.length & 0xff, name.length >> 8, ...name]);
  const requestId = client.nextRequestId();
  client.sendRaw({ type: HELLO.id, requestId, payload });
  return (await client.replyTo(requestId, 'HELLO')).message;
}

export const payloadCases = group('PAY', 'payloads', [
  [
    'Payloads of the device',
    'Fields stand in the order of their tables without gaps, and reserved ones are 0.',
    'PAY-1 MSG-6',
    async (bench) => {
      const client = await bench.controlled();
      await client.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
      await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
      await client.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
      await client.get({ type: 'CLOCK_SYNC', hostTime: 1 }, 'CLOCK_SYNC_REPLY');
      same('What the device wrote otherwise', client.complaints, []);
    },
  ],
  [
    'A name of 129 bytes, and one that is no UTF-8',
    'HELLO with the first is refused with MALFORMED, HELLO with the other is answered.',
    'PAY-6 LNK-5',
    async (bench) => {
      const client = await bench.connect();
      const long = await askHello(client, bench.freshHostId(), Array(129).fill(0x61));
      refusedWith(long, 'MALFORMED', 'HELLO with a name of 129 bytes');
      const strange = await askHello(client, bench.freshHostId(), [0xff, 0xfe, 0x80, 0xc0]);
      same('The reply to HELLO with a name that is no UTF-8', strange.type, 'HELLO_REPLY');
    },
  ],
  [
    'Bits that nobody knows in sets',
    'The device sends none, and ignores those in the flags of PATTERNS.',
    'PAY-8',
    async (bench) => {
      const { features, pixelFormats } = bench.description;
      const client = await bench.controlled();
      if (bench.facts.hello.versionMinor <= PROTOCOL_VERSION_MINOR) {
        same('Unknown bits of features', (features & ~everyBit(deviceFeature)) >>> 0, 0);
        same('Unknown bits of pixelFormats', (pixelFormats & ~everyBit(pixelFormatBit)) >>> 0, 0);
      }
      const first = await nextPatternId(bench, client);
      bench.sendPatterns(client, first, [bench.pattern(0)], patternFlag.LAST | 0xf0);
      const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + 1 });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      const shown = frames(client).map(({ record }) => record);
      same(
        'Patterns that were shown',
        shown.map(({ patternId }) => patternId),
        [first],
      );
      if (bench.facts.hello.versionMinor > PROTOCOL_VERSION_MINOR) return;
      for (const { flags } of shown) same('Unknown bits of a readout', (flags & ~everyBit(readoutFlag)) >>> 0, 0);
    },
  ],
  [
    'Messages as long as packets',
    'On a message carrier the transfer ends with an empty packet; the message is answered.',
    'CAR-2',
    async (bench) => {
      const client = await bench.greeted();
      if (client.transport.carrier !== 'message') informational('On this carrier there are no transfers.');
      for (const packet of PACKETS) {
        const payload = new Uint8Array(packet - HEADER_BYTES - TRAILER_BYTES);
        const requestId = client.nextRequestId();
        client.sendRaw({ type: CLOCK_SYNC.id, requestId, payload });
        const { message } = await client.replyTo(requestId, `CLOCK_SYNC of ${packet} bytes`);
        check(message.type === 'CLOCK_SYNC_REPLY', `CLOCK_SYNC of ${packet} bytes was answered ${message.type}.`);
      }
    },
  ],
]);
