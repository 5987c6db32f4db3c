import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryTransportPair, RealTimeClock } from '@opu/core';
import { type Mount, mountSerial, mountTcp, mountWebSocket } from '@opu/device';
import { OpuError, type Transport, WebSocketTransport } from '@opu/driver';
import { SerialTransport, TcpTransport } from '@opu/driver/node';
import { createEmulatedDevice, type EmulatedDevice } from '@opu/emulator';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { needsUsb, runInNamespace } from '../usbfs/in-namespace.js';
import { type Outcome, type Rig, unplugAnywhere } from './unplug-anywhere.js';

const clock = new RealTimeClock();

function memoryRig(device: EmulatedDevice): Rig {
  let plugged = true;
  let other: Transport | undefined;
  return {
    open: async () => {
      if (!plugged) throw new OpuError('LINK_UNAVAILABLE', 'The cable is out.');
      const [host, end] = memoryTransportPair('memory:rig', 'length');
      other = end;
      device.attach(end);
      return host;
    },
    unplug: async () => {
      plugged = false;
      await other?.close();
    },
    plug: async () => {
      plugged = true;
    },
  };
}

/** A mount that goes away and comes back in the same place. */
function mountRig(
  make: (previous: Mount | undefined) => Promise<Mount>,
  open: (address: string) => Transport,
): Rig & { close(): Promise<void> } {
  let mount: Mount | undefined;
  let address = '';
  const plug = async (): Promise<void> => {
    mount = await make(mount);
    address = mount.address;
  };
  return {
    open: async () => {
      if (address === '') await plug();
      return open(address);
    },
    unplug: async () => mount?.close(),
    plug,
    close: async () => mount?.close(),
  };
}

const portOf = (mount: Mount | undefined): number => (mount === undefined ? 0 : Number(new URL(mount.address).port));

/** What is open in this process that would keep it alive. */
function handles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /TCP|TTY|Pipe|Serial|Poll/i.test(name))
    .sort();
}

const TYPED = ['LINK_LOST', 'LINK_UNAVAILABLE', 'TIMEOUT', 'LINK_CORRUPT'];

/** What every session may come to: the right bytes, or a typed error where the cable stayed out or the session was not open. */
function judge(
  { seed, phase, plugged, result, crc }: Outcome & { seed: number; plugged: boolean },
  clean: number,
): void {
  const where = `seed ${seed}: pulled in ${phase}, ${plugged ? 'plugged in again' : 'left out'}`;
  if (result === 'done') expect(crc, where).to.equal(clean);
  else expect(result, where).to.be.oneOf(TYPED);
  if (plugged && phase !== 'open') expect(result, where).to.equal('done');
  // What was pulled behind the last reply of its phase is noticed in the next, if there is one that needs the device.
  if (!plugged && ['configure', 'project', 'stream'].includes(phase)) expect(result, where).to.not.equal('done');
}

async function prove(rig: Rig, seeds: number): Promise<void> {
  let clean = 0;
  const seen = new Set<string>();
  for await (const outcome of unplugAnywhere(rig, seeds)) {
    if (outcome.seed === 0) {
      expect(outcome.result).to.equal('done');
      clean = outcome.crc;
    } else {
      judge(outcome, clean);
      seen.add(outcome.phase);
    }
  }
  // How many chunks a phase takes differs from run to run on a real line, so a pull may fall into the next one.
  expect(seen.size).to.be.at.least(4);
}

/** How often the cable is pulled on each kind of link. */
export interface UnplugCounts {
  readonly memory: number;
  readonly tcp: number;
  readonly webSocket: number;
  readonly serial: number;
  readonly usb: number;
}

/** The suite: at the end of every session nothing is left open, and nobody was left to hear of an error. */
export function unplugSuite(counts: UnplugCounts): void {
  const title = (name: string, count: number): string =>
    `ends in a typed error or goes on with the right bytes: ${name}, ${count} times`;
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  let before_: string[] = [];
  let device: EmulatedDevice;

  beforeEach(() => {
    device = createEmulatedDevice({ profile: 'tiny', seed: 5, ideal: true });
    before_ = handles();
    process.on('unhandledRejection', note);
  });

  afterEach('nothing is left', async () => {
    await device.close();
    for (let i = 0; i < 100 && handles().length > before_.length; i++) await new Promise((r) => setTimeout(r, 10));
    process.off('unhandledRejection', note);
    expect(rejections).to.deep.equal([]);
    expect(handles()).to.deep.equal(before_);
  });

  it(title('memory', counts.memory), async () => {
    await prove(memoryRig(device), counts.memory);
  });

  it(title('TCP', counts.tcp), async () => {
    const rig = mountRig(
      (last) => mountTcp(device, { port: portOf(last) }),
      (address) => new TcpTransport({ host: '127.0.0.1', port: Number(new URL(address).port) }),
    );
    try {
      await prove(rig, counts.tcp);
    } finally {
      await rig.close();
    }
  });

  it(title('WebSocket', counts.webSocket), async () => {
    const connect = (url: string, protocols: string[]) => new WebSocket(url, protocols) as never;
    const rig = mountRig(
      (last) => mountWebSocket(device, { port: portOf(last) }),
      (url) => new WebSocketTransport({ url }, { clock, connect }),
    );
    try {
      await prove(rig, counts.webSocket);
    } finally {
      await rig.close();
    }
  });

  it(title('serial', counts.serial), async function () {
    needsUsb(this);
    const folder = mkdtempSync(join(tmpdir(), 'opu-unplug-'));
    const path = join(folder, 'tty');
    const rig = mountRig(
      async () => mountSerial(device, { clock, linkPath: path }),
      () => new SerialTransport({ path, baud: 115_200 }, { clock }),
    );
    try {
      await prove(rig, counts.serial);
    } finally {
      await rig.close();
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it(title('USB', counts.usb), async function () {
    needsUsb(this);
    const { outcomes, clean } = (await runInNamespace(
      new URL('./usb-unplug-run.js', import.meta.url),
      String(counts.usb),
    )) as {
      outcomes: (Outcome & { seed: number; plugged: boolean })[];
      clean: number;
    };
    for (const outcome of outcomes) judge(outcome, clean);
    expect(outcomes).to.have.length(counts.usb);
  });
}
