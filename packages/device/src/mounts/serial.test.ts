import { closeSync, constants, existsSync, openSync, symlinkSync, write, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';
import { isOpuError, RealTimeClock, type Transport, type TransportSink } from '@opu/core';
import { createEmulatedDevice } from '@opu/emulator';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { mountSerial, type SerialMountOptions } from './serial.js';

/** A host's end of a serial port, on nothing but what the operating system offers. */
class PortOfHost implements Transport {
  readonly address: string;
  readonly carrier = 'stream';
  readonly #fd: number;
  readonly #stream: ReadStream;
  #sent: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.address = path;
    this.#fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
    this.#stream = new ReadStream(this.#fd);
  }

  async open(sink: TransportSink): Promise<void> {
    this.#stream.on('data', (chunk) => sink.receive(chunk));
    this.#stream.on('error', () => undefined);
    this.#stream.once('close', () => sink.ended());
  }

  send(chunk: Uint8Array): Promise<void> {
    this.#sent = this.#sent.then(
      () =>
        new Promise((resolve) => {
          let at = 0;
          const step = (): void => {
            write(this.#fd, chunk, at, chunk.length - at, null, (error, count) => {
              if (error !== null && error.code !== 'EAGAIN') return resolve();
              at += error === null ? count : 0;
              if (at < chunk.length) setImmediate(step);
              else resolve();
            });
          };
          step();
        }),
    );
    return this.#sent;
  }

  async close(): Promise<void> {
    await this.#sent;
    this.#stream.destroy();
    // The stream reads through a descriptor of its own.
    closeSync(this.#fd);
  }
}

const onLinux = process.platform === 'linux' && existsSync('/dev/ptmx');

async function withMount(options: Partial<SerialMountOptions>, work: (link: string) => Promise<void>): Promise<void> {
  const device = createEmulatedDevice({ profile: 'tiny', seed: 5 });
  const mount = mountSerial(device, { clock: new RealTimeClock(), ...options });
  try {
    await work(mount.address.replace('serial:', ''));
  } finally {
    await mount.close();
    await device.close();
  }
}

/** Opens the port and takes control; a terminal that is just being replaced by a fresh one is tried again. */
async function controllingHost(link: string, hostId: number): Promise<WireHost> {
  for (;;) {
    try {
      const host = await new WireHost(new PortOfHost(link)).open();
      await host.greet(hostId);
      await host.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
      return host;
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function run(host: WireHost, frames: number): Promise<string[]> {
  await host.control();
  host.patterns(
    0,
    Array.from({ length: frames }, (_, k) => new Uint8Array(128).fill(k + 1)),
  );
  await host.get({ type: 'START', flags: 0 }, 'DONE');
  await host.until(() => host.all('RUN_ENDED')[0]);
  return host.all('READOUTS').map((message) => message.data.join());
}

describe('mountSerial', () => {
  before(function () {
    // A pseudo-terminal is a thing of Linux; there is nothing to install elsewhere.
    if (!onLinux) this.skip();
  });

  it('sends the same bytes as in process, garbage on the line before', async () => {
    const device = createEmulatedDevice({ profile: 'tiny', seed: 5 });
    const near = await run(await new WireHost(device.connect()).open(), 10);
    await device.close();
    await withMount({}, async (link) => {
      const host = await new WireHost(new PortOfHost(link)).open();
      host.sendBytes(new Uint8Array(300).map((_, i) => (i * 37) & 255));
      host.sendBytes(new Uint8Array([0]));
      expect(await run(host, 10)).to.deep.equal(near);
      expect(host.errors).to.deep.equal([]);
      await host.close();
    });
  });

  it('takes one host after another on the same link; control is free again when one closes the port', async () => {
    await withMount({}, async (link) => {
      for (const hostId of [1, 2, 3]) {
        const host = await controllingHost(link, hostId);
        await host.close();
      }
    });
  });

  it('takes no less time than the baud rate asks for, both ways', async () => {
    const clock = new RealTimeClock();
    await withMount({ clock, baud: 1_000_000 }, async (link) => {
      const host = await new WireHost(new PortOfHost(link)).open();
      await host.control();
      const started = clock.now();
      const bytes = (await run(host, 8)).length;
      expect(bytes).to.be.greaterThan(0);
      // Eight patterns of 128 bytes, eight images of 1024, ten bits a byte, at 1 Mbaud: 10.24 and 81.92 ms.
      expect(clock.now() - started).to.be.greaterThan(9_216_000);
      await host.close();
    });
  });

  it('ends with a host that is gone in the middle of a run, and serves the next one', async () => {
    await withMount({}, async (link) => {
      const host = await controllingHost(link, 1);
      host.patterns(
        0,
        Array.from({ length: 16 }, () => new Uint8Array(128)),
      );
      host.send({ type: 'START', flags: 0 });
      await host.close();
      await (await controllingHost(link, 2)).close();
    });
  });

  it('replaces a link and never a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'opu-test-'));
    const path = join(folder, 'port');
    symlinkSync('/nowhere', path);
    await withMount({ linkPath: path }, async (link) => {
      expect(link).to.equal(path);
      closeSync(openSync(path, constants.O_RDWR | constants.O_NOCTTY));
    });
    expect(existsSync(path)).to.equal(false);
    writeFileSync(path, 'mine');
    const error = await withMount({ linkPath: path }, async () => undefined).catch((e: unknown) => e);
    expect(isOpuError(error, 'INVALID_ARGUMENT')).to.equal(true);
    await rm(folder, { recursive: true });
  });
});
