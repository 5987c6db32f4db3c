import { scryptSync } from 'node:crypto';
import { connect, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  CLOSE_PATIENCE_TICKS,
  type Clock,
  Closer,
  OpuError,
  RealTimeClock,
  type Transport,
  type TransportSink,
} from '@opu/core';
import { Wakefulness } from './wakefulness.js';

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
  /** The device's secret, where it has one: then the connection is encrypted, and each end proves that it knows it. */
  readonly token?: string | undefined;
}

/** Read into at once; what comes is looked at before the next bytes are read into the same memory. */
const READ_BYTES = 256 * 1024;
/** More than this waits in the process before a send asks for a pause. */
const WRITE_BYTES = 1 << 20;

interface Dialled {
  readonly socket: Socket;
  readonly ready: string;
  /** Whether bytes come by the function that was given, each time in the same memory. */
  readonly readsBorrowed: boolean;
}

/** The shared key of a token, as TLS uses it (RFC 5489); the device does the same. */
function dial({ host, port, token }: TcpTarget, onread: OnReadOpts | undefined): Dialled {
  if (token === undefined) {
    const options = { host, port, noDelay: true, writableHighWaterMark: WRITE_BYTES };
    const socket = connect(onread === undefined ? options : { ...options, onread });
    return { socket, ready: 'connect', readsBorrowed: onread !== undefined };
  }
  const psk = scryptSync(token, 'opu tcp link', 32);
  const socket = connectTls({
    host,
    port,
    ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
    maxVersion: 'TLSv1.2',
    pskCallback: () => ({ identity: 'opu', psk }),
    // The key is the proof; there is no certificate to look at.
    checkServerIdentity: () => undefined,
  });
  socket.setNoDelay(true);
  return { socket, ready: 'secureConnect', readsBorrowed: false };
}

/** A TCP connection to a device. Messages travel by their header's length. */
export class TcpTransport implements Transport {
  readonly address: string;
  readonly carrier = 'length';
  readonly takesJoined = true;
  readonly #target: TcpTarget;
  readonly #wakefulness = new Wakefulness();
  #socket: Socket | undefined;
  #opened = false;
  readonly #closer: Closer;
  #ended = false;
  #heard = false;
  #failure: NodeJS.ErrnoException | undefined;

  /** @param clock the host's own time, for how long a close waits for a device that does not read */
  constructor(target: TcpTarget, { clock = new RealTimeClock() }: { readonly clock?: Clock } = {}) {
    this.#target = target;
    this.#closer = new Closer({ clock, deadlineTicks: CLOSE_PATIENCE_TICKS });
    const host = target.host.includes(':') ? `[${target.host}]` : target.host;
    this.address = `tcp://${host}:${target.port}`;
  }

  async open(sink: TransportSink): Promise<void> {
    if (this.#opened)
      throw new OpuError('INVALID_STATE', `The transport ${this.address} was opened before; open a new one.`);
    this.#opened = true;
    if (this.#closer.isClosing)
      throw new OpuError('LINK_UNAVAILABLE', `${this.address} was closed before it was open.`);
    const { socket, ready, readsBorrowed } = dial(this.#target, sink.takesBorrowed ? this.#readInto(sink) : undefined);
    this.#socket = socket;
    await new Promise<void>((resolve, reject) => {
      socket.once(ready, () => resolve());
      socket.once('error', (error: NodeJS.ErrnoException) => reject(this.#unavailable(error)));
      socket.once('close', () =>
        reject(new OpuError('LINK_UNAVAILABLE', `${this.address} was closed while it was opened.`)),
      );
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#failure = error;
    });
    // As what it is for everybody else: a Buffer's `slice` shares memory, and readouts are views on these bytes.
    if (!readsBorrowed) {
      socket.on('data', ({ buffer, byteOffset, length }: Buffer) => {
        this.#heard = true;
        this.#wakefulness.heard();
        sink.receive(new Uint8Array(buffer, byteOffset, length));
      });
    }
    socket.on('close', () => this.#end(sink));
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    const socket = this.#socket;
    if (socket === undefined || this.#closer.isClosing || socket.destroyed || !socket.writable) return undefined;
    return socket.write(chunk) ? undefined : this.#pause(socket);
  }

  /** By one call of the operating system. */
  sendParts(parts: readonly Uint8Array[]): Promise<void> | undefined {
    const socket = this.#socket;
    if (socket === undefined || this.#closer.isClosing || socket.destroyed || !socket.writable) return undefined;
    socket.cork();
    let isFree = true;
    for (const part of parts) isFree = socket.write(part);
    socket.uncork();
    return isFree ? undefined : this.#pause(socket);
  }

  #pause(socket: Socket): Promise<void> {
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

  expectSoon(): void {
    this.#wakefulness.expect();
  }

  close(): Promise<void> {
    return this.#closer.close(
      () => this.#finish(),
      () => this.#socket?.destroy(),
    );
  }

  #finish(): Promise<void> | undefined {
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed) return undefined;
    return new Promise((resolve) => {
      socket.once('close', () => resolve());
      // What is still being opened has nothing on its way that could be waited for.
      if (socket.pending) socket.destroy();
      else socket.end(() => socket.destroy());
    });
  }

  #readInto(sink: TransportSink): OnReadOpts {
    const buffer = new Uint8Array(READ_BYTES);
    return {
      buffer,
      callback: (length) => {
        this.#heard = true;
        this.#wakefulness.heard();
        sink.receive(buffer.subarray(0, length), true);
        return true;
      },
    };
  }

  #end(sink: TransportSink): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wakefulness.stop();
    if (this.#closer.isClosing) sink.ended();
    else {
      const why = this.#failure === undefined ? 'the device closed the connection' : this.#failure.message;
      const hint =
        this.#heard || this.#target.token !== undefined
          ? ''
          : ' If it asks for a token, add ?token=... to the address.';
      sink.ended(new OpuError('LINK_LOST', `${this.address} was lost: ${why}.${hint}`, { cause: this.#failure }));
    }
  }

  #unavailable(error: NodeJS.ErrnoException): OpuError {
    const options = { cause: error, details: { address: this.address, code: error.code } };
    // OpenSSL 3.0 (Node 20) and 3.5 (Node 24) have different names in front of this alert.
    if (error.code?.endsWith('_ALERT_BAD_RECORD_MAC')) {
      return new OpuError('PERMISSION_DENIED', `${this.address} does not know this token.`, options);
    }
    switch (error.code) {
      case 'ECONNREFUSED':
        return new OpuError(
          'LINK_UNAVAILABLE',
          `Nothing listens on ${this.address}. Start the device, or opu emulate --tcp ${this.#target.port}.`,
          options,
        );
      case 'ERR_SSL_WRONG_VERSION_NUMBER':
      case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
        return new OpuError('LINK_UNAVAILABLE', `${this.address} asks for no token; leave it out.`, options);
      case 'ENOTFOUND':
      case 'EAI_AGAIN':
        return new OpuError('LINK_UNAVAILABLE', `No host is called "${this.#target.host}".`, options);
      case 'EACCES':
      case 'EPERM':
        return new OpuError('PERMISSION_DENIED', `This user may not connect to ${this.address}.`, options);
      default:
        return new OpuError('LINK_UNAVAILABLE', `${this.address} cannot be reached: ${error.message}.`, options);
    }
  }
}
