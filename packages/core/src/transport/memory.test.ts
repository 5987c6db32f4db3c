import { expect } from 'chai';
import { isOpuError, type OpuError } from '../errors/opu-error.js';
import { memoryTransportPair } from './memory.js';
import type { TransportSink } from './transport.js';

class Recorder implements TransportSink {
  readonly chunks: Uint8Array[] = [];
  readonly ends: (OpuError | undefined)[] = [];
  receive(chunk: Uint8Array): void {
    this.chunks.push(chunk);
  }
  ended(reason?: OpuError): void {
    this.ends.push(reason);
  }
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('memoryTransportPair', () => {
  it('hands chunks over in order, without a copy and never inside send', async () => {
    const [a, b] = memoryTransportPair();
    const received = new Recorder();
    await a.open(new Recorder());
    await b.open(received);
    const chunks = [new Uint8Array([1]), new Uint8Array([2, 3])];
    for (const chunk of chunks) expect(a.send(chunk)).to.equal(undefined);
    expect(received.chunks).to.have.length(0);
    await settled();
    expect(received.chunks[0]).to.equal(chunks[0]);
    expect(received.chunks[1]).to.equal(chunks[1]);
  });

  it('keeps what arrives before the other end is open', async () => {
    const [a, b] = memoryTransportPair();
    await a.open(new Recorder());
    void a.send(new Uint8Array([7]));
    const received = new Recorder();
    await b.open(received);
    await settled();
    expect(received.chunks).to.have.length(1);
  });

  it('delivers what was sent before a close, then tells each end once why it ended', async () => {
    const [a, b] = memoryTransportPair('memory:test');
    const left = new Recorder();
    const right = new Recorder();
    await a.open(left);
    await b.open(right);
    void a.send(new Uint8Array([1]));
    await a.close();
    await a.close();
    await settled();
    await b.close();
    expect(left.ends).to.deep.equal([undefined]);
    expect(right.chunks).to.have.length(1);
    expect(right.ends).to.have.length(1);
    expect(isOpuError(right.ends[0], 'LINK_LOST')).to.equal(true);
  });

  it('refuses a second open', async () => {
    const [a] = memoryTransportPair();
    await a.open(new Recorder());
    const error = await a.open(new Recorder()).catch((e: unknown) => e);
    expect(isOpuError(error, 'INVALID_STATE')).to.equal(true);
  });
});
