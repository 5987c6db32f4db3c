import { mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CLOSE_PATIENCE_TICKS,
  type Clock,
  Closer,
  closeOnce,
  OpuError,
  type Transport,
  type TransportSink,
} from '@opu/core';
import type { Attachable, Mount } from './mount.js';
import { PacedLine } from './paced-line.js';
import { PseudoTerminal } from './pseudo-terminal.js';

/** How long a full buffer of the kernel is left alone: 0.5 ms. */
const FULL_PAUSE_TICKS = 50_000;

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
    close: closeOnce(() => {
      closed = true;
      terminal?.close();
      rmSync(link, { force: true });
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    }),
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
  readonly freesSent: boolean;
  readonly #terminal: PseudoTerminal;
  readonly #closer: Closer;
  /** Both directions of the line, where it is paced. */
  readonly #toHost: PacedLine | undefined;
  readonly #fromHost: PacedLine | undefined;
  #sink: TransportSink | undefined;
  #early: Uint8Array[] = [];
  #sent: Promise<unknown> = Promise.resolve();
  /** Chunks that wait for the kernel to take them. */
  #unsent = 0;
  #ended = false;
  #closing = false;

  constructor(terminal: PseudoTerminal, address: string, baud: number | undefined, clock: Clock) {
    this.#terminal = terminal;
    this.#closer = new Closer({ clock, deadlineTicks: CLOSE_PATIENCE_TICKS });
    this.address = address;
    // A paced line keeps what it carries.
    this.freesSent = baud === undefined;
    if (baud === undefined) return;
    this.#toHost = new PacedLine({ baud, clock, deliver: (bytes) => this.#write(bytes) });
    this.#fromHost = new PacedLine({ baud, clock, deliver: (bytes) => this.#take(bytes) });
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

  /** Bytes that the host wrote. */
  arrived(chunk: Uint8Array): void {
    const pause = this.#fromHost === undefined ? this.#take(chunk) : this.#fromHost.carry(chunk);
    if (pause === undefined) return;
    this.#terminal.pause();
    const goOn = (): void => {
      if (!this.#ended) this.#terminal.resume();
    };
    pause.then(goOn, goOn);
  }

  #take(chunk: Uint8Array): undefined {
    if (this.#sink === undefined || this.#early.length > 0) this.#early.push(chunk);
    else this.#sink.receive(chunk);
  }

  hungUp(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#toHost?.end();
    this.#fromHost?.end();
    if (this.#sink !== undefined && this.#early.length === 0) this.#tellEnd();
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#ended || this.#closing) return undefined;
    return this.#toHost === undefined ? this.#write(chunk) : this.#toHost.carry(chunk);
  }

  close(): Promise<void> {
    this.#closing = true;
    return this.#closer.close(
      async () => {
        await this.#toHost?.drained();
        await this.#sent;
        this.#terminal.close();
      },
      () => this.#terminal.close(),
    );
  }

  #write(chunk: Uint8Array): Promise<void> | undefined {
    let rest = chunk;
    if (this.#unsent === 0) {
      rest = chunk.subarray(this.#terminal.writeNow(chunk));
      if (rest.length === 0) return undefined;
    }
    this.#unsent++;
    const sent = this.#sent.then(async () => {
      await this.#terminal.write(rest);
      this.#unsent--;
    });
    this.#sent = sent;
    return sent;
  }

  #tellEnd(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    if (this.#closing) sink?.ended();
    else sink?.ended(new OpuError('LINK_LOST', `The host closed ${this.address}.`));
  }
}
