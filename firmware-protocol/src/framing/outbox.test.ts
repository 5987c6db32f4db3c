import type { Carrier, Transport } from '@opu/core';
import { expect } from 'chai';
import { Outbox } from './outbox.js';

/** Keeps what is sent, and asks for a pause after every chunk while `pauses` is set. */
class Recorder implements Transport {
  readonly address = 'recorder:';
  readonly carrier: Carrier;
  readonly takesJoined = true;
  readonly sent: number[][] = [];
  pauses = false;
  resume = (): void => {};

  constructor(carrier: Carrier = 'length') {
    this.carrier = carrier;
  }

  async open(): Promise<void> {}
  async close(): Promise<void> {}

  send(chunk: Uint8Array): Promise<void> | undefined {
    this.sent.push(chunk.length > 100 ? [chunk.length] : [...chunk]);
    if (!this.pauses) return undefined;
    return new Promise((resolve) => {
      this.resume = resolve;
    });
  }

  sendParts(parts: readonly Uint8Array[]): Promise<void> | undefined {
    return this.send(Uint8Array.from(parts.flatMap((part) => [...part])));
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Outbox', () => {
  it('puts small chunks of one call stack together, and sends them when it is done', async () => {
    const transport = new Recorder();
    const outbox = new Outbox(transport, () => {});
    for (const value of [1, 2, 3]) outbox.send(Uint8Array.of(value), false);
    expect(transport.sent).to.deep.equal([]);
    await settled();
    expect(transport.sent).to.deep.equal([[1, 2, 3]]);
  });

  it('waits for flush where that is promised, and keeps the order of small, large and parts', async () => {
    const transport = new Recorder();
    const outbox = new Outbox(transport, () => {});
    outbox.send(Uint8Array.of(1), true);
    outbox.send(Uint8Array.of(2), true);
    await settled();
    expect(transport.sent).to.deep.equal([]);
    outbox.sendParts([Uint8Array.of(3), Uint8Array.of(4, 5)]);
    outbox.send(new Uint8Array(40_000), true);
    outbox.send(Uint8Array.of(6), true);
    outbox.flush();
    expect(transport.sent).to.deep.equal([[1, 2], [3, 4, 5], [40_000], [6]]);
  });

  it('sends each message by itself where a chunk is a message', async () => {
    const transport = new Recorder('message');
    const outbox = new Outbox(transport, () => {});
    for (const value of [1, 2]) outbox.send(Uint8Array.of(value), false);
    await settled();
    expect(transport.sent).to.deep.equal([[1], [2]]);
  });

  it('has room for one chunk behind the one under way, says when it has room again, and loses nothing over a pause', async () => {
    const transport = new Recorder();
    let drained = 0;
    const outbox = new Outbox(transport, () => drained++);
    transport.pauses = true;
    outbox.send(new Uint8Array(70_000), false);
    expect(outbox.isFree).to.equal(true);
    outbox.send(Uint8Array.of(1), false);
    outbox.send(Uint8Array.of(2), false);
    expect(outbox.isFree).to.equal(false);
    await settled();
    expect(transport.sent).to.deep.equal([[70_000]]);
    transport.resume();
    await settled();
    expect(transport.sent).to.deep.equal([[70_000], [1, 2]]);
    expect(outbox.isFree).to.equal(true);
    expect(drained).to.equal(1);
  });

  it('sends nothing after its end', async () => {
    const transport = new Recorder();
    const outbox = new Outbox(transport, () => {});
    outbox.send(Uint8Array.of(1), false);
    outbox.end();
    outbox.send(Uint8Array.of(2), false);
    await settled();
    expect(transport.sent).to.deep.equal([]);
  });
});
