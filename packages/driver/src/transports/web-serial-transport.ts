import {
  type Alarm,
  CLOSE_PATIENCE_TICKS,
  type Clock,
  Closer,
  letGo,
  OpuError,
  TICKS_PER_MILLISECOND,
  type Transport,
  type TransportSink,
} from '@opu/core';
import { pieceBytesAt } from './line-pieces.js';

interface ByteReader {
  read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
  releaseLock(): void;
}

interface ByteWriter {
  write(chunk: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

/** What is used of a port of Web Serial. */
export interface SerialPortLike {
  /** None while the port is closed; another one after an error of the line. */
  readonly readable: { getReader(): ByteReader } | null;
  readonly writable: { getWriter(): ByteWriter } | null;
  open(options: { baudRate: number; bufferSize?: number }): Promise<void>;
  close(): Promise<void>;
  getInfo?(): { readonly usbVendorId?: number | undefined; readonly usbProductId?: number | undefined };
}

export interface WebSerialOptions {
  /** The host's own time, for the watchdog on writes. */
  readonly clock: Clock;
  /** Bits a second; it does not matter on USB. 3 000 000 by default. */
  readonly baud?: number;
  /** A write that the port has not taken after this long ends the link: milliseconds. 5000 by default. */
  readonly writeTimeout?: number;
}

const DEFAULT_BAUD = 3_000_000;
const DEFAULT_WRITE_TIMEOUT = 5000;
const BUFFER_BYTES = 1 << 20;
/** What a line does that is noisy; the port gives another stream, and damaged messages are asked for again. */
const LINE_ERRORS: ReadonlySet<string> = new Set(['BreakError', 'BufferOverrunError', 'FramingError', 'ParityError']);

/** A serial port in a browser, that a person chose: `navigator.serial.requestPort()`. Messages travel COBS-framed. */
export class WebSerialTransport implements Transport {
  readonly address: string;
  readonly carrier = 'stream';
  readonly #port: SerialPortLike;
  readonly #clock: Clock;
  readonly #closer: Closer;
  readonly #baud: number;
  readonly #writeTicks: number;
  readonly #pieceBytes: number;
  #sink: TransportSink | undefined;
  #reader: ByteReader | undefined;
  #writer: ByteWriter | undefined;
  #reading: Promise<void> | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** Ends the wait for a write that will never be taken. */
  #giveUpWrite: (() => void) | undefined;
  #closing = false;
  #ended = false;

  constructor(port: SerialPortLike, options: WebSerialOptions) {
    this.#port = port;
    this.#clock = options.clock;
    this.#closer = new Closer({ clock: this.#clock, deadlineTicks: CLOSE_PATIENCE_TICKS });
    this.#baud = options.baud ?? DEFAULT_BAUD;
    this.#pieceBytes = pieceBytesAt(this.#baud);
    this.#writeTicks = (options.writeTimeout ?? DEFAULT_WRITE_TIMEOUT) * TICKS_PER_MILLISECOND;
    const { usbVendorId, usbProductId } = port.getInfo?.() ?? {};
    const hex = (id: number | undefined): string => (id ?? 0).toString(16).padStart(4, '0');
    this.address = usbVendorId === undefined ? 'web-serial:' : `web-serial:${hex(usbVendorId)}:${hex(usbProductId)}`;
  }

  async open(sink: TransportSink): Promise<void> {
    if (this.#sink !== undefined) {
      throw new OpuError('INVALID_STATE', `The transport ${this.address} was opened before; open a new one.`);
    }
    this.#sink = sink;
    try {
      await this.#port.open({ baudRate: this.#baud, bufferSize: BUFFER_BYTES });
    } catch (error) {
      throw this.#unavailable(error);
    }
    const { writable } = this.#port;
    if (writable === null || this.#closing) {
      await this.#port.close().catch(() => {});
      throw new OpuError('LINK_UNAVAILABLE', `${this.address} was closed while it was opened.`);
    }
    this.#writer = writable.getWriter();
    this.#reading = this.#read();
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#ended || this.#closing || this.#writer === undefined) return undefined;
    const turn = this.#writing.then(() => this.#write(chunk));
    this.#writing = turn;
    return turn;
  }

  close(): Promise<void> {
    return this.#closer.close(
      () => this.#finish(),
      () => this.#end(undefined),
    );
  }

  async #finish(): Promise<void> {
    this.#closing = true;
    if (this.#writer === undefined) return;
    await this.#writing;
    await this.#letGo();
    this.#end(undefined);
  }

  async #read(): Promise<void> {
    while (!this.#closing && !this.#ended) {
      const { readable } = this.#port;
      if (readable === null) break;
      const reader = readable.getReader();
      this.#reader = reader;
      try {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          if (value !== undefined && value.length > 0 && !this.#ended) this.#sink?.receive(value);
        }
      } catch (error) {
        if (!LINE_ERRORS.has(nameOf(error))) {
          this.#fail(textOf(error));
          return;
        }
      } finally {
        this.#reader = undefined;
        reader.releaseLock();
      }
    }
    if (!this.#closing) this.#fail('the port was closed');
  }

  /** Writes piece by piece, each watched. */
  async #write(chunk: Uint8Array): Promise<void> {
    const writer = this.#writer;
    for (let at = 0; at < chunk.length && !this.#ended && writer !== undefined; at += this.#pieceBytes) {
      const failure = await this.#inTime(outcomeOf(writer.write(chunk.subarray(at, at + this.#pieceBytes))));
      if (failure === undefined) continue;
      this.#fail(failure);
      return;
    }
  }

  #inTime(written: Promise<string | undefined>): Promise<string | undefined> {
    return new Promise((resolve) => {
      const milliseconds = this.#writeTicks / TICKS_PER_MILLISECOND;
      const watchdog: Alarm = this.#clock.at(this.#clock.now() + this.#writeTicks, () =>
        done(`it has taken no byte for ${milliseconds} ms`),
      );
      const done = (outcome: string | undefined): void => {
        watchdog.cancel();
        this.#giveUpWrite = undefined;
        resolve(outcome);
      };
      this.#giveUpWrite = () => done(undefined);
      written.then(done, (error: unknown) => done(textOf(error)));
    });
  }

  #fail(why: string): void {
    if (this.#ended || this.#closing) return;
    this.#end(new OpuError('LINK_LOST', `${this.address} was lost: ${why}.`));
    this.#giveUpWrite?.();
    letGo(this.#letGo());
  }

  #end(reason: OpuError | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#sink?.ended(reason);
  }

  /** A port closes once nothing holds its streams any more. */
  async #letGo(): Promise<void> {
    await this.#reader?.cancel().catch(() => {});
    await this.#reading;
    const writer = this.#writer;
    // What cannot be written any more must not keep the port open.
    const failure = this.#ended ? 'it ended' : await this.#inTime(outcomeOf(writer?.close()));
    if (failure !== undefined) await this.#inTime(outcomeOf(writer?.abort()));
    this.#writer?.releaseLock();
    await this.#port.close().catch(() => {});
  }

  #unavailable(error: unknown): OpuError {
    const options = { cause: error, details: { address: this.address } };
    switch (nameOf(error)) {
      case 'InvalidStateError':
        return new OpuError('DEVICE_BUSY', `${this.address} is open already; close it there first.`, options);
      case 'SecurityError':
      case 'NotAllowedError':
        return new OpuError('PERMISSION_DENIED', `This page may not use ${this.address}: ${textOf(error)}.`, options);
      default:
        return new OpuError(
          'LINK_UNAVAILABLE',
          `${this.address} cannot be opened: ${textOf(error)}. Is it plugged in, free, and yours to use? On Linux, install ` +
            'the udev rule of the SDK (udev/70-opu.rules of @opu/driver).',
          options,
        );
    }
  }
}

/** Nothing when it went well, or why it did not. */
async function outcomeOf(work: Promise<void> | undefined): Promise<string | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    return textOf(error);
  }
}

function nameOf(error: unknown): string {
  return (error as { name?: string } | null)?.name ?? '';
}

function textOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');
}
