import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Carrier, memoryTransportPair, RealTimeClock, type Transport } from '@opu/core';
import { mountSerial, mountTcp, mountWebSocket } from '@opu/device';
import { openOpu, type RemoteDevice, WebSocketTransport } from '@opu/driver';
import { SerialTransport, TcpTransport } from '@opu/driver/node';
import { createEmulatedDevice, type EmulatedDevice } from '@opu/emulator';
import { crc32c } from '@opu/protocol';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { type Stale, StaleTransport, Tape } from '../stale-transport.js';

const FRAMES = 50;
const clock = new RealTimeClock();

interface Way {
  readonly title: string;
  readonly carrier: Carrier;
  readonly serve: (device: EmulatedDevice) => Promise<{ open(): Transport; close(): Promise<void> }>;
}

const memory = (carrier: Carrier): Way => ({
  title: `memory, ${carrier}`,
  carrier,
  serve: async (device) => ({
    open: () => {
      const [host, other] = memoryTransportPair('memory:stale', carrier);
      device.attach(other);
      return host;
    },
    close: async () => {},
  }),
});

const ways: readonly Way[] = [
  memory('length'),
  memory('stream'),
  memory('message'),
  {
    title: 'TCP',
    carrier: 'length',
    serve: async (device) => {
      const mount = await mountTcp(device, { port: 0 });
      const port = Number(new URL(mount.address).port);
      return { open: () => new TcpTransport({ host: '127.0.0.1', port }), close: () => mount.close() };
    },
  },
  {
    title: 'WebSocket',
    carrier: 'length',
    serve: async (device) => {
      const mount = await mountWebSocket(device);
      const connect = (url: string, protocols: string[]) => new WebSocket(url, protocols) as never;
      return {
        open: () => new WebSocketTransport({ url: mount.address }, { clock, connect }),
        close: () => mount.close(),
      };
    },
  },
  {
    title: 'a serial line',
    carrier: 'stream',
    serve: async (device) => {
      const folder = mkdtempSync(join(tmpdir(), 'opu-stale-'));
      const path = join(folder, 'tty');
      const mount = mountSerial(device, { clock, linkPath: path });
      return {
        open: () => new SerialTransport({ path, baud: 3_000_000 }, { clock }),
        close: async () => {
          await mount.close();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  },
];

const whole = (chunks: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(chunks));

/** The checksum of all pixels in order. */
async function imagesOf(device: RemoteDevice): Promise<number> {
  const { patternBytes } = device.configuration;
  const patterns = function* (): Generator<Uint8Array> {
    for (let i = 0; i < FRAMES; i++) yield new Uint8Array(patternBytes).fill((i * 2654435761) >>> 24);
  };
  let crc = 0;
  let frames = 0;
  for await (const readout of device.stream(patterns())) {
    crc = crc32c(readout.image.data as Uint8Array, 0, undefined, crc);
    frames++;
  }
  expect(frames).to.equal(FRAMES);
  return crc;
}

describe('bytes of an earlier session', () => {
  for (const way of ways) {
    describe(way.title, function () {
      if (process.platform === 'win32' && way.title === 'a serial line') return;
      this.timeout(20_000);
      const tape = new Tape();
      let images = 0;

      /** A device of its own each time, so that frames and noise are those of the first session. */
      async function session(stale: Stale, to = new Tape()): Promise<ReadonlyMap<string, number>> {
        const device = createEmulatedDevice({ profile: 'tiny', seed: 9, bootId: 1000 + Math.floor(clock.now() % 1e6) });
        const { open, close } = await way.serve(device);
        try {
          const opened = await openOpu('stale:', {
            schemes: { stale: async () => ({ transport: new StaleTransport(open(), stale, to) }) },
            timeouts: { request: 300, retries: 4, silence: 300, reconnect: 0, heartbeat: 0 },
            pacing: 'free',
          });
          const crc = await imagesOf(opened);
          const counters = await opened.counters();
          await opened.close();
          if (stale !== nothing) expect(crc).to.equal(images);
          else images = crc;
          return counters;
        } finally {
          await close();
          await device.close();
        }
      }
      const nothing: Stale = {};

      before('an earlier session', async () => {
        expect((await session(nothing, tape)).get('host_messages_foreign')).to.equal(0);
      });

      const isSkipped = (counters: ReadonlyMap<string, number>): void => {
        expect(counters.get('host_messages_foreign')! + counters.get('host_link_errors')!).to.be.at.least(1);
      };

      it('all of it before the first message: skipped, counted, and the session opens', async () => {
        isSkipped(await session({ first: tape.toHost.slice(0, 12) }));
      });

      it('all of it when the host has said its first word: the same', async () => {
        isSkipped(await session({ afterFirstSent: tape.toHost.slice(0, 12) }));
      });

      it('its messages in the middle of the new one: the same', async () => {
        const chunks = way.title.startsWith('memory') ? tape.toHost.slice(2, 12) : [];
        const counters = await session({ afterChunk: { n: 6, chunks } });
        if (chunks.length > 0) isSkipped(counters);
      });

      for (const [what, from, to] of [
        ['the first 4000 bytes', 0, 4000],
        ['the end of one message and the start of another', 100, 190],
        ['the first three bytes', 0, 3],
      ] as const) {
        it(`${what} of it, cut anywhere: the same`, async () => {
          const part = whole(tape.toHost).slice(from, to);
          await session({ first: [part] });
          await session({ afterFirstSent: [part] });
        });
      }

      it('what the host of then had sent: the device acts on none of it', async () => {
        const counters = await session({ toDevice: tape.toDevice.slice(0, 12) });
        const atDevice = ['messages_foreign', 'framing_errors', 'crc_errors'].map((name) => counters.get(name) ?? 0);
        expect(atDevice.reduce((a, b) => a + b)).to.be.at.least(1);
      });

      it('the first 60 and the first 1000 bytes of that: the same', async () => {
        for (const length of [3, 60, 1000]) await session({ toDevice: [whole(tape.toDevice).slice(0, length)] });
      });

      it('zeros and noise: the same', async () => {
        await session({ first: [new Uint8Array(4096)] });
        await session({ first: [Uint8Array.from({ length: 300 }, (_, i) => (i * 37) & 255)] });
      });
    });
  }
});
