import type { Carrier, Transport, TransportSink } from '@opu/core';

/** What went over a link, chunk by chunk. */
export interface Conversation {
  readonly fromDevice: Uint8Array[];
  readonly fromHost: Uint8Array[];
}

/** Bytes that did not leave the cable in their own session. */
export interface StaleBytes {
  /** The host hears them before it has said anything. */
  readonly atOpen?: readonly Uint8Array[];
  /** The host hears them between its HELLO and the reply. */
  readonly behindHello?: readonly Uint8Array[];
  /** The host hears them behind the chunk that the device said first. */
  readonly behindReply?: readonly Uint8Array[];
  /** The device hears them in front of HELLO. */
  readonly toDevice?: readonly Uint8Array[];
  /** The device hears them behind HELLO. */
  readonly toDeviceBehindHello?: readonly Uint8Array[];
}

/** The host's end of a link: notes what passes, and puts bytes of an earlier session between. */
export class StaleTransport implements Transport {
  readonly carrier: Carrier;
  readonly address: string;
  readonly #inner: Transport;
  readonly #stale: StaleBytes;
  readonly #notes: Conversation | undefined;
  #sink: TransportSink | undefined;
  #hasSpoken = false;
  #hasHeard = false;

  constructor(inner: Transport, stale: StaleBytes, notes?: Conversation) {
    this.#inner = inner;
    this.#stale = stale;
    this.#notes = notes;
    this.carrier = inner.carrier;
    this.address = inner.address;
  }

  async open(sink: TransportSink): Promise<void> {
    this.#sink = sink;
    await this.#inner.open({
      receive: (chunk) => {
        const own = Uint8Array.from(chunk);
        this.#notes?.fromDevice.push(own);
        sink.receive(own);
        if (!this.#hasHeard) this.#hear(this.#stale.behindReply);
        this.#hasHeard = true;
      },
      ended: (reason) => sink.ended(reason),
    });
    this.#hear(this.#stale.atOpen);
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    this.#notes?.fromHost.push(Uint8Array.from(chunk));
    if (this.#hasSpoken) return this.#inner.send(chunk);
    this.#hasSpoken = true;
    this.#tell(this.#stale.toDevice);
    this.#hear(this.#stale.behindHello);
    const sent = this.#inner.send(chunk);
    this.#tell(this.#stale.toDeviceBehindHello);
    return sent;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #hear(chunks: readonly Uint8Array[] = []): void {
    for (const chunk of chunks) this.#sink?.receive(Uint8Array.from(chunk));
  }

  #tell(chunks: readonly Uint8Array[] = []): void {
    for (const chunk of chunks) void this.#inner.send(Uint8Array.from(chunk));
  }
}
