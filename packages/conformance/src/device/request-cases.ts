import { configurationField } from '@opu/protocol';
import { check, informational, same } from '../runner/case.js';
import { group } from './device-case.js';
import { refusedWith } from './steps.js';

export const requestCases = group('REQ', 'requests', [
  [
    'A request that comes again with the same id',
    'It gets its stored reply with REPEATED set and is not run again.',
    'REQ-1 REQ-4 MSG-7',
    async (bench) => {
      const client = await bench.controlled();
      const { exposureTicks } = bench.facts.configuration;
      const change = (less: number) =>
        bench.configureMessage({ fields: configurationField.EXPOSURE, exposureTicks: exposureTicks - less });
      const id = client.nextRequestId();
      const first = await client.get(change(1), 'CONFIGURE_REPLY', id);
      const second = await client.get(change(2), 'CONFIGURE_REPLY');
      const from = client.heard.length;
      client.send(change(1), id);
      const again = await client.replyTo(id, 'the repeated CONFIGURE', from);
      same('The reply to the repeated request', again.message, first);
      same('The flag REPEATED', again.header.compatibleFlags & 1, 1);
      same('The configuration', await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY'), second);
    },
  ],
  [
    'A refused request that comes again',
    'It gets the same refusal.',
    'REQ-4 REQ-7',
    async (bench) => {
      const client = await bench.greeted();
      const id = client.nextRequestId();
      const first = refusedWith(await client.ask({ type: 'STOP' }, id), 'NOT_IN_CONTROL', 'STOP');
      await bench.acquire(client);
      const from = client.heard.length;
      client.send({ type: 'STOP' }, id);
      same('The reply', (await client.replyTo(id, 'the repeated STOP', from)).message, first);
    },
  ],
  [
    'A request that comes again over a new connection of the same host',
    'It gets its stored reply, with REPEATED set.',
    'REQ-5 REQ-4 HS-6',
    async (bench) => {
      const hostId = bench.freshHostId();
      const client = await bench.controlled(hostId);
      const id = client.nextRequestId();
      const first = await client.get({ type: 'CLOCK_SYNC', hostTime: 4711 }, 'CLOCK_SYNC_REPLY', id);
      await client.close();
      const next = await bench.connect();
      next.continueRequestIds(id);
      await bench.greet(next, hostId);
      next.send({ type: 'CLOCK_SYNC', hostTime: 4711 }, id);
      const again = await next.replyTo(id, 'the repeated CLOCK_SYNC');
      same('The reply', again.message, first);
      same('The flag REPEATED', again.header.compatibleFlags & 1, 1);
    },
  ],
  [
    'Stored replies, as many as the device says',
    'The oldest of them is still there; one that was dropped is answered REPLY_GONE and not run.',
    'REQ-5',
    async (bench) => {
      const { storedReplies } = bench.description;
      if (storedReplies > 4096) informational(`The device stores ${storedReplies} replies; they are not all tried.`);
      const client = await bench.controlled();
      const ids: number[] = [];
      for (let i = 0; i <= storedReplies; i++) {
        ids.push(client.nextRequestId());
        await client.get({ type: 'CLOCK_SYNC', hostTime: 1000 + i }, 'CLOCK_SYNC_REPLY', ids[i]);
      }
      const again = async (i: number) => {
        const from = client.heard.length;
        client.send({ type: 'CLOCK_SYNC', hostTime: 1000 + i }, ids[i]);
        return (await client.replyTo(ids[i]!, 'a repeated CLOCK_SYNC', from)).message;
      };
      const kept = await again(1);
      same('The oldest stored reply', kept.type === 'CLOCK_SYNC_REPLY' && kept.hostTime, 1001);
      const gone = await again(0);
      if (gone.type !== 'CLOCK_SYNC_REPLY') refusedWith(gone, 'REPLY_GONE', 'One request more than are stored');
      else same('The stored reply', gone.hostTime, 1000);
    },
  ],
  [
    'A request without a request id',
    'It is carried out, and nothing but a refusal is heard of it.',
    'REQ-8',
    async (bench) => {
      const client = await bench.greeted();
      const from = client.heard.length;
      client.send({ type: 'DESCRIBE' });
      client.send({ type: 'HEARTBEAT' });
      await client.get({ type: 'HEARTBEAT' }, 'DONE');
      check(client.all('DESCRIBE_REPLY', from).length === 0, 'DESCRIBE without a request id was answered.');
      client.send({ type: 'START', flags: 0 });
      const refusal = await client.until('REFUSED under request id 0', () =>
        client.heard.slice(from).find(({ message }) => message.type === 'REFUSED'),
      );
      same('The request id of the refusal', refusal.header.requestId, 0);
    },
  ],
]);
