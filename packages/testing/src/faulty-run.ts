import { openOpu, type Transport } from '@opu/driver';
import { crc32c } from '@opu/protocol';
import { type ChunkFaults, FaultMenu, FaultyTransport } from './faulty-transport.js';

export interface FaultyRun {
  /** Opens another transport to the device. */
  readonly open: () => Promise<Transport>;
  readonly faults: ChunkFaults;
  readonly seed: number;
  readonly unplugs: number;
  readonly frames: number;
}

export interface FaultyResult {
  /** CRC-32C of all pixels in order. */
  readonly crc: number;
  readonly frames: number;
  /** Readouts whose pattern or frame was not the one that had to come. */
  readonly wrong: number;
  readonly counts: FaultMenu['counts'];
  readonly linksLost: number;
  /** Heap that was in use after the first tenth and at the end, bytes. */
  readonly heap: readonly [number, number];
}

const TIMEOUTS = { request: 60, retries: 10, silence: 30, probes: 12, reconnect: 20_000, heartbeat: 0 };

/** Streams patterns over a link with faults and says what came of it. */
export async function faultyRun(run: FaultyRun): Promise<FaultyResult> {
  const menu = new FaultMenu(run.faults, run.seed, run.unplugs);
  const open = async (): Promise<Transport> => new FaultyTransport(await run.open(), menu);
  const device = await openOpu('faulty:', {
    schemes: { faulty: async () => ({ transport: await open(), reconnect: open }) },
    timeouts: TIMEOUTS,
    pacing: 'free',
  });
  menu.armed = true;
  const { patternBytes } = device.configuration;
  const patterns = function* (): Generator<Uint8Array> {
    for (let i = 0; i < run.frames; i++) yield new Uint8Array(patternBytes).fill((i * 2654435761) >>> 24);
  };
  let crc = 0;
  let frames = 0;
  let wrong = 0;
  let early = 0;
  for await (const readout of device.stream(patterns())) {
    if (readout.patternId !== frames || readout.frame !== frames) wrong++;
    crc = crc32c(readout.image.data as Uint8Array, 0, undefined, crc);
    frames++;
    if (frames === Math.floor(run.frames / 10)) early = process.memoryUsage().heapUsed;
  }
  menu.armed = false;
  const linksLost = (await device.counters()).get('host_links_lost') ?? -1;
  await device.close();
  return { crc, frames, wrong, counts: menu.counts, linksLost, heap: [early, process.memoryUsage().heapUsed] };
}
