import { isOpuError, type OpuError } from '@opu/core';
import { expect } from 'chai';
import { UsbTransport } from './usb-transport.js';

function setup(carrier: 'message' | 'stream', maximumTransfer = 10_000) {
  const transport = new UsbTransport('usb:test', carrier, maximumTransfer);
  const received: number[] = [];
  const ends: (OpuError | undefined)[] = [];
  const fetched: number[] = [];
  const fetch = (length: number) => {
    const request = { length, complete: (data: Uint8Array) => fetched.push(data.length) };
    transport.request(request);
    return request;
  };
  const opened = transport.open({ receive: (chunk) => received.push(chunk.length), ended: (why) => ends.push(why) });
  return { transport, received, ends, fetched, fetch, opened };
}

describe('UsbTransport', () => {
  it('ends a message to the host with a short packet, or an empty one when its length is a multiple of the packet', () => {
    const { transport, fetched, fetch } = setup('message');
    void transport.send(new Uint8Array(1024));
    void transport.send(new Uint8Array(100));
    for (const length of [1024, 1024, 1024]) fetch(length);
    expect(fetched).to.deep.equal([1024, 0, 100]);
    void transport.send(new Uint8Array(1536));
    for (const length of [512, 512, 512, 512]) fetch(length);
    expect(fetched.slice(3)).to.deep.equal([512, 512, 512, 0]);
    // A request with room to spare ends with its last packet.
    void transport.send(new Uint8Array(512));
    fetch(1024);
    expect(fetched.slice(7)).to.deep.equal([512]);
  });

  it('adds no empty packet to a stream', () => {
    const { transport, fetched, fetch } = setup('stream');
    void transport.send(new Uint8Array(512));
    void transport.send(new Uint8Array(10));
    fetch(512);
    fetch(512);
    expect(fetched).to.deep.equal([512, 10]);
  });

  it('puts transfers of the host together up to the short or empty packet', async () => {
    const { transport, received, opened } = setup('message');
    await opened;
    await new Promise((resolve) => setImmediate(resolve));
    transport.receive(new Uint8Array(1024), false);
    transport.receive(new Uint8Array(512), false);
    expect(received).to.deep.equal([]);
    transport.receive(new Uint8Array(0), false);
    transport.receive(new Uint8Array(512), true);
    transport.receive(new Uint8Array(700), false);
    expect(received).to.deep.equal([1536, 512, 700]);
  });

  for (const takesBorrowed of [true, false]) {
    it(`${takesBorrowed ? 'lends' : 'copies'} what it has borrowed, and keeps none of it`, async () => {
      const transport = new UsbTransport('usb:test', 'message', 10_000);
      const borrowed = new Uint8Array(512);
      const received: { readonly chunk: Uint8Array; readonly borrowed: boolean | undefined }[] = [];
      const say = (byte: number, length: number): void => {
        transport.receive(borrowed.fill(byte).subarray(0, length), false, true);
      };
      say(1, 7);
      await transport.open({
        takesBorrowed,
        receive: (chunk, borrowed) => received.push({ chunk, borrowed }),
        ended: () => {},
      });
      await new Promise((resolve) => setImmediate(resolve));
      say(2, 512);
      say(3, 7);
      expect(received.map(({ chunk }) => [chunk.length, chunk[0], chunk.at(-1)])).to.deep.equal([
        [7, 1, 1],
        [519, 2, 3],
      ]);
      say(4, 7);
      borrowed.fill(5);
      const last = received.at(-1)!;
      expect(last.borrowed === true).to.equal(takesBorrowed);
      expect(last.chunk[0]).to.equal(takesBorrowed ? 5 : 4);
    });
  }

  it('ends on a transfer that has no end, before it takes more memory than a message can need', async () => {
    const { transport, ends, opened } = setup('message', 2048);
    await opened;
    for (let i = 0; i < 6; i++) transport.receive(new Uint8Array(512), false);
    expect(ends.map((end) => isOpuError(end, 'LINK_CORRUPT'))).to.deep.equal([true]);
    expect(transport.send(new Uint8Array(8))).to.equal(undefined);
  });

  it('counts bytes as waiting until the host has them, where a request can tell', async () => {
    const { transport } = setup('message');
    let free = false;
    const pause = transport.send(new Uint8Array(2 ** 20 + 1));
    void pause?.then(() => {
      free = true;
    });
    let taken = (): void => {};
    let completed = 0;
    transport.request({
      length: 2 ** 21,
      whenTaken: (listener) => {
        taken = listener;
      },
      complete: (data) => {
        completed = data.length;
      },
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([completed, free]).to.deep.equal([2 ** 20 + 1, false]);
    taken();
    await pause;
    expect(free).to.equal(true);
  });

  it('asks for a pause while megabytes wait, and hands waiting requests on when it ends', async () => {
    const { transport, fetch, opened } = setup('stream');
    await opened;
    let room: Promise<void> | undefined;
    for (let i = 0; i < 6 && room === undefined; i++) room = transport.send(new Uint8Array(2 ** 20));
    expect(room).to.not.equal(undefined);
    for (let i = 0; i < 6; i++) fetch(2 ** 20);
    await room;
    const waiting = fetch(100);
    expect(transport.end()).to.include(waiting);
  });
});
