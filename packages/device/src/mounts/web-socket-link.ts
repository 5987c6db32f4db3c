import { type Clock, RealTimeClock, type Transport, type TransportSink } from '@opu/core';
import type { RawData, WebSocket } from 'ws';
import { SocketEnding } from './socket-ending.js';

/** Bytes in the socket's memory beyond which whoever sends has to wait. */
const FULL_BYTES = 1 << 20;
const CLOSE_NORMAL = 1000;
/** "Cannot accept the type of data": text instead of bytes. */
const CLOSE_UNSUPPORTED = 1003;

/** The device's end of an accepted WebSocket. Messages travel by their header's length. */
export class WebSocketLink implements Transport {
  readonly address: string;
  readonly carrier = 'length';
  readonly #socket: WebSocket;
  readonly #ending: SocketEnding;

  /** @param clock the time of this machine, for how long a close waits for a host that does not read */
  constructor(socket: WebSocket, address: string, clock: Clock = new RealTimeClock()) {
    this.address = address;
    this.#socket = socket;
    socket.pause();
    this.#ending = new SocketEnding(socket, address, clock);
  }

  async open(sink: TransportSink): Promise<void> {
    this.#ending.open(sink);
    const socket = this.#socket;
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (!isBinary) socket.close(CLOSE_UNSUPPORTED, 'an OPU takes bytes, no text');
      else if (!this.#ending.isOver) sink.receive(data as Buffer);
    });
    if (socket.readyState === socket.CLOSED) this.#ending.tell();
    else socket.resume();
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    const socket = this.#socket;
    if (this.#ending.isClosing || this.#ending.isOver || socket.readyState !== socket.OPEN) return undefined;
    if (socket.bufferedAmount < FULL_BYTES) {
      socket.send(chunk);
      return undefined;
    }
    // It is called with an error when the socket closes before: that is told by 'close'.
    return new Promise((resolve) => socket.send(chunk, () => resolve()));
  }

  close(): Promise<void> {
    const socket = this.#socket;
    return this.#ending.close(
      !this.#ending.isOver,
      () => socket.close(CLOSE_NORMAL),
      () => socket.terminate(),
    );
  }
}
