import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { schemes } from '@opu/cli';
import { type Carrier, memoryTransportPair, RealTimeClock, type Transport } from '@opu/core';
import { type Mount, mountSerial, mountTcp, mountWebSocket } from '@opu/device';
import { isOpuError, openOpu, type RemoteDevice } from '@opu/driver';
import { createEmulatedDevice, type EmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { type Conversation, type StaleBytes, StaleTransport } from '../stale-conversation.js';

const clock = new RealTimeClock();
const timeouts = { request: 300, silence: 200, reconnect: 3000 };
const PATTERNS = 40;

type Reach = (device: EmulatedDevice) => Promise<{ open: () => Promise<Transport>; close: () => Promise<void> }>;

const memory =
  (carrier: Carrier): Reach =>
  async (device) => ({
    open: async () => {
      const [host, end] = memoryTransportPair('memory:stale', carrier);
      device.attach(end);
      return host;
    },
    close: async () => {},
  });

const mounted =
  (mount: (device: EmulatedDevice) => Promise<Mount> | Mount, dispose = (): void => {}): Reach =>
  async (device) => {
    const at = await mount(device);
    return {
      open: async () => {
        const url = new URL(at.address);
        const scheme = schemes[url.protocol.slice(0, -1)]!;
        const { parseAddress } = await import('@opu/driver');
        return (await scheme(parseAddress(at.address))).transport;
      },
      close: async () => {
        await at.close();
        dispose();
      },
    };
  };

const serial: Reach = (device) => {
  const folder = mkdtempSync(join(tmpdir(), 'opu-stale-'));
  const mount = (): Mount => mountSerial(device, { clock, linkPath: join(folder, 'tty') });
  return mounted(mount, () => rmSync(folder, { recursive: true }))(device);
};

const REACHES: readonly (readonly [string, Reach])[] = [
  ['memory, as TCP borders messages', memory('length')],
  ['memory, as USB does', memory('message')],
  ['memory, as serial lines do', memory('stream')],
  ['TCP', mounted((device) => mountTcp(device))],
  ['WebSocket', mounted((device) => mountWebSocket(device))],
  ['serial', serial],
];

const joined = (chunks: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(chunks));
const noise = Uint8Array.from({ length: 300 }, (_, i) => (i * 37) & 255);

/** What a cable may hand over, of an earlier session whose messages are `old`. */
function stales({ fromDevice, fromHost }: Conversation, carrier: Carrier): [string, StaleBytes][] {
  const whole: [string, StaleBytes][] = [
    ['all that the device said, before HELLO', { atOpen: fromDevice }],
    ['all that the device said, behind HELLO', { behindHello: fromDevice }],
    ['all that the device said, behind the reply', { behindReply: fromDevice }],
    ['what the host said last, to the device behind HELLO', { toDeviceBehindHello: fromHost.slice(3) }],
    ['what the host said last, to the device before HELLO', { toDevice: fromHost.slice(3) }],
  ];
  if (carrier === 'message') return whole;
  const bytes = joined(fromDevice);
  return [
    ...whole,
    ['4 096 bytes that end within a message', { atOpen: [bytes.subarray(0, 4096)] }],
    ['the middle of a message', { atOpen: [bytes.subarray(100, 157)] }],
    ['half a message behind HELLO', { behindHello: [bytes.subarray(0, 50)] }],
    ['bytes one by one', { atOpen: [...bytes.subarray(0, 700)].map((byte) => Uint8Array.of(byte)) }],
    ['noise', { atOpen: [noise] }],
    ['zeros', { atOpen: [new Uint8Array(4096)] }],
  ];
}

async function session(transport: Transport): Promise<{ pixels: Uint8Array; counters: ReadonlyMap<string, number> }> {
  const device: RemoteDevice = await openOpu('stale:', { schemes: { stale: async () => ({ transport }) }, timeouts });
  try {
    const bytes = device.configuration.patternBytes;
    const data = Uint8Array.from({ length: PATTERNS * bytes }, (_, i) => (i * 2654435761) >>> 24);
    const { pixels } = await device.project(ndarray(data, [PATTERNS, bytes]));
    return { pixels: Uint8Array.from(pixels.data as Uint8Array), counters: await device.counters() };
  } finally {
    await device.close();
  }
}

async function openSoon(open: () => Promise<Transport>, stale: StaleBytes, notes?: Conversation) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await session(new StaleTransport(await open(), stale, notes));
    } catch (error) {
      // A mount needs a moment to notice that a host hung up.
      const mayCome = ['LINK_UNAVAILABLE', 'LINK_LOST', 'DEVICE_BUSY'].some((code) => isOpuError(error, code as never));
      if (!mayCome || attempt === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe('bytes of an earlier session are skipped and counted, and the session opens with the right images', function () {
  this.timeout(20_000);

  for (const [name, reach] of REACHES) {
    it(`over ${name}: of the same device, and of one that was restarted`, async function () {
      if (name === 'serial' && !(existsSync('/dev/ptmx') && existsSync('/usr/bin/perl'))) {
        if (process.env.OPU_REQUIRE_ALL_TOOLS === '1') throw new Error('pseudo-terminals and perl are needed here');
        console.log('      skipped: needs Linux with pseudo-terminals and perl (install perl-base)');
        this.skip();
      }
      const notes: Conversation = { fromDevice: [], fromHost: [] };
      for (const restarts of [false, true]) {
        let device = createEmulatedDevice({ profile: 'tiny', seed: 7 });
        let way = await reach(device);
        const clean = await openSoon(way.open, {}, notes);
        const { carrier } = await way.open();
        expect(clean.counters.get('host_messages_foreign')).to.equal(0);
        for (const [what, stale] of stales(notes, carrier)) {
          if (restarts) {
            await way.close();
            await device.close();
            device = createEmulatedDevice({ profile: 'tiny', seed: 7 });
            way = await reach(device);
          }
          const { pixels, counters } = await openSoon(way.open, stale);
          if (restarts) expect(Buffer.compare(pixels, clean.pixels), what).to.equal(0);
          expect(pixels.length, what).to.equal(clean.pixels.length);
          if (/all that the device said/.test(what)) {
            expect(counters.get('host_messages_foreign'), what).to.be.greaterThan(4);
          }
          if (/behind HELLO/.test(what) && stale.toDeviceBehindHello !== undefined) {
            expect(counters.get('messages_foreign'), what).to.be.greaterThan(0);
          }
        }
        await way.close();
        await device.close();
        notes.fromDevice.length = notes.fromHost.length = 0;
      }
    });
  }
});
