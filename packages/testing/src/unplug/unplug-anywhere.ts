import { isOpuError, openOpu, type RemoteDevice, type Transport } from '@opu/driver';
import { crc32c } from '@opu/protocol';
import ndarray from 'ndarray';
import { testRandom } from '../faulty-transport.js';

/** A device with a cable that can be pulled. */
export interface Rig {
  /** Another connection; rejects while the cable is out. */
  open(): Promise<Transport>;
  unplug(): Promise<void>;
  plug(): Promise<void>;
}

const phases = ['open', 'configure', 'project', 'stream', 'counters', 'close'] as const;
export type Phase = (typeof phases)[number];

/** When the cable is pulled, counted in the chunks that went over the link, and what becomes of the chunk at hand. */
interface Cut {
  readonly at: number;
  readonly chunk: 'lost' | 'half' | 'whole';
}

/** What came of one session. */
export interface Outcome {
  readonly phase: Phase;
  /** `done`, or the code of the error that ended it. */
  readonly result: string;
  /** CRC-32C of all pixels, when it was done. */
  readonly crc: number;
  readonly linksLost: number;
}

const TIMEOUTS = { request: 150, retries: 4, silence: 60, probes: 8 };
const BATCH = 30;
const STREAM = 60;

/** Chunks that went over the links of one session, and how many had when each phase began. */
class Wire {
  count = 0;
  readonly starts: number[] = [];
  phase: Phase = 'open';
  cutIn: Phase | undefined;
  readonly #cut: Cut | undefined;
  readonly #pull: () => void;

  constructor(cut: Cut | undefined, pull: () => void) {
    this.#cut = cut;
    this.#pull = pull;
  }

  enter(phase: Phase): void {
    this.phase = phase;
    this.starts.push(this.count);
  }

  pass(chunk: Uint8Array, go: (chunk: Uint8Array) => void): void {
    const cut = this.count++ === this.#cut?.at ? this.#cut : undefined;
    if (cut === undefined || cut.chunk === 'whole') go(chunk);
    else if (cut.chunk === 'half') go(chunk.subarray(0, chunk.length >> 1));
    if (cut === undefined) return;
    this.cutIn = this.phase;
    this.#pull();
  }
}

function wired(inner: Transport, wire: Wire): Transport {
  const { address, carrier } = inner;
  return {
    address,
    carrier,
    open: (sink) =>
      inner.open({
        receive: (chunk) => wire.pass(chunk, (bytes) => sink.receive(bytes)),
        ended: (reason) => sink.ended(reason),
      }),
    send: (chunk) => {
      let pause: Promise<void> | undefined;
      wire.pass(chunk, (bytes) => {
        pause = inner.send(bytes);
      });
      return pause;
    },
    close: () => inner.close(),
  };
}

async function use(device: RemoteDevice, wire: Wire): Promise<{ crc: number; linksLost: number }> {
  wire.enter('configure');
  const { patternBytes } = await device.configure({ exposureTicks: 3000 + 100 * wire.count });
  await device.configure({ exposureTicks: 2500 });
  wire.enter('project');
  const data = Uint8Array.from({ length: BATCH * patternBytes }, (_, i) => (i * 2654435761) >>> 24);
  const { pixels, readouts } = await device.project(ndarray(data, [BATCH, patternBytes]));
  let crc = crc32c(pixels.data as Uint8Array);
  wire.enter('stream');
  const patterns = Array.from({ length: STREAM }, (_, i) => new Uint8Array(patternBytes).fill(i * 37));
  const first = readouts[0]!.patternId;
  let next = first + BATCH;
  for await (const { patternId, image } of device.stream(patterns)) {
    if (patternId !== next++) throw new Error(`pattern ${patternId} came instead of ${next - 1}`);
    crc = crc32c(image.data as Uint8Array, 0, undefined, crc);
  }
  if (next !== first + BATCH + STREAM) throw new Error(`${next - first} readouts came`);
  wire.enter('counters');
  const linksLost = (await device.counters()).get('host_links_lost') ?? -1;
  return { crc, linksLost };
}

async function session(rig: Rig, wire: Wire, reconnect: number): Promise<Omit<Outcome, 'phase'>> {
  const open = async (): Promise<Transport> => wired(await rig.open(), wire);
  let device: RemoteDevice | undefined;
  try {
    wire.enter('open');
    device = await openOpu('rig:', {
      schemes: { rig: async () => ({ transport: await open(), reconnect: open }) },
      timeouts: { ...TIMEOUTS, reconnect },
    });
    const { crc, linksLost } = await use(device, wire);
    wire.enter('close');
    await device.close();
    return { result: 'done', crc, linksLost };
  } catch (error) {
    if (!isOpuError(error)) throw error;
    return { result: error.code, crc: 0, linksLost: -1 };
  } finally {
    await device?.close();
  }
}

/**
 * An undisturbed session, and then one for each seed in which the cable is pulled, and every second time plugged in again. The device has to give the same image for the same pattern, whichever frame it is.
 */
export async function* unplugAnywhere(
  rig: Rig,
  seeds: number,
  from = 1,
): AsyncGenerator<Outcome & { plugged: boolean; seed: number }> {
  const calm = new Wire(undefined, () => {});
  const clean = await session(rig, calm, 0);
  yield { ...clean, phase: 'close', plugged: true, seed: 0 };
  const ends = [...calm.starts.slice(1), calm.count];
  for (let seed = from; seed <= seeds; seed++) {
    const random = testRandom(seed);
    const phase = seed % phases.length;
    const start = calm.starts[phase]!;
    const at = start + Math.floor(random() * Math.max(1, ends[phase]! - start));
    const chunk = (['lost', 'half', 'whole'] as const)[Math.floor(random() * 3)]!;
    const plugged = Math.floor(seed / phases.length) % 2 === 0;
    let replugged: Promise<void> | undefined;
    const pause = random() * 30;
    let pulled = false;
    const pull = (): void => {
      // The attempt before may say its last words late.
      if (pulled) return;
      pulled = true;
      const out = rig.unplug();
      if (!plugged) replugged = out;
      else replugged = out.then(() => new Promise((resolve) => setTimeout(resolve, pause))).then(() => rig.plug());
    };
    let wire = new Wire({ at, chunk }, pull);
    let outcome = await session(rig, wire, plugged ? 3000 : 60);
    // A serial port needs a moment to notice that the session before was closed.
    for (let attempt = 0; attempt < 100 && outcome.result !== 'done' && wire.cutIn === undefined; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      wire = new Wire({ at, chunk }, pull);
      outcome = await session(rig, wire, plugged ? 3000 : 60);
    }
    await replugged;
    if (pulled && !plugged) await rig.plug();
    yield { ...outcome, phase: wire.cutIn ?? 'close', plugged, seed };
  }
}
