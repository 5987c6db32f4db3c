import type { EventEmitter } from 'node:events';
import { CLOSE_PATIENCE_TICKS, type Clock, Closer, OpuError, type TransportSink } from '@opu/core';

/** How the device's end of an accepted socket comes to its end: what the sink hears, once, and how long a close waits. */
export class SocketEnding {
  readonly #socket: EventEmitter;
  readonly #address: string;
  #sink: TransportSink | undefined;
  readonly #closer: Closer;
  #failure: Error | undefined;
  #over = false;

  /**
   * @param socket says 'error' and 'close'
   * @param clock the time of this machine, for how long a close waits for a host that does not read
   */
  constructor(socket: EventEmitter, address: string, clock: Clock) {
    this.#socket = socket;
    this.#address = address;
    this.#closer = new Closer({ clock, deadlineTicks: CLOSE_PATIENCE_TICKS });
    // Without a listener an error of the socket would end the process; the sink hears of it in 'close'.
    socket.on('error', (error: Error) => {
      this.#failure = error;
    });
  }

  /** This end was asked to close: nothing more is sent. */
  get isClosing(): boolean {
    return this.#closer.isClosing;
  }

  /** The sink heard of the end. */
  get isOver(): boolean {
    return this.#over;
  }

  /** Who hears; nobody before `open`. */
  get sink(): TransportSink | undefined {
    return this.#sink;
  }

  /** @throws OpuError INVALID_STATE for a second sink */
  open(sink: TransportSink): void {
    if (this.#sink !== undefined) {
      throw new OpuError('INVALID_STATE', `The transport ${this.#address} was opened before.`);
    }
    this.#sink = sink;
    this.#socket.on('close', () => this.tell());
  }

  /** Tells the sink that the socket is closed, unless it knows. */
  tell(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#closer.isClosing) this.#sink?.ended();
    else {
      const why = this.#failure === undefined ? 'The host closed the connection' : this.#failure.message;
      this.#sink?.ended(new OpuError('LINK_LOST', `${this.#address}: ${why}.`, { cause: this.#failure }));
    }
  }

  /**
   * Closes a socket, once.
   * @param isOpen whether it is open still
   * @param finish asks for the end, behind all that was sent
   * @param cut ends at once: a host that does not read is waited for only so long
   */
  close(isOpen: boolean, finish: () => void, cut: () => void): Promise<void> {
    return this.#closer.close(
      () =>
        isOpen
          ? new Promise<void>((resolve) => {
              this.#socket.once('close', () => resolve());
              finish();
            })
          : undefined,
      cut,
    );
  }
}
