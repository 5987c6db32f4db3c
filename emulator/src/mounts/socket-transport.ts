import type { Socket } from 'node:net';
import { type Clock, RealTimeClock, type Transport, type TransportSink } from '@opu/protocol';
import { SocketEnding } from './socket-ending.js';

/** The device's end of an accepted socket. Messages travel by their header's length. */
export class SocketTransport implements Transport {
  readonly address: string;
  readonly carrier = 'length';
  readonly takesJoined = true;
  readonly givesBack = true;
  readonly #socket: Socket;
  readonly #ending: SocketEnding;

  /** @param clock the time of this machine, for how long a close waits for a host that does not read */
  constructor(socket: Socket, address: string, clock: Clock = new RealTimeClock()) {
    this.address = address;
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.pause();
    this.#ending = new SocketEnding(socket, address, clock);
  }

  async open(sink: TransportSink): Promise<void> {
    this.#ending.open(sink);
    const socket = this.#socket;
    // Chunks are the sink's own; that it takes borrowed ones says that it need not keep them.
    socket.on('data', (chunk: Buffer) => sink.receive(chunk, sink.takesBorrowed === true));
    socket.on('end', () => socket.end());
    if (socket.destroyed) this.#ending.tell();
    else socket.resume();
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    const socket = this.#socket;
    if (this.#ending.isClosing || socket.destroyed || !socket.writable) return undefined;
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
    const socket = this.#socket;
    if (this.#ending.isClosing || socket.destroyed) return;
    const cut = (): void => void socket.destroy();
    await this.#ending.close(() => socket.end(cut), cut);
  }
}
