import {
  type Alarm,
  CLOSE_PATIENCE_TICKS,
  type Clock,
  Closer,
  OpuError,
  TICKS_PER_MILLISECOND,
  type Transport,
  type TransportSink,
} from '@opu/core';
import type { SerialPort } from 'serialport';
import { pieceBytesAt } from '../transports/line-pieces.js';
import { DirectPort } from './serial-direct.js';
import { keepPollerInterests } from './serial-poller.js';

export interface SerialTarget {
  /** `/dev/ttyACM0`, `COM3`. */
  readonly path: string;
  readonly baud: number;
}

export interface SerialOptions {
  /** The host's own time, for the watchdog on writes. */
  readonly clock: Clock;
  /** A write that the port has not taken after this long ends the link: milliseconds. 5000 by default. */
  readonly writeTimeout?: number;
}

/** A serial port (a USB CDC-ACM device, an adapter, a pseudo-terminal). Messages travel COBS-framed. */
export class SerialTransport implements Transport {
  readonly address: string;
  readonly carrier = 'stream';
  readonly takesJoined = true;
  readonly freesSent = true;
  readonly #target: SerialTarget;
  readonly #clock: Clock;
  readonly #closer: Closer;
  readonly #writeTicks: number;
  readonly #pieceBytes: number;
  #port: SerialPort | undefined;
  #direct: DirectPort | undefined;
  #sink: TransportSink | undefined;
  #writing: Uint8Array[] = [];
  #written: (() => void)[] = [];
  #busy = false;
  #watchdog: Alarm | undefined;
  #closing = false;
  #ended = false;

  constructor(target: SerialTarget, options: SerialOptions) {
    this.#target = target;
    this.#clock = options.clock;
    this.#closer = new Closer({ clock: this.#clock, deadlineTicks: CLOSE_PATIENCE_TICKS });
    this.#writeTicks = (options.writeTimeout ?? 5000) * TICKS_PER_MILLISECOND;
    this.#pieceBytes = pieceBytesAt(target.baud);
    this.address = `serial:${target.path}`;
  }

  async open(sink: TransportSink): Promise<void> {
    if (this.#sink !== undefined) {
      throw new OpuError('INVALID_STATE', `The transport ${this.address} was opened before; open a new one.`);
    }
    this.#sink = sink;
    const { SerialPort } = await loadSerialPort();
    const port = new SerialPort({ path: this.#target.path, baudRate: this.#target.baud, autoOpen: false, lock: true });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => (error === null || error === undefined ? resolve() : reject(this.#unavailable(error))));
    });
    if (this.#closing) {
      await new Promise<void>((resolve) => port.close(() => resolve()));
      throw new OpuError('LINK_UNAVAILABLE', `${this.address} was closed while it was opened.`);
    }
    keepPollerInterests(port);
    this.#port = port;
    this.#direct = new DirectPort(port);
    port.on('data', (chunk: Buffer) => {
      if (!this.#ended) sink.receive(chunk);
    });
    // Without a listener an error would end the process; what it means is told by 'close', which follows it.
    port.on('error', (error) => this.#end(this.#lost(error.message)));
    port.on('close', (error: unknown) => {
      this.#end(this.#lost(error instanceof Error ? error.message : 'the port was closed'));
    });
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#ended || this.#closing || this.#port === undefined) return undefined;
    const written = this.#busy ? 0 : (this.#direct?.write(chunk) ?? 0);
    for (let at = written; at < chunk.length; at += this.#pieceBytes)
      this.#writing.push(chunk.subarray(at, at + this.#pieceBytes));
    this.#next();
    if (!this.#busy) return undefined;
    return new Promise((resolve) => this.#written.push(resolve));
  }

  close(): Promise<void> {
    return this.#closer.close(
      () => this.#finish(),
      () => {
        this.#closing = true;
        this.#end(this.#lost('it was closed before all was written'));
        this.#port?.close(() => {});
      },
    );
  }

  async #finish(): Promise<void> {
    if (this.#ended) return;
    if (this.#busy) await new Promise<void>((resolve) => this.#written.push(resolve));
    this.#closing = true;
    const port = this.#port;
    if (port?.isOpen !== true) return;
    await new Promise<void>((resolve) => {
      port.once('close', () => resolve());
      port.close(() => resolve());
    });
  }

  /** Writes piece by piece, each watched: the callback of a write on a port that was unplugged never comes. */
  #next(): void {
    if (this.#busy || this.#ended) return;
    const piece = this.#writing.shift();
    if (piece === undefined) {
      const written = this.#written;
      this.#written = [];
      for (const resolve of written) resolve();
      return;
    }
    this.#busy = true;
    this.#watchdog = this.#clock.at(this.#clock.now() + this.#writeTicks, () => {
      this.#end(this.#lost(`it has taken no byte for ${this.#writeTicks / TICKS_PER_MILLISECOND} ms`));
      this.#port?.close(() => {});
    });
    this.#port?.write(piece, () => {
      this.#watchdog?.cancel();
      this.#busy = false;
      this.#next();
    });
  }

  #end(reason: OpuError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#watchdog?.cancel();
    this.#writing = [];
    const written = this.#written;
    this.#written = [];
    for (const resolve of written) resolve();
    this.#sink?.ended(this.#closing ? undefined : reason);
  }

  #lost(why: string): OpuError {
    return new OpuError('LINK_LOST', `${this.address} was lost: ${why}.`);
  }

  #unavailable(error: Error): OpuError {
    const { message } = error;
    const options = { cause: error, details: { path: this.#target.path } };
    const { path } = this.#target;
    if (/lock/i.test(message)) {
      return new OpuError('DEVICE_BUSY', `${path} is in use by another program; close it there first.`, options);
    }
    if (/permission|EACCES|access denied/i.test(message)) {
      return new OpuError(
        'PERMISSION_DENIED',
        `This user may not open ${path}. On Linux, install the udev rule of the SDK (udev/70-opu.rules of @opu/driver) or join the group that owns it (usually dialout).`,
        options,
      );
    }
    if (/no such file|ENOENT|not found/i.test(message)) {
      return new OpuError(
        'LINK_UNAVAILABLE',
        `There is no serial port ${path}. opu devices lists those that there are.`,
        options,
      );
    }
    return new OpuError('LINK_UNAVAILABLE', `${path} cannot be opened: ${message}.`, options);
  }
}

async function loadSerialPort(): Promise<typeof import('serialport')> {
  try {
    return await import('serialport');
  } catch (cause) {
    throw new OpuError(
      'NOT_SUPPORTED',
      'Serial ports need the package "serialport", which has no build for this machine.',
      { cause },
    );
  }
}
