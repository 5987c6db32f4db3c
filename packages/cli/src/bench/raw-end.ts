import type { Transport } from '@opu/driver';
import type { Attachable } from '@opu/emulator';

/** Bytes of one exchange and of the pieces that they travel in: what a projection sends up and gets back. */
export interface RawExchange {
  readonly bytesUp: number;
  readonly pieceUp: number;
  readonly bytesDown: number;
  readonly pieceDown: number;
}

/** Sends `total` bytes in pieces, as fast as the transport takes them. */
async function sendAll(transport: Transport, total: number, piece: number): Promise<void> {
  for (let sent = 0; sent < total; sent += piece) {
    await transport.send(new Uint8Array(Math.min(piece, total - sent)).fill(1));
  }
}

/** The device's end of a raw copy: for every `bytesUp` that come it sends `bytesDown`, from the first byte on. */
export class RawEnd implements Attachable {
  readonly #exchange: RawExchange;

  constructor(exchange: RawExchange) {
    this.#exchange = exchange;
  }

  attach(transport: Transport): void {
    const { bytesUp, bytesDown, pieceDown } = this.#exchange;
    let received = 0;
    let answered = 0;
    void transport.open({
      receive: (chunk) => {
        received += chunk.length;
        while (answered * bytesUp < received) {
          answered++;
          void sendAll(transport, bytesDown, pieceDown);
        }
      },
      ended: () => {},
    });
  }
}

/** The host's end: exchanges over a transport that it opens once. */
export class RawHost {
  readonly #transport: Transport;
  readonly #exchange: RawExchange;
  #missing = 0;
  #whole: () => void = () => {};

  constructor(transport: Transport, exchange: RawExchange) {
    this.#transport = transport;
    this.#exchange = exchange;
  }

  open(): Promise<void> {
    return this.#transport.open({
      receive: (chunk) => {
        // Read once, as whoever uses the bytes must.
        this.#missing -= chunk.length;
        if (this.#missing === 0) this.#whole();
      },
      ended: () => {},
    });
  }

  async exchange(): Promise<void> {
    const { bytesUp, pieceUp, bytesDown } = this.#exchange;
    this.#missing = bytesDown;
    const whole = new Promise<void>((resolve) => {
      this.#whole = resolve;
    });
    await sendAll(this.#transport, bytesUp, pieceUp);
    await whole;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }
}
