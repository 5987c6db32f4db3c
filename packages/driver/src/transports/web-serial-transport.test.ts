import { isOpuError, type OpuError, VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { type SerialPortLike, WebSerialTransport } from './web-serial-transport.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const named = (name: string, message = name): Error => Object.assign(new Error(message), { name });

/** A port of Web Serial whose line is a pair of web streams: what is written is kept, what is fed is read. */
class LinePort implements SerialPortLike {
  readable: ReadableStream<Uint8Array> | null = null;
  writable: WritableStream<Uint8Array> | null = null;
  readonly written: number[] = [];
  isOpen = false;
  /** What becomes of a write; it is taken at once by default. */
  take: () => Promise<void> = async () => {};
  #line: ReadableStreamDefaultController<Uint8Array> | undefined;
  readonly #refusal: Error | undefined;

  constructor(refusal?: Error) {
    this.#refusal = refusal;
  }

  getInfo() {
    return { usbVendorId: 0x1209, usbProductId: 2 };
  }

  async open(): Promise<void> {
    if (this.isOpen) throw named('InvalidStateError', 'The port is already open.');
    if (this.#refusal !== undefined) throw this.#refusal;
    this.isOpen = true;
    this.#freshReadable();
    this.writable = new WritableStream({
      write: async (chunk) => {
        await this.take();
        this.written.push(...chunk);
      },
    });
  }

  async close(): Promise<void> {
    if (this.readable?.locked === true || this.writable?.locked === true) throw new TypeError('The port is locked.');
    this.isOpen = false;
    this.readable = this.writable = null;
  }

  feed(...bytes: number[]): void {
    this.#line?.enqueue(Uint8Array.from(bytes));
  }

  /** What a line's noise does: this stream is over, and there is another one. */
  disturb(error: Error): void {
    this.#line?.error(error);
    this.#freshReadable();
  }

  unplug(): void {
    this.#line?.error(named('NetworkError', 'The device has been lost.'));
    this.readable = null;
  }

  #freshReadable(): void {
    this.readable = new ReadableStream({
      start: (controller) => {
        this.#line = controller;
      },
    });
  }
}

async function opened(port: LinePort, clock = new VirtualClock()) {
  const heard: number[] = [];
  const ends: (OpuError | undefined)[] = [];
  const transport = new WebSerialTransport(port, { clock, baud: 9600, writeTimeout: 50 });
  await transport.open({ receive: (chunk) => heard.push(...chunk), ended: (reason) => ends.push(reason) });
  return { transport, heard, ends, clock };
}

describe('WebSerialTransport', () => {
  it('carries bytes both ways and gives the port back when it is closed', async () => {
    const port = new LinePort();
    const { transport, heard, ends } = await opened(port);
    expect(transport.address).to.equal('web-serial:1209:0002');
    port.feed(1, 2, 3);
    await transport.send(Uint8Array.of(4, 5));
    await settled();
    expect(heard).to.deep.equal([1, 2, 3]);
    expect(port.written).to.deep.equal([4, 5]);
    await transport.close();
    await transport.close();
    expect(ends).to.deep.equal([undefined]);
    expect(port.isOpen).to.equal(false);
    expect(transport.send(Uint8Array.of(1))).to.equal(undefined);
    expect(await (await opened(port)).transport.close()).to.equal(undefined);
  });

  it('reads on after noise on the line, and ends when the port is unplugged', async () => {
    const port = new LinePort();
    const { heard, ends } = await opened(port);
    for (const name of ['BreakError', 'FramingError', 'ParityError', 'BufferOverrunError']) {
      port.disturb(named(name));
      await settled();
      port.feed(7);
      await settled();
    }
    expect(heard).to.deep.equal([7, 7, 7, 7]);
    port.unplug();
    await settled();
    expect(ends).to.have.length(1);
    expect(isOpuError(ends[0], 'LINK_LOST')).to.equal(true);
    expect(ends[0]!.message).to.contain('The device has been lost');
    await settled();
    expect(port.isOpen).to.equal(false);
  });

  it('gives up a port that takes no byte after the time that it may take', async () => {
    const port = new LinePort();
    const { transport, ends, clock } = await opened(port);
    port.take = () => new Promise(() => {});
    const pause = transport.send(Uint8Array.of(1));
    await settled();
    expect(ends).to.deep.equal([]);
    clock.spend(50 * 100_000);
    await pause;
    expect(isOpuError(ends[0], 'LINK_LOST')).to.equal(true);
    expect(ends[0]!.message).to.contain('no byte for 50 ms');
  });

  it('gives up no port that is merely slow: no piece of a write takes the line longer than a second', async () => {
    const port = new LinePort();
    const { transport } = await opened(port);
    const taken: number[] = [];
    port.take = async () => void taken.push(port.written.length);
    await transport.send(new Uint8Array(2500));
    expect(taken).to.deep.equal([0, 960, 1920]);
    expect(port.written).to.have.length(2500);
  });

  it('closes a port that takes no byte, after the time that it may take', async () => {
    const port = new LinePort();
    const { transport, ends, clock } = await opened(port);
    port.take = () => new Promise(() => {});
    void transport.send(Uint8Array.of(1));
    const closed = transport.close();
    for (let i = 0; i < 6; i++) {
      await settled();
      clock.spend(50 * 100_000);
    }
    await closed;
    expect(ends).to.deep.equal([undefined]);
  });

  it('says why a port cannot be opened', async () => {
    const busy = new LinePort();
    await busy.open();
    for (const [port, code, said] of [
      [busy, 'DEVICE_BUSY', 'close it there first'],
      [new LinePort(named('SecurityError')), 'PERMISSION_DENIED', 'This page may not use'],
      [new LinePort(named('NetworkError', 'Failed to open serial port.')), 'LINK_UNAVAILABLE', 'udev/70-opu.rules'],
    ] as const) {
      const error = await opened(port).catch((e: unknown) => e);
      expect(error).to.include({ code });
      expect((error as Error).message).to.contain(said);
    }
    const { transport } = await opened(new LinePort());
    const again = await transport.open({ receive: () => {}, ended: () => {} }).catch((e: unknown) => e);
    expect(again).to.include({ code: 'INVALID_STATE' });
    await transport.close();
  });
});
