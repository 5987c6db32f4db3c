import { OpuError } from '../errors/opu-error.js';
import type { Carrier, Transport, TransportSink } from './transport.js';

/**
 * Two transports joined back to back in one process: what one sends the other receives, in a later microtask, without
 * a copy. For in-process devices and for tests.
 */
export function memoryTransportPair(address = 'memory:', carrier: Carrier = 'length'): [Transport, Transport] {
  const a = new MemoryTransport(address, carrier);
  const b = new MemoryTransport(address, carrier);
  a.peer = b;
  b.peer = a;
  return [a, b];
}

class MemoryTransport implements Transport {
  readonly address: string;
  readonly carrier: Carrier;
  peer: MemoryTransport | undefined;
  #sink: TransportSink | undefined;
  #arrived: Uint8Array[] = [];
  #draining = false;
  #ended = false;
  #peerGone = false;

  constructor(address: string, carrier: Carrier) {
    this.address = address;
    this.carrier = carrier;
  }

  async open(sink: TransportSink): Promise<void> {
    if (this.#sink !== undefined || this.#ended) {
      throw new OpuError('INVALID_STATE', `The transport ${this.address} was opened before; open a new one.`);
    }
    this.#sink = sink;
    this.#schedule();
  }

  send(chunk: Uint8Array): undefined {
    if (this.#ended || this.#peerGone) return undefined;
    if (this.peer !== undefined) this.peer.#take(chunk);
    return undefined;
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#arrived = [];
    if (this.peer !== undefined) this.peer.#hangUp();
    this.#sink?.ended();
  }

  #take(chunk: Uint8Array): void {
    if (this.#ended) return;
    this.#arrived.push(chunk);
    this.#schedule();
  }

  #hangUp(): void {
    this.#peerGone = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#draining || this.#sink === undefined) return;
    this.#draining = true;
    queueMicrotask(() => this.#drain());
  }

  #drain(): void {
    this.#draining = false;
    const chunks = this.#arrived;
    this.#arrived = [];
    for (const chunk of chunks) {
      if (this.#ended) return;
      this.#sink?.receive(chunk);
    }
    if (this.#arrived.length > 0) {
      this.#schedule();
      return;
    }
    if (this.#peerGone && !this.#ended) {
      this.#ended = true;
      this.#sink?.ended(new OpuError('LINK_LOST', `The other end of ${this.address} closed the connection.`));
    }
  }
}
