import type { Attachable } from '@opu/device';
import type { Transport } from '@opu/driver';
import { pieceOf, type RawExchange } from './exchange.js';

/**
 * The device's end of a raw copy. Patterns are copied into a memory of as many as the pattern RAM holds; for each that is
 * whole an image is sent, many in one piece where many are due.
 */
export class RawDevice implements Attachable {
  readonly #exchange: RawExchange;

  constructor(exchange: RawExchange) {
    this.#exchange = exchange;
  }

  attach(transport: Transport): void {
    const { patternBytes, imageBytes, window } = this.#exchange;
    const ram = new Uint8Array(window * patternBytes);
    const images = new Uint8Array(pieceOf(window, imageBytes, this.#exchange) * imageBytes).fill(0x5a);
    let received = 0;
    let answered = 0;
    let busy = false;
    const answer = (): void => {
      if (busy) return;
      for (let due = whole() - answered; due > 0; due = whole() - answered) {
        const count = pieceOf(due, imageBytes, this.#exchange);
        answered += count;
        const pause = transport.send(images.subarray(0, count * imageBytes));
        if (pause === undefined) continue;
        busy = true;
        void pause.then(() => {
          busy = false;
          answer();
        });
        return;
      }
    };
    const whole = (): number => Math.floor(received / patternBytes);
    void transport.open({
      takesBorrowed: true,
      receive: (chunk) => {
        for (let from = 0; from < chunk.length; ) {
          const at = (received + from) % ram.length;
          const part = chunk.subarray(from, from + ram.length - at);
          ram.set(part, at);
          from += part.length;
        }
        received += chunk.length;
        answer();
      },
      ended: () => {},
    });
  }
}
