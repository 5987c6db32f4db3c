import {
  type Clock,
  OpuError,
  RealTimeClock,
  TICKS_PER_SECOND,
  type Transport,
  type TransportSink,
} from '@opu/protocol';
import type { RawData, WebSocket } from 'ws';

/** Bytes in the socket's memory beyond which whoever sends has to wait. */
const FULL_BYTES = 1 << 20;
/** How long a host may take to read what was sent before the end. */
const CLOSE_PATIENCE_TICKS = 2 * TICKS_PER_SECOND;
const CLOSE_NORMAL = 1000;
/** "Cannot accept the type of data": text instead of bytes. */
const CLOSE_UNSUPPORTED = 1003;

/** The device's end of an accepted WebSocket. Messages travel by their header's length. */
export class WebSocketLink implements Transport {
  readonly address: string;
  readonly carrier = 'length';
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  #sink: TransportSink | undefined;
  #failure: Error | undefined;
  #closing = false;
  #ended = false;

  /** @param clock the time of this machine, for how long a close waits for a host that does not read */
  constructor(socket: WebSocket, address: string, clock: Clock = new RealTimeClock()) {
    this.address = address;
    this.#clock = clock;
    this.#socket = socket;
    socket.pause();
    socket.on('error', (error) => {
      this.#failure = error;
    });
  }

  async open(sink: TransportSink): Promise<void> {
    if (this.#sink !== undefined)
      throw new OpuError('INVALID_STATE', `The transport ${this.address} was opened before.`);
    this.#sink = sink;
    const socket = this.#socket;
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (!isBinary) socket.close(CLOSE_UNSUPPORTED, 'an OPU takes bytes, no text');
      else if (!this.#ended) sink.receive(data as Buffer);
    });
    socket.on('close', () => this.#end());
    if (socket.readyState === socket.CLOSED) this.#end();
    else socket.resume();
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    const socket = this.#socket;
    if (this.#closing || this.#ended || socket.readyState !== socket.OPEN) return undefined;
    if (socket.bufferedAmount < FULL_BYTES) {
      socket.send(chunk);
      return undefined;
    }
    // It is called with an error when the socket closes before: that is told by 'close'.
    return new Promise((resolve) => socket.send(chunk, () => resolve()));
  }

  async close(): Promise<void> {
    if (this.#closing || this.#ended) return;
    this.#closing = true;
    await new Promise<void>((resolve) => {
      const patience = this.#clock.at(this.#clock.now() + CLOSE_PATIENCE_TICKS, () => this.#socket.terminate());
      this.#socket.once('close', () => {
        patience.cancel();
        resolve();
      });
      this.#socket.close(CLOSE_NORMAL);
    });
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#closing) this.#sink?.ended();
    else {
      const why = this.#failure === undefined ? 'The host closed the connection' : this.#failure.message;
      this.#sink?.ended(new OpuError('LINK_LOST', `${this.address}: ${why}.`, { cause: this.#failure }));
    }
  }
}
