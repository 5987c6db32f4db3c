import { scryptSync } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { OpuError, type Transport, type TransportSink } from '@opu/protocol';

export interface TcpTarget {
  readonly host: string;
  readonly port: number;
  /** The device's secret, where it has one: then the connection is encrypted, and each end proves that it knows it. */
  readonly token?: string | undefined;
}

/** The shared key of a token, as TLS uses it (RFC 5489); the device does the same. */
function dial({ host, port, token }: TcpTarget): { readonly socket: Socket; readonly ready: string } {
  if (token === undefined) return { socket: connect({ host, port, noDelay: true }), ready: 'connect' };
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
  return { socket, ready: 'secureConnect' };
}

/** A TCP connection to a device. Messages travel by their header's length. */
export class TcpTransport implements Transport {
  readonly address: string;
  readonly carrier = 'length';
  readonly #target: TcpTarget;
  #socket: Socket | undefined;
  #opened = false;
  #closing = false;
  #ended = false;
  #heard = false;
  #failure: NodeJS.ErrnoException | undefined;

  constructor(target: TcpTarget) {
    this.#target = target;
    const host = target.host.includes(':') ? `[${target.host}]` : target.host;
    this.address = `tcp://${host}:${target.port}`;
  }

  async open(sink: TransportSink): Promise<void> {
    if (this.#opened)
      throw new OpuError('INVALID_STATE', `The transport ${this.address} was opened before; open a new one.`);
    this.#opened = true;
    if (this.#closing) throw new OpuError('LINK_UNAVAILABLE', `${this.address} was closed before it was open.`);
    const { socket, ready } = dial(this.#target);
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
    socket.on('data', ({ buffer, byteOffset, length }: Buffer) => {
      this.#heard = true;
      sink.receive(new Uint8Array(buffer, byteOffset, length));
    });
    socket.on('close', () => this.#end(sink));
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    const socket = this.#socket;
    if (socket === undefined || this.#closing || socket.destroyed || !socket.writable) return undefined;
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
    this.#closing = true;
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      // What is still being opened has nothing on its way that could be waited for.
      if (socket.pending) socket.destroy();
      else socket.end(() => socket.destroy());
    });
  }

  #end(sink: TransportSink): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#closing) sink.ended();
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
