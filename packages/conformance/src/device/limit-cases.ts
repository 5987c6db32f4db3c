import { configurationField, messageCodecs } from '@opu/protocol';
import { check, fail, informational, nonStrict, same } from '../runner/case.js';
import type { WireClient } from '../wire/wire-client.js';
import { LEAST_MAXIMUM_PAYLOAD } from '../wire/wire-client.js';
import { type DeviceBench, helloOf } from './device-bench.js';
import { group } from './device-case.js';
import { counters, frames, hostTicks, nextPatternId, refusedWith, show } from './steps.js';

const REQUESTS = 300;
/** Frames of the long stream, as far as the link is fast enough. */
const STREAMED = 600;
const STREAM_CARRIER_BYTES = 2 ** 16;
/** 1 ms of device time, the jitter that is allowed in real time. */
const jitterTicks = (bench: DeviceBench): number => 1e9 / bench.description.tickPicoseconds;

/** A connection in control of a host that takes the shortest payloads that a host may take. */
async function smallHost(bench: DeviceBench): Promise<WireClient> {
  const client = await bench.connect();
  const hello = { ...helloOf(bench.freshHostId()), maximumPayload: LEAST_MAXIMUM_PAYLOAD };
  await client.get(hello, 'HELLO_REPLY');
  await bench.acquire(client);
  await client.get({ type: 'ABORT' }, 'RUN_REPORT');
  return client;
}

/** Resets lie P apart, and every slot between them was counted. */
function slotsAreCounted(bench: DeviceBench, resets: readonly number[], counted: number): void {
  const { periodTicks, minimumPeriodTicks } = bench.facts.configuration;
  const slots = (resets.at(-1)! - resets[0]!) / periodTicks;
  if (slots === resets.length - 1 + counted) return;
  const text = `${resets.length} frames took ${slots.toFixed(3)} periods, and ${counted} slots without a frame were counted.`;
  if (bench.has('VIRTUAL_CLOCK')) fail(text);
  resets.slice(1).forEach((tick, k) => {
    check(
      tick - resets[k]! >= minimumPeriodTicks,
      `Frame ${k + 1} was reset ${tick - resets[k]!} ticks after the one before, below Pmin.`,
    );
  });
  const off = Math.abs(slots - (resets.length - 1 + counted)) * periodTicks;
  check(off <= jitterTicks(bench), `${text} That is ${Math.round(off)} ticks off; ${jitterTicks(bench)} are allowed.`);
  nonStrict(text);
}

async function rise<T>(
  client: WireClient,
  run: () => Promise<T>,
): Promise<{ result: T; underrun: number; stall: number }> {
  const before = await counters(client);
  const result = await run();
  const after = await counters(client);
  const of = (id: number): number => (after.get(id) ?? 0) - (before.get(id) ?? 0);
  return { result, underrun: of(2), stall: of(3) };
}

export const limitCases = group('LIM', 'limits and throughput', [
  [
    `${REQUESTS} requests at once`,
    'Each has exactly one reply under its own id; sequences of the device go on beyond 255.',
    'REQ-1 MSG-4',
    async (bench) => {
      const client = await bench.greeted();
      const ids = Array.from({ length: REQUESTS }, () => client.nextRequestId());
      ids.forEach((id, k) => void client.send({ type: 'CLOCK_SYNC', hostTime: k }, id));
      for (const [k, id] of ids.entries()) {
        const { message } = await client.replyTo(id, 'CLOCK_SYNC');
        same(`hostTime of request ${id}`, message.type === 'CLOCK_SYNC_REPLY' && message.hostTime, k);
      }
      await client.get({ type: 'HEARTBEAT' }, 'DONE');
      for (const id of ids) same(`The number of replies to request ${id}`, client.finalReplies(id).length, 1);
    },
  ],
  [
    'A payload as long as the device takes',
    'It is taken.',
    'HS-3 LNK-2 PAY-3',
    async (bench) => {
      const { maximumPayload } = bench.facts.hello;
      const client = await bench.greeted();
      if (maximumPayload > 2 ** 26 || (client.transport.carrier === 'stream' && maximumPayload > 2 ** 14)) {
        informational(`The device takes payloads of ${maximumPayload} bytes; so much is not sent here.`);
      }
      const requestId = client.nextRequestId();
      client.sendRaw({ type: messageCodecs.HEARTBEAT.id, requestId, payload: new Uint8Array(maximumPayload) });
      const { message } = await client.replyTo(requestId, `a payload of ${maximumPayload} bytes`);
      same('The reply', message.type, 'DONE');
    },
  ],
  [
    'A host that takes payloads of 4096 bytes',
    'No message of the device has a longer one; START is refused with NO_ROOM where a readout does not fit.',
    'HS-3 RUN-1',
    async (bench) => {
      const client = await smallHost(bench);
      const first = await nextPatternId(bench, client);
      const count = Math.min(8, bench.description.patternSlots);
      bench.sendPatterns(
        client,
        first,
        Array.from({ length: count }, (_, k) => bench.pattern(k)),
      );
      const start = await client.ask({ type: 'START', flags: 0 });
      if (start.type !== 'DONE') {
        refusedWith(start, 'NO_ROOM', 'START for a host that takes 4096 bytes');
        return;
      }
      client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + count });
      await client.until('RUN_ENDED', () => client.all('RUN_ENDED')[0]);
      same('Frames', frames(client).length, count);
    },
  ],
  [
    'Readouts that are too long for the host',
    'START is refused with NO_ROOM, and no run is under way.',
    'RUN-1 REQ-6',
    async (bench) => {
      const { sensorWidth, sensorHeight } = bench.description;
      if (sensorWidth * sensorHeight < 2 * LEAST_MAXIMUM_PAYLOAD) informational('The whole sensor fits in 4096 bytes.');
      const client = await smallHost(bench);
      const region = { regionX: 0, regionY: 0, regionWidth: sensorWidth, regionHeight: sensorHeight };
      const fields = configurationField.REGION_OF_INTEREST | configurationField.PERIOD;
      const query = { ...bench.configureMessage({ ...region, fields }), type: 'QUERY_PERIOD' } as const;
      const { minimumPeriodTicks } = await client.get(query, 'QUERY_PERIOD_REPLY');
      await client.get(
        bench.configureMessage({ ...region, fields, periodTicks: minimumPeriodTicks }),
        'CONFIGURE_REPLY',
      );
      refusedWith(await client.ask({ type: 'START', flags: 0 }), 'NO_ROOM', 'START for a host that takes 4096 bytes');
      same('Frames of no run', (await client.get({ type: 'STOP' }, 'RUN_REPORT')).type, 'RUN_REPORT');
    },
  ],
  [
    'Pattern RAM full of patterns, and credit for all of them',
    'Frames come at the full rate: resets are P apart, but for slots that are counted as STALL. None is counted as UNDERRUN.',
    'RUN-8 RUN-9 PAT-5',
    async (bench) => {
      const client = await bench.controlled();
      const { patternBytes } = bench.facts.configuration;
      const most =
        client.transport.carrier === 'stream' ? Math.max(2, Math.floor(STREAM_CARRIER_BYTES / patternBytes)) : 64;
      const count = Math.min(64, most, bench.description.patternSlots);
      const patterns = Array.from({ length: count }, (_, k) => bench.pattern(k % 8));
      const { result: run, underrun, stall } = await rise(client, () => show(bench, client, patterns));
      same('The rise of UNDERRUN', underrun, 0);
      const resets = run.frames.map(({ record }) => record.resetTick);
      slotsAreCounted(bench, resets, stall);
    },
  ],
  [
    'A stream of more patterns than pattern RAM has room for',
    'Each pattern is shown once and in order, each readout comes once and in order, and every slot that passes is counted.',
    'PAT-6 PAT-7 RUN-2 RUN-8 RDO-1 RDO-6',
    async (bench) => {
      const client = await bench.controlled();
      const { patternBytes, regionWidth, regionHeight, periodTicks } = bench.facts.configuration;
      const { patternSlots, frameBuffers } = bench.description;
      const perFrame = patternBytes + regionWidth * regionHeight;
      const isSlow = client.transport.carrier === 'stream';
      const wished = Math.min(STREAMED, 3 * patternSlots);
      const count = isSlow ? Math.min(wished, Math.ceil(STREAM_CARRIER_BYTES / perFrame)) : wished;
      if (hostTicks(bench, periodTicks * count) > 3_000_000_000 && !bench.has('VIRTUAL_CLOCK')) {
        informational(`${count} frames would take more than 30 s.`);
      }
      const first = await nextPatternId(bench, client);
      const {
        result: resets,
        underrun,
        stall,
      } = await rise(client, () => stream(bench, client, first, count, frameBuffers));
      slotsAreCounted(bench, resets, underrun + stall);
    },
  ],
]);

/** Sends as many patterns as there is credit, acknowledges what comes, and gives credit for some readouts at a time. */
async function stream(bench: DeviceBench, client: WireClient, first: number, count: number, window: number) {
  const patterns = Array.from({ length: 16 }, (_, k) => bench.pattern(k));
  const { patternBytes } = bench.facts.configuration;
  const each = Math.max(1, Math.min(64, Math.floor((bench.facts.hello.maximumPayload - 64) / patternBytes)));
  const from = client.heard.length;
  let sent = 0;
  const feed = (): void => {
    const limit = client.all('PATTERN_CREDIT').at(-1)?.creditLimit ?? first;
    while (sent < count && first + sent < limit) {
      const part = Math.min(each, count - sent, limit - first - sent);
      const list = Array.from({ length: part }, (_, k) => patterns[(sent + k) % patterns.length]!);
      bench.sendPatterns(client, first + sent, list, sent + part === count);
      sent += part;
    }
  };
  feed();
  const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
  client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + window });
  for (let seen = 0; client.all('RUN_ENDED', from).length === 0; ) {
    seen = client.heard.length;
    await client.until('more of the stream', () => (client.heard.length > seen ? true : undefined));
    feed();
    const next = (frames(client, from).at(-1)?.record.frame ?? start.value - 1) + 1;
    client.send({ type: 'READOUT_ACK', nextFrame: next });
    client.send({ type: 'READOUT_CREDIT', creditLimit: next + window });
  }
  const records = frames(client, from).map(({ record }) => record);
  same('The number of readouts', records.length, count);
  records.forEach(({ frame, patternId, droppedBefore }, k) => {
    same(`Readout ${k}`, [frame, patternId, droppedBefore], [start.value + k, first + k, 0]);
  });
  return records.map(({ resetTick }) => resetTick);
}
