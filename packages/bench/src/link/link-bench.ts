import { schemes } from '@opu/cli';
import { openOpu, parseAddress, type RemoteDevice, type SchemeConnection } from '@opu/driver';
import { createDarkDevice } from '@opu/testing/dark-device.js';
import { canPlayUsb } from '@opu/testing/usbfs/in-namespace.js';
import ndarray from 'ndarray';
import type { Bench, BenchCase, BenchContext, Contender } from '../harness/bench.js';
import { pieceOf, type RawExchange } from './exchange.js';
import { DeviceProcess, type LinkKind, UsbHostProcess } from './processes.js';
import { RawHost } from './raw-host.js';
import { FASTEST_BAUD, framesOnLine, secondsOnLine } from './real-line.js';
import { full, megabytesOf, type Size, tiny, training, upward } from './sizes.js';

/**
 * The whole stack without light, beside a raw copy of the same bytes over the same kind of link: the host has an array of
 * patterns and the device images, and each ends with the other's bytes in its own memory. The raw copy goes over the same
 * transports and keeps the window of the device: an image follows its pattern, and no more patterns are under way than its pattern
 * RAM holds. It has no headers, checksums, sequencer, acknowledgements or framing. Large frames go in pieces as large as the
 * stack's messages. Small ones go each in a piece of its own, as a program sends them that has nothing else to do; what is printed
 * without a goal beside is what is left when nothing but calls of the operating system is: all that is due in one piece, and by
 * a host that does not sleep while it waits, which the driver does not either (`Transport.expectSoon`).
 *
 * Over TCP, WebSocket and serial lines the device's ends of both are in another process; on the virtual USB bus the
 * host's are in a third one. Serial lines are measured twice: at the rate of a real line, which limits both alike, and unpaced,
 * where what limits is the pseudo-terminal and the processors.
 */
export const linkBench: Bench = {
  name: 'link',
  description: 'frames through codec, driver, link and device without optics, beside a raw copy of the same bytes',
  async *cases(context) {
    const quick = (size: Size): Size => (context.quick ? { ...size, frames: Math.min(size.frames, 16) } : size);
    for (const size of [tiny, training, full].map(quick)) yield* inProcess(context, size);
    for (const size of [tiny, training, full].map(quick)) yield* overMount(context, tcp, size);
    for (const size of [tiny, training, full].map(quick)) yield* overMount(context, webSocket, size);
    if (process.platform !== 'linux') return;
    for (const [key, size] of Object.entries({ tiny, upward, full })) {
      yield* overMount(context, realSerial, { ...size, frames: framesOnLine[key as keyof typeof framesOnLine] });
    }
    for (const size of [tiny, { ...full, frames: 128 }].map(quick)) yield* overMount(context, unpacedSerial, size);
    if (!canPlayUsb()) return;
    for (const name of ['tiny', 'full'] as const) yield* overUsb(context, name);
  },
};

interface MeasuredLink extends LinkKind {
  readonly name: string;
  /** How much of the raw copy the stack is to reach. */
  readonly reach?: number;
}

const tcp: MeasuredLink = { kind: 'tcp', name: 'tcp', reach: 0.8 };
const webSocket: MeasuredLink = { kind: 'ws', name: 'ws' };
const realSerial: MeasuredLink = {
  kind: 'serial',
  name: `serial at ${FASTEST_BAUD / 1e6} Mbaud`,
  baud: FASTEST_BAUD,
  reach: 0.9,
};
const unpacedSerial: MeasuredLink = { kind: 'serial', name: 'serial, unpaced' };

async function* inProcess({ wanted }: BenchContext, size: Size): AsyncIterable<BenchCase> {
  const name = `in process: ${size.name}`;
  if (!wanted(name)) return;
  const emulated = createDarkDevice(size.profile);
  const connection: SchemeConnection = { transport: emulated.connect() };
  const device = await openOpu('bench:', { schemes: { bench: async () => connection } });
  const up = new Uint8Array(size.frames * size.patternBytes);
  const down = new Uint8Array(size.frames * size.imageBytes);
  const copy = { up: new Uint8Array(up.length), down: new Uint8Array(down.length) };
  yield {
    ...describe(name, size),
    ours: await stack(device, size),
    peers: [
      {
        name: 'one copy of the bytes in memory',
        run: () => {
          copy.up.set(up);
          copy.down.set(down);
          return undefined;
        },
      },
    ],
  };
  await device.close();
  await emulated.close();
}

interface RawCopy {
  readonly name: string;
  readonly exchange: RawExchange;
  readonly staysAwake?: boolean;
  readonly reach?: number;
}

/** What a size is compared with: where several small frames fit in a piece, one that sends each as it comes, and one that waits. */
function rawCopiesOf({ name: link, reach, kind }: MeasuredLink, size: Size): RawCopy[] {
  const name = `raw copy over ${link}`;
  const goal = reach === undefined ? {} : { reach };
  if (kind === 'serial' || pieceOf(size.window, size.imageBytes, size) === 1)
    return [{ name, exchange: size, ...goal }];
  const joined = `${name}, joined`;
  return [
    { name: `${name}, a frame at a time`, exchange: { ...size, mostFrames: 1 }, ...goal },
    { name: joined, exchange: size },
    ...(kind === 'tcp' ? [{ name: `${joined}, host awake`, exchange: size, staysAwake: true }] : []),
  ];
}

async function* overMount({ wanted }: BenchContext, link: MeasuredLink, size: Size): AsyncIterable<BenchCase> {
  const name = `${link.name}: ${size.name}`;
  if (!wanted(name)) return;
  const { kind, baud } = link;
  const copies = rawCopiesOf(link, size);
  const exchanges = copies.map(({ exchange }) => exchange);
  const other = new DeviceProcess({ kind, ...(baud === undefined ? {} : { baud }) }, size.profile, exchanges);
  const [ofDevice, ...ofCopies] = await other.addresses();
  // Free pacing, as on hardware: in lockstep the device would wait for the host at every message.
  const device = await openOpu(ofDevice, { schemes, pacing: 'free' });
  const hosts: RawHost[] = [];
  for (const [index, address] of ofCopies.entries()) {
    const parsed = parseAddress(address);
    const host = new RawHost((await schemes[parsed.scheme]!(parsed)).transport, exchanges[index]!);
    await host.open();
    hosts.push(host);
  }
  const described = describe(name, size);
  let rawSeconds = 0;
  yield {
    ...described,
    ...(baud === undefined
      ? {}
      : { rounds: 3, notes: () => `${described.notes}; ${sayPacing(size, baud, rawSeconds)}` }),
    ours: await stack(device, size),
    peers: copies.map(({ exchange, ...copy }, index) => ({
      ...copy,
      run: async () => {
        const start = performance.now();
        await hosts[index]!.exchange(copy.staysAwake);
        rawSeconds = (performance.now() - start) / 1000;
        return undefined;
      },
    })),
  };
  for (const host of hosts) await host.close();
  await device.close();
  await other.close();
}

/** Whether the raw copy was as fast as the line allows, and no faster. */
function sayPacing(size: Size, baud: number, seconds: number): string {
  const least = secondsOnLine(size, baud);
  return `the line needs ${least.toFixed(3)} s for them, the raw copy took ${seconds.toFixed(3)} s`;
}

async function* overUsb({ wanted, quick }: BenchContext, key: 'tiny' | 'full'): AsyncIterable<BenchCase> {
  const size: Size = { ...{ tiny, full }[key], ...(quick ? { frames: 16 } : {}) };
  const name = `virtual USB: ${size.name}`;
  if (!wanted(name)) return;
  const host = new UsbHostProcess(key, size.frames);
  yield {
    ...describe(name, size),
    ours: { name: 'project()', run: () => host.seconds('stack') },
    peers: [{ name: 'raw copy over virtual USB', reach: 0.8, run: () => host.seconds('raw') }],
  };
  await host.close();
}

function describe(name: string, size: Size): Pick<BenchCase, 'name' | 'work' | 'notes'> {
  const megabytes = megabytesOf(size);
  return {
    name,
    work: { amount: size.frames, unit: 'frames' },
    notes: `${megabytes.toFixed(2)} MB of patterns and pixels a round`,
  };
}

async function stack(device: RemoteDevice, size: Size): Promise<Contender> {
  await device.configure(size.configuration);
  const { patternBytes } = device.configuration;
  const patterns = ndarray(new Uint8Array(size.frames * patternBytes).fill(0xa5), [size.frames, patternBytes]);
  return {
    name: 'project()',
    run: async () => {
      await device.project(patterns);
      return undefined;
    },
  };
}
