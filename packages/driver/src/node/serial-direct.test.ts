import { EventEmitter } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { SerialPort } from 'serialport';
import { DirectPort } from './serial-direct.js';

describe('DirectPort', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-direct-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Bindings on a file instead of a port: what is there can be read at once, and then nothing. */
  function bindings(fd: number | null, poller?: EventEmitter) {
    const slow: number[] = [];
    const binding = {
      fd,
      ...(poller === undefined ? {} : { poller }),
      read: async (buffer: Buffer, _offset: number, length: number) => {
        slow.push(length);
        return { bytesRead: 0, buffer };
      },
    };
    return { slow, binding, port: { port: binding } as unknown as SerialPort };
  }

  it('takes all that there is in one read, asks again only when the port is readable, and leaves an empty one to the bindings', async () => {
    const path = join(folder, 'port');
    const bytes = Uint8Array.from({ length: 3000 }, (_, i) => (i * 40503) >>> 8);
    writeFileSync(path, bytes);
    const fd = openSync(path, 'r');
    const poller = new EventEmitter();
    const { slow, binding, port } = bindings(fd, poller);
    new DirectPort(port);
    const buffer = Buffer.alloc(65_536);
    const first = await binding.read(buffer, 0, buffer.length);
    expect(buffer.subarray(0, first.bytesRead).equals(bytes)).to.equal(true);
    let isBack = false;
    const second = binding.read(buffer, 0, buffer.length).then(() => {
      isBack = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isBack).to.equal(false);
    expect(slow).to.deep.equal([]);
    poller.emit('readable', null);
    await second;
    expect(slow).to.deep.equal([65_536]);
    const third = binding.read(buffer, 0, 16);
    const failure = new Error('unplugged');
    poller.emit('readable', failure);
    expect(await third.catch((error: unknown) => error)).to.equal(failure);
    closeSync(fd);
  });

  it('writes at once, and nothing on a port that is closed', () => {
    const path = join(folder, 'port');
    const fd = openSync(path, 'w');
    const { port } = bindings(fd, new EventEmitter());
    const direct = new DirectPort(port);
    expect(direct.write(new Uint8Array(10_000).fill(3))).to.equal(10_000);
    closeSync(fd);
    expect(readFileSync(path).equals(Buffer.alloc(10_000, 3))).to.equal(true);
    expect(direct.write(new Uint8Array(5))).to.equal(0);
  });

  it('leaves bindings alone that have no descriptor or no poller', () => {
    for (const { binding, port } of [bindings(null, new EventEmitter()), bindings(1)]) {
      const { read } = binding;
      const direct = new DirectPort(port);
      expect(binding.read).to.equal(read);
      expect(direct.write(new Uint8Array(5))).to.equal(0);
    }
  });
});
