import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileSource, openRecorder, recordDevice, verifyCapture } from '@opu/capture';
import type { Clock, Transport } from '@opu/core';
import { isOpuError, type OpuDevice, openOpu, type RemoteDevice } from '@opu/driver';
import { createEmulatedDevice, type EmulatedDevice } from '@opu/emulator';
import { crc32c } from '@opu/protocol';
import { type ChunkFaults, FaultMenu, FaultyTransport, testRandom } from '../faulty-transport.js';
import { WireHost } from '../wire/wire-host.js';

/** One way to a device. */
export interface SoakWay {
  readonly name: string;
  readonly faults: ChunkFaults;
  serve(device: EmulatedDevice): Promise<{ open(): Promise<Transport>; close(): Promise<void> }>;
  /** Whether others may look on beside the host in control. */
  readonly onlookers: boolean;
}

export interface SoakResult {
  readonly way: string;
  readonly rounds: number;
  readonly frames: number;
  readonly aborted: number;
  readonly stopped: number;
  readonly linksLost: number;
  readonly looks: number;
  /** What was wrong, for people; has to be empty. */
  readonly problems: readonly string[];
}

interface Sums {
  rounds: number;
  frames: number;
  aborted: number;
  stopped: number;
  linksLost: number;
  looks: number;
}

const KINDS = 16;
const TIMEOUTS = { request: 400, retries: 8, silence: 200, probes: 10, reconnect: 30_000, heartbeat: 0 };

/** The pattern with this number of a round is of this kind: one byte, repeated. */
const kindOf = (index: number): number => (index * 7 + (index >> 4)) % KINDS;

/** CRC-32C of the image of each kind of pattern on a device without noise. */
async function imagesOf(device: OpuDevice): Promise<number[]> {
  const { patternBytes } = device.configuration;
  const crcs: number[] = [];
  const patterns = Array.from({ length: KINDS }, (_, kind) => new Uint8Array(patternBytes).fill(kind * 17));
  for await (const { image } of device.stream(patterns)) crcs.push(crc32c(image.data as Uint8Array));
  return crcs;
}

/**
 * Uses one device over one way for a while as badly as a laboratory does: a faulty cable, runs that are aborted and stopped anywhere,
 * sessions that come and go, a recorder in between, and others who look on.
 */
export async function soak(way: SoakWay, milliseconds: number, seed: number, clock: Clock): Promise<SoakResult> {
  const device = createEmulatedDevice({ profile: 'tiny', seed: 9, ideal: true });
  const { open, close } = await way.serve(device);
  const folder = mkdtempSync(join(tmpdir(), 'opu-soak-'));
  const random = testRandom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const sums: Sums = { rounds: 0, frames: 0, aborted: 0, stopped: 0, linksLost: 0, looks: 0 };
  const problems: string[] = [];
  const end = clock.now() + milliseconds * 100_000;
  let images: number[] | undefined;
  let lastId = -1;

  async function run(recorded: OpuDevice, plain: RemoteDevice, round: number): Promise<number> {
    const { patternBytes } = recorded.configuration;
    const count = 100 + below(900);
    const leaveAt = below(3) === 0 ? below(count) : -1;
    const how = below(2) === 0 ? 'abort' : 'stop';
    const controller = new AbortController();
    const patterns = function* (): Generator<Uint8Array> {
      for (let i = 0; i < count; i++) yield new Uint8Array(patternBytes).fill(kindOf(i) * 17);
    };
    let came = 0;
    let first = -1;
    try {
      for await (const { patternId, image } of recorded.stream(patterns(), { signal: controller.signal })) {
        if (came === 0) first = patternId;
        if (patternId !== first + came || patternId <= lastId) {
          problems.push(`round ${round}: pattern ${patternId} came after ${lastId}, as number ${came} from ${first}`);
        }
        const crc = crc32c(image.data as Uint8Array);
        if (crc !== images![kindOf(came)]) problems.push(`round ${round}: image ${came} is another one`);
        lastId = patternId;
        came++;
        if (came - 1 !== leaveAt) continue;
        if (how === 'abort') controller.abort();
        else void plain.stop().catch(() => {});
      }
      if (leaveAt < 0 && came !== count) problems.push(`round ${round}: ${came} of ${count} readouts came`);
      if (leaveAt >= 0) sums.stopped++;
    } catch (error) {
      if (!isOpuError(error, 'ABORTED')) problems.push(`round ${round}: ${String(error)}`);
      sums.aborted++;
    }
    // What a stop left in the device is of no further round.
    await plain.abort();
    return came;
  }

  async function look(): Promise<void> {
    const host = await new WireHost(await open()).open();
    try {
      await host.greet(1_000_000 + sums.looks);
      await host.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
      await host.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
      sums.looks++;
    } finally {
      await host.close();
    }
  }

  async function session(round: number): Promise<void> {
    const menu = new FaultMenu(way.faults, seed * 1000 + round, 3);
    const faulty = async (): Promise<Transport> => new FaultyTransport(await open(), menu);
    const plain = await openOpu('soak:', {
      schemes: { soak: async () => ({ transport: await faulty(), reconnect: faulty }) },
      timeouts: TIMEOUTS,
      pacing: 'free',
    });
    images ??= await imagesOf(plain);
    menu.armed = true;
    const path = join(folder, `${round}.mcap`);
    const recorded = await recordDevice(plain, await openRecorder(path, { safety: 'crash' }));
    let frames = 0;
    for (let i = 0; i < 3; i++) frames += await run(recorded, plain, round);
    menu.armed = false;
    sums.linksLost += (await plain.counters()).get('host_links_lost') ?? 0;
    await recorded.close();
    const source = await openFileSource(path);
    const report = await verifyCapture(source);
    await source.close();
    if (!report.ok || !report.complete) problems.push(`round ${round}: the recording is damaged`);
    if (report.frames < frames) problems.push(`round ${round}: ${report.frames} of ${frames} frames are recorded`);
    rmSync(path);
    sums.frames += frames;
  }

  try {
    for (; clock.now() < end && problems.length < 10; sums.rounds++) {
      const looking = way.onlookers && sums.rounds % 4 === 1 ? look() : Promise.resolve();
      await Promise.all([session(sums.rounds), looking]).catch((error: unknown) => {
        problems.push(
          `round ${sums.rounds}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      });
    }
  } finally {
    await close();
    await device.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return { way: way.name, ...sums, problems };
}
