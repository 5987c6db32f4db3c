import type { Carrier, Transport, TransportSink } from '@opu/core';

/** Chunks of one connection, each way, as they went over the transport. */
export class Tape {
  readonly toHost: Uint8Array[] = [];
  readonly toDevice: Uint8Array[] = [];
}

/** What an adapter or a bridge still has of an earlier connection, and when it hands that out. */
export interface Stale {
  /** Before anything else is sent or comes. */
  readonly first?: readonly Uint8Array[];
  /** When the host has sent its first message. */
  readonly afterFirstSent?: readonly Uint8Array[];
  /** Behind the n-th chunk of the device. */
  readonly afterChunk?: { readonly n: number; readonly chunks: readonly Uint8Array[] };
  /** To the device, in front of what the host sends first. */
  readonly toDevice?: readonly Uint8Array[];
}

/** A transport that writes down what goes over it, or lets bytes of an earlier connection through as if they were of this one. */
export class StaleTransport implements Transport {
  readonly address: string;
  readonly carrier: Carrier;
  readonly #inner: Transport;
  readonly #stale: Stale;
  readonly #tape: Tape;
  #sink: TransportSink | undefined;
  #sent = 0;
  #came = 0;

  constructor(inner: Transport, stale: Stale, tape = new Tape()) {
    this.#inner = inner;
    this.#stale = stale;
    this.#tape = tape;
    this.address = inner.address;
    this.carrier = inner.carrier;
  }

  async open(sink: TransportSink): Promise<void> {
    this.#sink = sink;
    await this.#inner.open({
      receive: (chunk) => {
        this.#tape.toHost.push(Uint8Array.from(chunk));
        sink.receive(chunk);
        const { afterChunk } = this.#stale;
        if (++this.#came === afterChunk?.n) this.#say(afterChunk.chunks);
      },
      ended: (reason) => sink.ended(reason),
    });
    this.#say(this.#stale.first);
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    this.#tape.toDevice.push(Uint8Array.from(chunk));
    if (this.#sent++ === 0) {
      for (const old of this.#stale.toDevice ?? []) void this.#inner.send(Uint8Array.from(old));
      const result = this.#inner.send(chunk);
      this.#say(this.#stale.afterFirstSent);
      return result;
    }
    return this.#inner.send(chunk);
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #say(chunks: readonly Uint8Array[] | undefined): void {
    for (const chunk of chunks ?? []) this.#sink?.receive(Uint8Array.from(chunk));
  }
}
