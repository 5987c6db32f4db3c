import type { Transport, TransportSink } from '@opu/core';
import type { Scheme } from '@opu/driver';

/** Bytes that went over a link at once. */
export interface LinkChunk {
  readonly from: 'host' | 'device';
  readonly bytes: Uint8Array;
}

/** A scheme whose first connection is written down. */
export function recorded(scheme: Scheme, chunks: LinkChunk[]): Scheme {
  return async (address) => {
    const connection = await scheme(address);
    return { ...connection, transport: new RecordedTransport(connection.transport, chunks) };
  };
}

class RecordedTransport implements Transport {
  readonly #inner: Transport;
  readonly #chunks: LinkChunk[];

  constructor(inner: Transport, chunks: LinkChunk[]) {
    this.#inner = inner;
    this.#chunks = chunks;
  }

  get address(): string {
    return this.#inner.address;
  }

  get carrier(): Transport['carrier'] {
    return this.#inner.carrier;
  }

  open(sink: TransportSink): Promise<void> {
    return this.#inner.open({
      receive: (bytes) => {
        this.#chunks.push({ from: 'device', bytes });
        sink.receive(bytes);
      },
      ended: (reason) => sink.ended(reason),
    });
  }

  send(bytes: Uint8Array): Promise<void> | undefined {
    this.#chunks.push({ from: 'host', bytes });
    return this.#inner.send(bytes);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
