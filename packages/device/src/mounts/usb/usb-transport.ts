import { type Carrier, OpuError, type Transport, type TransportSink } from '@opu/core';
import { BULK_PACKET_BYTES } from './descriptors.js';

/** More than this waits for the host to fetch it: then the device is asked to pause. What it makes still lies in the cache then. */
const MUCH_QUEUED = 2 ** 20;

/** A bulk IN request of the host that waits for bytes. */
export interface InRequest {
  readonly length: number;
  complete(data: Uint8Array): void;
  /** Calls back when the host has the bytes; where that cannot be known they count as taken when the request is complete. */
  whenTaken?: ((listener: () => void) => void) | undefined;
}

/**
 * One session of a host on the bulk endpoints of a USB device: the device's end.
 * - `message`: a message is a transfer of its own, which a short packet ends, or an empty one when its length is a multiple
 *   of the packet's.
 * - `stream`: bytes without borders.
 */
export class UsbTransport implements Transport {
  readonly address: string;
  readonly carrier: Carrier;
  readonly givesBack = true;
  #sink: TransportSink | undefined;
  #toHost: Uint8Array[] = [];
  #queued = 0;
  #requests: InRequest[] = [];
  #owesEmptyPacket = false;
  #drained: (() => void)[] = [];
  /** Pieces of the transfer that comes in. */
  #pieces: Uint8Array[] = [];
  #early: Uint8Array[] = [];
  #ended = false;
  readonly #maximumTransfer: number;

  constructor(address: string, carrier: 'message' | 'stream', maximumTransfer: number) {
    this.address = address;
    this.carrier = carrier;
    this.#maximumTransfer = maximumTransfer;
  }

  async open(sink: TransportSink): Promise<void> {
    this.#sink = sink;
    queueMicrotask(() => {
      const early = this.#early;
      this.#early = [];
      for (const chunk of early) sink.receive(chunk);
    });
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#ended) return undefined;
    this.#toHost.push(chunk);
    this.#queued += chunk.length;
    this.#serve();
    if (this.#queued <= MUCH_QUEUED) return undefined;
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  async close(): Promise<void> {
    this.end();
  }

  /** The host went away, or starts afresh. Requests that wait stay with the endpoint, for the next session. */
  end(reason?: OpuError): InRequest[] {
    const requests = this.#requests;
    this.#requests = [];
    if (this.#ended) return requests;
    this.#ended = true;
    this.#toHost = [];
    this.#queued = 0;
    this.#release();
    this.#sink?.ended(reason);
    return requests;
  }

  /**
   * Bytes of a bulk OUT request.
   * @param endsTransfer an empty packet follows by itself
   * @param borrowed the bytes hold only until this returns
   */
  receive(data: Uint8Array, endsTransfer: boolean, borrowed = false): void {
    if (this.#ended) return;
    if (this.carrier === 'stream') {
      this.#hand(data, borrowed);
      return;
    }
    const isLast = data.length === 0 || data.length % BULK_PACKET_BYTES !== 0 || endsTransfer;
    if (isLast && this.#pieces.length === 0) {
      if (data.length > 0) this.#hand(data, borrowed);
      return;
    }
    this.#pieces.push(borrowed ? new Uint8Array(data) : data);
    if (!isLast) {
      const total = this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
      if (total > this.#maximumTransfer) {
        this.end(
          new OpuError('LINK_CORRUPT', `${this.address}: a transfer has more than ${this.#maximumTransfer} bytes.`),
        );
      }
      return;
    }
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#hand(concatenated(pieces), false);
  }

  /** The host asks for bytes. */
  request(request: InRequest): void {
    this.#requests.push(request);
    this.#serve();
  }

  /** The host takes a request back. */
  cancel(request: InRequest): boolean {
    const at = this.#requests.indexOf(request);
    if (at < 0) return false;
    this.#requests.splice(at, 1);
    return true;
  }

  #hand(chunk: Uint8Array, borrowed: boolean): void {
    const sink = this.#early.length > 0 ? undefined : this.#sink;
    const lends = borrowed && sink?.takesBorrowed === true;
    const bytes = borrowed && !lends ? new Uint8Array(chunk) : chunk;
    if (sink === undefined) this.#early.push(bytes);
    else sink.receive(bytes, lends);
  }

  #serve(): void {
    while (this.#requests.length > 0) {
      const chunk = this.#toHost[0];
      if (this.#owesEmptyPacket) {
        this.#owesEmptyPacket = false;
        this.#requests.shift()!.complete(new Uint8Array(0));
        continue;
      }
      if (chunk === undefined) return;
      const request = this.#requests.shift()!;
      const part = chunk.length <= request.length ? chunk : chunk.subarray(0, request.length);
      if (part.length === chunk.length) {
        this.#toHost.shift();
        this.#owesEmptyPacket =
          this.carrier === 'message' && part.length === request.length && part.length % BULK_PACKET_BYTES === 0;
      } else this.#toHost[0] = chunk.subarray(part.length);
      const taken = (): void => {
        this.#queued -= part.length;
        if (this.#queued <= MUCH_QUEUED) this.#release();
      };
      if (request.whenTaken === undefined) taken();
      else request.whenTaken(taken);
      request.complete(part);
    }
  }

  #release(): void {
    const drained = this.#drained;
    this.#drained = [];
    for (const resolve of drained) resolve();
  }
}

function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
