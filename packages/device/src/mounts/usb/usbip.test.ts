import { connect, type Socket } from 'node:net';
import type { Transport, TransportSink } from '@opu/core';
import { createEmulatedDevice } from '@opu/emulator';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { mountUsbIp } from './usbip.js';

/** A client of USB/IP that knows its numbers by heart: written from the protocol's description alone. */
class Client {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  #wanted: { readonly count: number; readonly resolve: (bytes: Buffer) => void } | undefined;
  #sequence = 1;
  readonly #urbs = new Map<number, { readonly isIn: boolean; readonly done: (status: number, data: Buffer) => void }>();
  closed = false;

  constructor(address: string) {
    this.#socket = connect(Number(new URL(address).port), '127.0.0.1');
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.closed = true;
      this.#wanted?.resolve(Buffer.alloc(0));
    });
    this.#socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#serve();
    });
  }

  destroy(): void {
    this.#socket.destroy();
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** The next `count` bytes; empty when the connection ended. */
  take(count: number): Promise<Buffer> {
    return new Promise((resolve) => {
      this.#wanted = { count, resolve };
      this.#serve();
    });
  }

  async list(): Promise<string[]> {
    this.write(Buffer.from('0111800500000000', 'hex'));
    const count = (await this.take(12)).readUInt32BE(8);
    const names: string[] = [];
    for (let i = 0; i < count; i++) {
      const record = await this.take(312);
      const ids = `${record.toString('hex', 300, 302)}:${record.toString('hex', 302, 304)}`;
      names.push(`${record.toString('latin1', 256, 288).replace(/\0/g, '')} ${ids}`);
      await this.take(4 * record[311]!);
    }
    return names;
  }

  async import(busId: string): Promise<number> {
    const request = Buffer.alloc(40);
    request.write('0111800300000000', 0, 'hex');
    request.write(busId, 8);
    this.write(request);
    const status = (await this.take(8)).readUInt32BE(4);
    if (status === 0) {
      await this.take(312);
      void this.#receive();
    }
    return status;
  }

  submit(endpoint: number, isIn: boolean, length: number, data = Buffer.alloc(0), setup = Buffer.alloc(8)) {
    const sequence = this.#sequence++;
    const head = Buffer.alloc(48);
    head.writeUInt32BE(1, 0);
    head.writeUInt32BE(sequence, 4);
    head.writeUInt32BE(isIn ? 1 : 0, 12);
    head.writeUInt32BE(endpoint, 16);
    head.writeUInt32BE(length, 24);
    setup.copy(head, 40);
    this.write(Buffer.concat([head, data]));
    const answer = new Promise<{ status: number; data: Buffer }>((resolve) => {
      this.#urbs.set(sequence, { isIn, done: (status, bytes) => resolve({ status, data: bytes }) });
    });
    return { sequence, answer };
  }

  unlink(sequence: number): void {
    const head = Buffer.alloc(48);
    head.writeUInt32BE(2, 0);
    head.writeUInt32BE(this.#sequence++, 4);
    head.writeUInt32BE(sequence, 20);
    this.write(head);
  }

  control(setup: string): Promise<{ status: number; data: Buffer }> {
    const bytes = Buffer.from(setup, 'hex');
    return this.submit(0, (bytes[0]! & 0x80) !== 0, bytes.readUInt16LE(6), Buffer.alloc(0), bytes).answer;
  }

  async #receive(): Promise<void> {
    for (;;) {
      const head = await this.take(48);
      if (head.length === 0) return;
      const urb = this.#urbs.get(head.readUInt32BE(4));
      const isSubmit = head.readUInt32BE(0) === 3;
      const actual = head.readUInt32BE(24);
      const data = isSubmit && urb?.isIn && actual > 0 ? await this.take(actual) : Buffer.alloc(0);
      this.#urbs.delete(head.readUInt32BE(4));
      urb?.done(head.readInt32BE(20), data);
    }
  }

  #serve(): void {
    const wanted = this.#wanted;
    if (wanted === undefined || this.#bytes.length < wanted.count) return;
    this.#wanted = undefined;
    const bytes = this.#bytes.subarray(0, wanted.count);
    this.#bytes = this.#bytes.subarray(wanted.count);
    wanted.resolve(bytes);
  }
}

/** Bulk endpoints as a host uses them: a message a transfer, or a stream. */
class BulkPipe implements Transport {
  readonly address = 'usb:test';
  readonly carrier: 'message' | 'stream';
  readonly #client: Client;

  constructor(client: Client, carrier: 'message' | 'stream') {
    this.#client = client;
    this.carrier = carrier;
  }

  async open(sink: TransportSink): Promise<void> {
    void (async () => {
      let pieces: Buffer[] = [];
      while (!this.#client.closed) {
        const { data } = await this.#client.submit(1, true, 4096).answer;
        pieces.push(data);
        if (this.carrier === 'message' && data.length === 4096) continue;
        sink.receive(Buffer.concat(pieces));
        pieces = [];
      }
    })();
  }

  send(chunk: Uint8Array): undefined {
    this.#client.submit(1, false, chunk.length, Buffer.from(chunk));
    const endsInFullPacket = this.carrier === 'message' && chunk.length % 512 === 0;
    if (endsInFullPacket) this.#client.submit(1, false, 0);
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }
}

async function run(host: WireHost): Promise<string[]> {
  await host.control();
  host.patterns(
    0,
    Array.from({ length: 13 }, (_, k) => new Uint8Array(128).fill(k + 1)),
  );
  await host.get({ type: 'START', flags: 0 }, 'DONE');
  await host.until(() => host.all('RUN_ENDED')[0]);
  return host.all('READOUTS').map((message) => message.data.join());
}

describe('mountUsbIp', () => {
  it('lists a vendor-class and a serial device, each of which sends the same bytes as in process', async () => {
    const near = createEmulatedDevice({ profile: 'tiny', seed: 9 });
    const expected = await run(await new WireHost(near.connect()).open());
    await near.close();
    for (const [busId, carrier] of [
      ['1-1', 'message'],
      ['1-2', 'stream'],
    ] as const) {
      const device = createEmulatedDevice({ profile: 'tiny', seed: 9 });
      const mount = await mountUsbIp(device, { port: 0, serial: 'A1' });
      const client = new Client(mount.address);
      expect(await client.list()).to.deep.equal(['1-1 1209:0001', '1-2 1209:0002']);
      expect(await client.import(busId)).to.equal(0);
      const descriptor = await client.control('8006000100001200');
      expect(descriptor.data.readUInt16LE(8)).to.equal(0x1209);
      const serial = await client.control('800603030904ff00');
      expect(serial.data.subarray(2).toString('utf16le')).to.equal('A1');
      const host = await new WireHost(new BulkPipe(client, carrier)).open();
      expect(await run(host)).to.deep.equal(expected);
      await mount.close();
      await device.close();
    }
  });

  it('gives a device to one client at a time, and to the next one when it is unplugged', async () => {
    const device = createEmulatedDevice({ profile: 'tiny' });
    const mount = await mountUsbIp(device, { port: 0, serial: 'A1' });
    const first = new Client(mount.address);
    expect(await first.import('1-1')).to.equal(0);
    const host = await new WireHost(new BulkPipe(first, 'message')).open();
    await host.control();
    expect(await new Client(mount.address).import('1-1')).to.equal(2);
    expect(await new Client(mount.address).import('9-9')).to.equal(4);
    first.destroy();
    let next: Client;
    do next = new Client(mount.address);
    while ((await next.import('1-1')) !== 0);
    const second = await new WireHost(new BulkPipe(next, 'message')).open();
    await second.greet(2);
    await second.get({ type: 'ACQUIRE_CONTROL', heartbeatMicroseconds: 0 }, 'DONE');
    await mount.close();
    await device.close();
  });

  it('takes requests back, stalls what it does not know and halted endpoints, and ends on garbage', async () => {
    const device = createEmulatedDevice({ profile: 'tiny' });
    const mount = await mountUsbIp(device, { port: 0, serial: 'A1' });
    const client = new Client(mount.address);
    await client.import('1-1');
    const { sequence, answer } = client.submit(1, true, 512);
    let isAnswered = false;
    void answer.then(() => {
      isAnswered = true;
    });
    client.unlink(sequence);
    expect((await client.control('c001000000000000')).status).to.equal(-32);
    expect(isAnswered).to.equal(false);
    await client.control('0203000081000000');
    expect((await client.submit(1, true, 512).answer).status).to.equal(-32);
    await client.control('0201000081000000');
    expect((await client.control('8200000081000200')).data.toString('hex')).to.equal('0000');
    const stranger = new Client(mount.address);
    stranger.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    expect(await stranger.take(1)).to.have.length(0);
    await mount.close();
    await device.close();
  });
});
