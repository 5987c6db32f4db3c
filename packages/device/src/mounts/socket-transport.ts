import type { OnReadOpts, Socket } from 'node:net';
import { type Clock, RealTimeClock, type Transport, type TransportSink } from '@opu/core';
import { withOwnMemory } from './own-memory.js';
import { SocketEnding } from './socket-ending.js';

/** Read into at once; what comes is dealt with before the next bytes are read into the same memory. */
const READ_BYTES = 256 * 1024;

/** The device's end of an accepted socket. Messages travel by their header's length. */
export class SocketTransport implements Transport {
  readonly address: string;
  readonly carrier = 'length';
  readonly takesJoined = true;
  readonly givesBack = true;
  readonly #socket: Socket;
  readonly #ending: SocketEnding;
  readonly #readsIntoOwn: boolean;

  /** @param clock the time of this machine, for how long a close waits for a host that does not read */
  constructor(accepted: Socket, address: string, clock: Clock = new RealTimeClock()) {
    this.address = address;
    accepted.setNoDelay(true);
    accepted.pause();
    const own = withOwnMemory(accepted, this.#readInto(new Uint8Array(READ_BYTES)));
    const socket = own ?? accepted;
    this.#socket = socket;
    this.#readsIntoOwn = own !== undefined;
    this.#ending = new SocketEnding(socket, address, clock);
  }

  async open(sink: TransportSink): Promise<void> {
    this.#ending.open(sink);
    const socket = this.#socket;
    // Chunks are the sink's own; that it takes borrowed ones says that it need not keep them.
    if (!this.#readsIntoOwn) socket.on('data', (chunk: Buffer) => sink.receive(chunk, sink.takesBorrowed === true));
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

  #readInto(buffer: Uint8Array): OnReadOpts {
    return {
      buffer,
      callback: (length) => {
        const chunk = buffer.subarray(0, length);
        const { sink } = this.#ending;
        if (sink?.takesBorrowed) sink.receive(chunk, true);
        else sink?.receive(chunk.slice());
        return true;
      },
    };
  }

  close(): Promise<void> {
    const socket = this.#socket;
    const cut = (): void => void socket.destroy();
    return this.#ending.close(!socket.destroyed, () => socket.end(cut), cut);
  }
}
