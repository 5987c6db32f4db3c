import type { Transport } from '@opu/driver';
import { pieceOf, type RawExchange } from './exchange.js';

/** The host's end of a raw copy, over a transport that it opens once. */
export class RawHost {
  readonly #transport: Transport;
  readonly #exchange: RawExchange;
  readonly #patterns: Uint8Array;
  #images = new Uint8Array(0);
  #filled = 0;
  #sent = 0;
  #busy = false;
  #staysAwake = false;
  #done: () => void = () => {};
  #failed: (error: Error) => void = () => {};

  constructor(transport: Transport, exchange: RawExchange) {
    this.#transport = transport;
    this.#exchange = exchange;
    this.#patterns = new Uint8Array(exchange.frames * exchange.patternBytes).fill(0xa5);
  }

  open(): Promise<void> {
    return this.#transport.open({
      takesBorrowed: true,
      receive: (chunk) => {
        this.#images.set(chunk, this.#filled);
        this.#filled += chunk.length;
        if (this.#filled === this.#images.length) this.#done();
        else this.#send();
      },
      ended: (reason) => this.#failed(reason ?? new Error('The raw link was closed.')),
    });
  }

  /**
   * Sends all patterns and resolves when all images are in an array of their own, as `project` does.
   * @param staysAwake whether the transport is told when an answer is expected, as the driver tells it
   */
  async exchange(staysAwake = false): Promise<Uint8Array> {
    const { frames, imageBytes } = this.#exchange;
    this.#images = new Uint8Array(frames * imageBytes);
    this.#filled = 0;
    this.#sent = 0;
    this.#staysAwake = staysAwake;
    const done = new Promise<void>((resolve, reject) => {
      this.#done = resolve;
      this.#failed = reject;
    });
    this.#send();
    await done;
    return this.#images;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** As many patterns as the window allows. */
  #send(): void {
    if (this.#staysAwake) this.#transport.expectSoon?.();
    if (this.#busy) return;
    const { frames, patternBytes, imageBytes, window } = this.#exchange;
    for (;;) {
      const limit = Math.min(frames, Math.floor(this.#filled / imageBytes) + window);
      if (this.#sent >= limit) return;
      const end = this.#sent + pieceOf(limit - this.#sent, patternBytes, this.#exchange);
      const pause = this.#transport.send(this.#patterns.subarray(this.#sent * patternBytes, end * patternBytes));
      this.#sent = end;
      if (pause === undefined) continue;
      this.#busy = true;
      void pause.then(() => {
        this.#busy = false;
        this.#send();
      });
      return;
    }
  }
}
