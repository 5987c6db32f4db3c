import { openOpu, parseAddress, type RemoteDevice, type SchemeConnection } from '@opu/driver';
import ndarray from 'ndarray';
import { schemes } from '../schemes.js';
import { canPlayUsb } from '../testing/usbfs/in-namespace.js';
import type { Bench, BenchCase, BenchContext, Contender } from './bench.js';
import { createDarkDevice } from './dark-device.js';
import { DeviceProcess, UsbHostProcess } from './link/processes.js';
import { RawHost } from './link/raw-host.js';
import { full, megabytesOf, type Size, tiny, training } from './link/sizes.js';

/**
 * The whole stack without light, beside a raw copy of the same bytes over the same kind of link: the host has an array of
 * patterns and the device images, and each ends with the other's bytes in its own memory. The raw copy goes over the same
 * transports, in pieces as large as the stack's messages, and keeps the window of the device: an image follows its pattern,
 * and no more patterns are under way than its pattern RAM holds. It has no headers, checksums, sequencer, acknowledgements or
 * framing. Over TCP, WebSocket and serial lines the device's ends of both are in another process; on the virtual USB bus the
 * host's are in a third one.
 */
export const linkBench: Bench = {
  name: 'link',
  description: 'frames through codec, driver, link and device without optics, beside a raw copy of the same bytes',
  async *cases(context) {
    const quick = (size: Size): Size => (context.quick ? { ...size, frames: Math.min(size.frames, 16) } : size);
    for (const size of [tiny, training, full].map(quick)) yield* inProcess(context, size);
    for (const size of [tiny, training, full].map(quick)) yield* overMount(context, 'tcp', 0.8, size);
    for (const size of [tiny, training, full].map(quick)) yield* overMount(context, 'ws', undefined, size);
    if (process.platform !== 'linux') return;
    for (const size of [tiny, { ...full, frames: 128 }].map(quick)) yield* overMount(context, 'serial', 0.9, size);
    if (!canPlayUsb()) return;
    for (const name of ['tiny', 'full'] as const) yield* overUsb(context, name);
  },
};

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

async function* overMount(
  { wanted }: BenchContext,
  kind: 'tcp' | 'ws' | 'serial',
  reach: number | undefined,
  size: Size,
): AsyncIterable<BenchCase> {
  const name = `${kind}: ${size.name}`;
  if (!wanted(name)) return;
  const other = new DeviceProcess(kind, size);
  const [ofDevice, ofRaw] = await other.addresses();
  // Free pacing, as on hardware: in lockstep the device would wait for the host at every message.
  const device = await openOpu(ofDevice, { schemes, pacing: 'free' });
  const parsed = parseAddress(ofRaw);
  const raw = new RawHost((await schemes[parsed.scheme]!(parsed)).transport, size);
  await raw.open();
  yield {
    ...describe(name, size),
    ours: await stack(device, size),
    peers: [
      {
        name: `raw copy over ${kind}`,
        ...(reach === undefined ? {} : { reach }),
        run: async () => {
          await raw.exchange();
          return undefined;
        },
      },
    ],
  };
  await raw.close();
  await device.close();
  await other.close();
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
