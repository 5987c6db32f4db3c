import {
  type Configure,
  type ConfigureReply,
  configurationField,
  counterId,
  crc32c,
  type DescribeReply,
  encodeMessage,
  HEADER_BYTES,
  type Message,
  pacingMode,
  type ReadoutRecord,
  resultCode,
} from '@opu/protocol';
import { fail, informational, same } from '../runner/case.js';
import type { Heard, OfType, WireClient } from '../wire/wire-client.js';
import type { DeviceBench } from './device-bench.js';

/** Checks that a message is a refusal for the given reason. */
export function refusedWith(reply: Message, code: keyof typeof resultCode, what: string): OfType<'REFUSED'> {
  if (reply.type !== 'REFUSED') fail(`${what} was answered ${reply.type}; expected is REFUSED ${code}.`);
  if (reply.resultCode !== resultCode[code]) {
    fail(`${what} was refused with code ${reply.resultCode} ("${reply.text}"); expected is ${code}.`);
  }
  return reply;
}

/** Values of the counters, by id. */
export async function counters(client: WireClient): Promise<Map<number, number>> {
  const reply = await client.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
  return new Map(reply.counters.toArray().map(({ id, value }) => [id, value]));
}

export async function counter(client: WireClient, name: keyof typeof counterId): Promise<number> {
  return (await counters(client)).get(counterId[name]) ?? fail(`The device has no counter ${name}.`);
}

export interface Frame {
  readonly record: ReadoutRecord;
  readonly image: Uint8Array;
  readonly message: OfType<'READOUTS'>;
  readonly repeated: boolean;
}

/** All readouts that came since a point. */
export function frames(client: { readonly heard: readonly Heard[] }, from = 0): Frame[] {
  return client.heard.slice(from).flatMap(({ message, header }) => {
    if (message.type !== 'READOUTS') return [];
    const { imageBytes, data } = message;
    return message.frames.toArray().map((record, i) => ({
      record,
      image: data.subarray(i * imageBytes, (i + 1) * imageBytes),
      message,
      repeated: (header.compatibleFlags & 1) !== 0,
    }));
  });
}

export interface Run {
  readonly start: OfType<'DONE'>;
  readonly firstPattern: number;
  readonly frames: readonly Frame[];
  readonly ended: OfType<'RUN_ENDED'>;
}

/** Id of the next pattern, asked of the device. */
export async function nextPatternId(bench: DeviceBench, client: WireClient): Promise<number> {
  return (await askCredit(bench, client)).nextPatternId;
}

export async function askCredit(bench: DeviceBench, client: WireClient): Promise<OfType<'PATTERN_CREDIT'>> {
  bench.needFreedom();
  const from = client.heard.length;
  // A request behind it makes sure that a credit that comes is the answer, and that nothing older is on its way.
  await client.get({ type: 'HEARTBEAT' }, 'DONE');
  const at = Math.max(from, client.heard.length);
  const known = client.all('PATTERN_CREDIT').at(-1)?.nextPatternId ?? 0;
  client.send({
    type: 'PATTERNS',
    firstPatternId: known,
    count: 0,
    encoding: 0,
    flags: 0,
    patternBytes: bench.facts.configuration.patternBytes,
    firstRow: 0,
    rowCount: 0,
    data: new Uint8Array(),
  });
  return await client.until('PATTERN_CREDIT after an empty PATTERNS', () => client.all('PATTERN_CREDIT', at).at(-1));
}

/** Shows patterns (no more than fit in pattern RAM) in one run, from the upload to RUN_ENDED. */
export async function show(bench: DeviceBench, client: WireClient, patterns: readonly Uint8Array[]): Promise<Run> {
  const firstPattern = await nextPatternId(bench, client);
  bench.sendPatterns(client, firstPattern, patterns);
  const from = client.heard.length;
  const start = await client.get({ type: 'START', flags: 0 }, 'DONE');
  client.send({ type: 'READOUT_CREDIT', creditLimit: start.value + patterns.length });
  const ended = await client.until('RUN_ENDED', () => client.all('RUN_ENDED', from)[0]);
  const end = client.heard.findIndex(({ message }) => message === ended);
  const made = frames({ heard: client.heard.slice(from, end) });
  client.send({ type: 'READOUT_ACK', nextFrame: ended.nextFrame });
  same('The number of readouts before RUN_ENDED', made.length, patterns.length);
  return { start, firstPattern, frames: made, ended };
}

/** Mean of the pixels of an image, for the formats that have whole bytes or floats. */
export function meanOf({ image, message }: Frame): number {
  const values = pixelsOf(image, message.pixelFormat);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function pixelsOf(image: Uint8Array, format: number): number[] {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  if (format === 0) return [...image];
  if (format === 3) return Array.from({ length: image.length / 2 }, (_, i) => view.getUint16(2 * i, true));
  if (format === 4) return Array.from({ length: image.length / 4 }, (_, i) => view.getFloat32(4 * i, true));
  const bits = format === 1 ? 10 : 12;
  return Array.from({ length: Math.floor((image.length * 8) / bits) }, (_, i) => {
    let value = 0;
    for (let k = 0; k < bits; k++) {
      const at = i * bits + k;
      value |= ((image[at >> 3]! >> (at & 7)) & 1) << k;
    }
    return value;
  });
}

/** Correlation coefficient of two images. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [a[i]! - ma, b[i]! - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Pmin and its limiting term by the rule of OPU-CFG-4. */
export function minimumPeriod(
  d: DescribeReply,
  c: { readonly exposureTicks: number; readonly extraSettleTicks: number; readonly regionHeight: number },
): { readonly ticks: number; readonly term: number } {
  const terms = [
    d.settleTicks + c.extraSettleTicks + d.triggerDelayTicks + c.exposureTicks,
    d.settleTicks + d.loadTicks,
    d.transferTicks + c.regionHeight * d.readoutRowTicks,
  ];
  const longest = Math.max(...terms);
  return { ticks: Math.ceil(longest / d.refreshTicks) * d.refreshTicks, term: terms.indexOf(longest) + 1 };
}

/** Lets device time pass: exactly so much where it is virtual, at least so much otherwise. */
export async function letPass(bench: DeviceBench, client: WireClient, ticks: number): Promise<void> {
  if (bench.has('VIRTUAL_CLOCK')) await client.get({ type: 'SPEND', ticks }, 'DONE');
  else await bench.sleep(hostTicks(bench, ticks));
}

/** Ticks of the device as ticks of the host's clock, which are 10 ns. */
export function hostTicks(bench: DeviceBench, ticks: number): number {
  return Math.ceil((ticks * bench.description.tickPicoseconds) / 10_000);
}

/** From here on time passes only when it is spent, where it is virtual. */
export async function holdTime(bench: DeviceBench, client: WireClient): Promise<void> {
  if (bench.has('VIRTUAL_CLOCK')) await client.get({ type: 'SET_PACING', mode: pacingMode.LOCKSTEP }, 'DONE');
}

export async function releaseTime(bench: DeviceBench, client: WireClient): Promise<void> {
  if (bench.has('VIRTUAL_CLOCK')) await client.get({ type: 'SET_PACING', mode: pacingMode.FREE }, 'DONE');
}

/** Configures; ends the case when the device refuses because it cannot set these fields at all. */
export async function configured(
  bench: DeviceBench,
  client: WireClient,
  change: Partial<Configure>,
): Promise<ConfigureReply> {
  const reply = await client.ask(bench.configureMessage(change));
  if (reply.type === 'REFUSED' && reply.field === 'fields') informational(`The device cannot be set so: ${reply.text}`);
  if (reply.type !== 'CONFIGURE_REPLY') fail(`CONFIGURE was answered ${reply.type}: ${JSON.stringify(reply)}.`);
  return reply;
}

/** Sets a period of at least so many ticks, rounded as the device needs it. */
export async function withPeriod(bench: DeviceBench, client: WireClient, atLeast: number): Promise<ConfigureReply> {
  const { refreshTicks } = bench.description;
  const periodTicks = Math.ceil(Math.max(atLeast, bench.facts.configuration.minimumPeriodTicks) / refreshTicks);
  return await configured(bench, client, {
    fields: configurationField.PERIOD,
    periodTicks: periodTicks * refreshTicks,
  });
}

/** The configuration that stands obeys the rules: its hash is that of its bytes, and its period is none below Pmin. */
export async function configurationHolds(bench: DeviceBench, client: WireClient): Promise<void> {
  const now = await client.get({ type: 'GET_CONFIGURATION' }, 'CONFIGURE_REPLY');
  const bytes = encodeMessage({ sequence: 0 }, now);
  same('configurationHash', now.configurationHash, crc32c(bytes, HEADER_BYTES, HEADER_BYTES + 80));
  // A recording says what was recorded.
  if (bench.has('RECORDING')) return;
  const { ticks } = minimumPeriod(bench.description, now);
  same('minimumPeriodTicks', now.minimumPeriodTicks, ticks);
  if (now.periodTicks < ticks) fail(`The period is ${now.periodTicks} ticks, below Pmin (${ticks}).`);
}
