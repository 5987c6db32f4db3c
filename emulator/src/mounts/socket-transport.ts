import type { Socket } from 'node:net';
import {
  type Clock,
  OpuError,
  RealTimeClock,
  TICKS_PER_SECOND,
  type Transport,
  type TransportSink,
} from '@opu/protocol';

/** How long a host may take to read what was sent before the end. */
const CLOSE_PATIENCE_TICKS = 2 * TICKS_PER_SECOND;

/** The device's end of an accepted socket. Messages travel by their header's length. */
export class SocketTransport implements Transport {
  readonly address: string;
  readonly carrier = 'length';
  readonly takesJoined = true;
  readonly givesBack = true;
  readonly #socket: Socket;
  readonly #clock: Clock;
  #sink: TransportSink | undefined;
  #failure: Error | undefined;
  #ended = false;
  #closing = false;

  /** @param clock the time of this machine, for how long a close waits for a host that does not read */
  constructor(socket: Socket, address: string, clock: Clock = new RealTimeClock()) {
    this.address = address;
    this.#clock = clock;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.pause();
    // Without a listener an error of the socket would end the process; the sink hears of it in 'close'.
    socket.on('error', (error) => {
      this.#failure = error;
    });
  }

  async open(sink: TransportSink): Promise<void> {
    if (this.#sink !== undefined) {
      throw new OpuError('INVALID_STATE', `The transport ${this.address} was opened before.`);
    }
    this.#sink = sink;
    const socket = this.#socket;
    // Chunks are the sink's own; that it takes borrowed ones says that it need not keep them.
    socket.on('data', (chunk: Buffer) => sink.receive(chunk, sink.takesBorrowed === true));
    socket.on('end', () => socket.end());
    socket.on('close', () => this.#end());
    if (socket.destroyed) this.#end();
    else socket.resume();
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    const socket = this.#socket;
    if (this.#closing || socket.destroyed || !socket.writable) return undefined;
    if (socket.write(chunk)) return undefined;
    return new Promise((resolve) => {
      const done = (): void => {
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.on('drain', done);
      socket.on('close', done);
    });
  }

  async close(): Promise<void> {
    if (this.#closing || this.#socket.destroyed) return;
    this.#closing = true;
    const socket = this.#socket;
    await new Promise<void>((resolve) => {
      const patience = this.#clock.at(this.#clock.now() + CLOSE_PATIENCE_TICKS, () => socket.destroy());
      socket.once('close', () => {
        patience.cancel();
        resolve();
      });
      socket.end(() => socket.destroy());
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
