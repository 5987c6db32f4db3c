import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import {
  type ConfigurationRequest,
  openOpu,
  parseAddress,
  type RemoteDevice,
  type SchemeConnection,
} from '@opu/driver';
import ndarray from 'ndarray';
import { schemes } from '../schemes.js';
import type { Bench, BenchCase } from './bench.js';
import { createDarkDevice } from './dark-device.js';
import type { LinkWorkerData } from './link-worker.js';
import { type RawExchange, RawHost } from './raw-end.js';

interface Size {
  readonly name: string;
  readonly profile: string;
  readonly frames: number;
  readonly configuration: ConfigurationRequest;
  readonly patternBytes: number;
  readonly imageBytes: number;
}

const tiny: Size = {
  name: 'tiny, 128 B up, 1 KiB down a frame',
  profile: 'tiny',
  frames: 1024,
  configuration: {},
  patternBytes: 128,
  imageBytes: 1024,
};
const training: Size = {
  name: 'training, 2 B up, 2 KiB down a frame',
  profile: 'opu-1m-300k',
  frames: 1024,
  configuration: {
    regionOfInterest: { x: 0, y: 0, width: 2048, height: 1 },
    macroPixels: { columns: 4, rows: 4 },
  },
  patternBytes: 2,
  imageBytes: 2048,
};
const full: Size = {
  name: 'opu-1m-300k, 130 kB up, 301 kB down a frame',
  profile: 'opu-1m-300k',
  frames: 64,
  configuration: {},
  patternBytes: 129_960,
  imageBytes: 301_056,
};

/** The whole stack without light, beside a raw copy of the same bytes over the same kind of link. */
export const linkBench: Bench = {
  name: 'link',
  description: 'frames through codec, driver, link and device without optics, beside a raw copy of the same bytes',
  async *cases({ quick }) {
    const shrink = (size: Size): Size => (quick ? { ...size, frames: Math.min(size.frames, 16) } : size);
    for (const size of [tiny, training, full].map(shrink)) yield* inProcess(size);
    for (const size of [tiny, full].map(shrink)) yield* overMount('tcp', 0.8, size);
    if (process.platform !== 'linux') return;
    for (const size of [tiny, { ...full, frames: 8 }].map(shrink)) yield* overMount('serial', 0.9, size);
  },
};

function exchangeOf({ frames, patternBytes, imageBytes }: Size): RawExchange {
  const atOnce = Math.max(1, Math.floor((256 * 1024) / patternBytes));
  return {
    bytesUp: frames * patternBytes,
    pieceUp: Math.min(frames, atOnce) * patternBytes,
    bytesDown: frames * imageBytes,
    pieceDown: Math.max(imageBytes, 65_536),
  };
}

async function* inProcess(size: Size): AsyncIterable<BenchCase> {
  const emulated = createDarkDevice(size.profile);
  const connection: SchemeConnection = { transport: emulated.connect() };
  const device = await openOpu('bench:', { schemes: { bench: async () => connection } });
  const up = new Uint8Array(size.frames * size.patternBytes);
  const down = new Uint8Array(size.frames * size.imageBytes);
  const copy = { up: new Uint8Array(up.length), down: new Uint8Array(down.length) };
  yield {
    ...(await stackCase(`in process: ${size.name}`, device, size)),
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

async function* overMount(mount: 'tcp' | 'serial', reach: number, size: Size): AsyncIterable<BenchCase> {
  const exchange = exchangeOf(size);
  const workerData: LinkWorkerData = { mount, profile: size.profile, exchange };
  const worker = new Worker(new URL('./link-worker.js', import.meta.url), { workerData, trackUnmanagedFds: false });
  const [addresses] = (await once(worker, 'message')) as [string[]];
  // Free pacing, as on hardware: in lockstep the device would wait for the host at every message.
  const device = await openOpu(addresses[0]!, { schemes, pacing: 'free' });
  const parsed = parseAddress(addresses[1]!);
  const raw = new RawHost((await schemes[parsed.scheme]!(parsed)).transport, exchange);
  await raw.open();
  yield {
    ...(await stackCase(`${mount}: ${size.name}`, device, size)),
    peers: [
      {
        name: `raw copy over ${mount}`,
        reach,
        run: async () => {
          await raw.exchange();
          return undefined;
        },
      },
    ],
  };
  await raw.close();
  await device.close();
  worker.postMessage('close');
  await once(worker, 'exit');
}

async function stackCase(name: string, device: RemoteDevice, size: Size): Promise<Omit<BenchCase, 'peers'>> {
  await device.configure(size.configuration);
  const { patternBytes } = device.configuration;
  const patterns = ndarray(new Uint8Array(size.frames * patternBytes), [size.frames, patternBytes]);
  const megabytes = (size.frames * (size.patternBytes + size.imageBytes)) / 1e6;
  return {
    name,
    work: { amount: size.frames, unit: 'frames' },
    notes: `${megabytes.toFixed(2)} MB of patterns and pixels a round`,
    ours: {
      name: 'project()',
      run: async () => {
        await device.project(patterns);
        return undefined;
      },
    },
  };
}
