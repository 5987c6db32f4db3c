import { mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, OpuError, TICKS_PER_SECOND, type Transport, type TransportSink } from '@opu/protocol';
import type { Attachable, Mount } from './mount.js';
import { PseudoTerminal } from './pseudo-terminal.js';

/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;
/** How long a full buffer of the kernel is left alone: 0.5 ms. */
const FULL_PAUSE_TICKS = 50_000;
/** Bytes that go out in one piece when the line is paced. */
const PACED_PIECE = 256;

export interface SerialMountOptions {
  /**
   * Path of the symbolic link that hosts open. It survives a host's close: each session gets a fresh terminal behind it.
   * A path in the temporary folder by default.
   */
  readonly linkPath?: string;
  /** Paces both directions to this many bits a second (8N1: ten bits a byte). Unpaced when left out. */
  readonly baud?: number;
  /** Real time, for the pacing. */
  readonly clock: Clock;
}

/**
 * Serves a device on a pseudo-terminal, one host at a time. A session begins with the first byte that a host sends and
 * ends when the host closes the port.
 */
export function mountSerial(device: Attachable, options: SerialMountOptions): Mount {
  const { baud, clock } = options;
  if (baud !== undefined && !(Number.isInteger(baud) && baud >= 300 && baud <= 1_000_000_000)) {
    throw new OpuError('INVALID_ARGUMENT', `A baud rate is a whole number from 300 to 10^9; got ${baud}.`);
  }
  const folder = options.linkPath === undefined ? mkdtempSync(join(tmpdir(), 'opu-serial-')) : undefined;
  const link = options.linkPath ?? join(folder!, 'tty');
  let terminal: PseudoTerminal | undefined;
  let closed = false;

  const pointLink = (path: string): void => {
    rmSync(link, { force: true });
    symlinkSync(path, link);
  };
  const next = (): void => {
    if (closed) return;
    const fresh = PseudoTerminal.open((again) => void clock.at(clock.now() + FULL_PAUSE_TICKS, again));
    terminal = fresh;
    pointLink(fresh.path);
    let session: SerialTransport | undefined;
    fresh.listen(
      (chunk) => {
        if (session === undefined) {
          session = new SerialTransport(fresh, `serial:${link}`, baud, clock);
          fresh.releaseSlave();
          device.attach(session);
        }
        session.arrived(chunk);
      },
      () => {
        session?.hungUp();
        next();
      },
    );
  };

  if (options.linkPath !== undefined) refuseForeignFile(options.linkPath);
  next();
  return {
    address: `serial:${link}`,
    async close() {
      closed = true;
      terminal?.close();
      rmSync(link, { force: true });
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Only a symbolic link may be replaced: never somebody's file. */
function refuseForeignFile(path: string): void {
  try {
    readlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new OpuError('INVALID_ARGUMENT', `${path} exists and is not a symbolic link; give another path.`, {
      cause: error,
    });
  }
}

/** One host's session on the terminal. Bytes may be damaged on a serial line, so messages travel framed. */
class SerialTransport implements Transport {
  readonly address: string;
  readonly carrier = 'stream';
  readonly takesJoined = true;
  readonly #terminal: PseudoTerminal;
  readonly #ticksPerByte: number;
  readonly #clock: Clock;
  #sink: TransportSink | undefined;
  #early: Uint8Array[] = [];
  #sent: Promise<unknown> = Promise.resolve();
  /** Chunks that wait for the kernel to take them. */
  #unsent = 0;
  #lineFree = 0;
  #inboundFree = 0;
  #ended = false;
  #closing = false;

  constructor(terminal: PseudoTerminal, address: string, baud: number | undefined, clock: Clock) {
    this.#terminal = terminal;
    this.address = address;
    this.#clock = clock;
    this.#ticksPerByte = baud === undefined ? 0 : (BITS_PER_BYTE * TICKS_PER_SECOND) / baud;
  }

  async open(sink: TransportSink): Promise<void> {
    this.#sink = sink;
    queueMicrotask(() => {
      const early = this.#early;
      this.#early = [];
      for (const chunk of early) sink.receive(chunk);
      if (this.#ended) this.#tellEnd();
    });
  }

  /** Bytes that the host wrote: they are here once the line has carried them, and until then it carries no others. */
  arrived(chunk: Uint8Array): void {
    if (this.#ticksPerByte === 0) {
      this.#take(chunk);
      return;
    }
    const start = Math.max(this.#inboundFree, this.#clock.now());
    this.#inboundFree = start + Math.ceil(chunk.length * this.#ticksPerByte);
    this.#terminal.pause();
    this.#clock.at(this.#inboundFree, () => {
      if (this.#ended) return;
      this.#take(chunk);
      this.#terminal.resume();
    });
  }

  #take(chunk: Uint8Array): void {
    if (this.#sink === undefined || this.#early.length > 0) this.#early.push(chunk);
    else this.#sink.receive(chunk);
  }

  hungUp(): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#sink !== undefined && this.#early.length === 0) this.#tellEnd();
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#ended || this.#closing) return undefined;
    let rest = chunk;
    if (this.#ticksPerByte === 0 && this.#unsent === 0) {
      rest = chunk.subarray(this.#terminal.writeNow(chunk));
      if (rest.length === 0) return undefined;
    }
    this.#unsent++;
    const sent = this.#sent.then(async () => {
      await this.#write(rest);
      this.#unsent--;
    });
    this.#sent = sent;
    return sent;
  }

  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    await this.#sent;
    this.#terminal.close();
  }

  async #write(chunk: Uint8Array): Promise<void> {
    if (this.#ticksPerByte === 0) {
      await this.#terminal.write(chunk);
      return;
    }
    for (let at = 0; at < chunk.length; at += PACED_PIECE) {
      const piece = chunk.subarray(at, at + PACED_PIECE);
      const start = Math.max(this.#lineFree, this.#clock.now());
      this.#lineFree = start + Math.ceil(piece.length * this.#ticksPerByte);
      // The receiver has a byte when its stop bit is over, so a piece is handed on at its end.
      await new Promise<void>((resolve) => void this.#clock.at(this.#lineFree, resolve));
      if (this.#ended || !(await this.#terminal.write(piece))) return;
    }
  }

  #tellEnd(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    if (this.#closing) sink?.ended();
    else sink?.ended(new OpuError('LINK_LOST', `The host closed ${this.address}.`));
  }
}
