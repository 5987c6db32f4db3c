import { SeededRandom } from '@opu/compute';
import { type Carrier, OpuError, type Transport, type TransportSink } from '@opu/core';

/** Seeded draws from 0 to 1, neither included. */
export function testRandom(seed: number): () => number {
  const random = new SeededRandom(seed, 'test');
  let drawn = 0;
  return () => random.uniform(drawn++);
}

/** What happens to the chunks of a link, as shares of 1 a chunk, in both directions. */
export interface ChunkFaults {
  readonly drop?: number;
  readonly duplicate?: number;
  /** One bit is flipped. */
  readonly corrupt?: number;
  /** Some bytes are cut off at the end. */
  readonly cut?: number;
  /** Garbage is put in front. */
  readonly garbage?: number;
  /** This chunk and all behind it wait for a moment. */
  readonly stall?: number;
  /** The link breaks. */
  readonly unplug?: number;
}

export class FaultMenu {
  readonly faults: ChunkFaults;
  readonly random: () => number;
  readonly counts = { drop: 0, duplicate: 0, corrupt: 0, cut: 0, garbage: 0, stall: 0, unplug: 0 };
  /** Nothing happens before. */
  armed = false;
  /** Unplugs that may still happen. */
  unplugsLeft: number;

  constructor(faults: ChunkFaults, seed: number, unplugsLeft = Number.POSITIVE_INFINITY) {
    this.faults = faults;
    this.random = testRandom(seed);
    this.unplugsLeft = unplugsLeft;
  }

  happens(name: keyof ChunkFaults): boolean {
    const share = this.armed ? this.faults[name] : undefined;
    if (share === undefined || this.random() >= share) return false;
    if (name === 'unplug' && this.unplugsLeft-- <= 0) return false;
    this.counts[name]++;
    return true;
  }
}

/** A transport between the driver and another transport that does to chunks what a bad cable does. */
export class FaultyTransport implements Transport {
  readonly address: string;
  readonly carrier: Carrier;
  readonly #inner: Transport;
  readonly #menu: FaultMenu;
  #sink: TransportSink | undefined;
  #broken = false;
  #stalled: Promise<void> | undefined;

  constructor(inner: Transport, menu: FaultMenu) {
    this.#inner = inner;
    this.#menu = menu;
    this.address = inner.address;
    this.carrier = inner.carrier;
  }

  async open(sink: TransportSink): Promise<void> {
    this.#sink = sink;
    await this.#inner.open({
      receive: (chunk) => this.#through(chunk, (c) => sink.receive(c)),
      ended: (reason) => {
        if (this.#broken) return;
        this.#broken = true;
        sink.ended(reason);
      },
    });
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    let pause: Promise<void> | undefined;
    this.#through(chunk, (c) => {
      pause = this.#inner.send(c);
    });
    return pause;
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  #through(chunk: Uint8Array, pass: (chunk: Uint8Array) => void): void {
    if (this.#broken) return;
    const menu = this.#menu;
    if (menu.happens('unplug')) {
      this.#broken = true;
      // As with a real cable: the end is told later, outside of any call.
      setImmediate(() => this.#sink?.ended(new OpuError('LINK_LOST', 'The cable was pulled.')));
      void this.#inner.close();
      return;
    }
    if (menu.happens('stall')) {
      this.#stalled ??= new Promise((resolve) =>
        setTimeout(() => {
          this.#stalled = undefined;
          resolve();
        }, 2),
      );
    }
    const go = (): void => {
      if (this.#broken || menu.happens('drop')) return;
      let bytes = chunk;
      if (menu.happens('corrupt')) {
        bytes = Uint8Array.from(bytes);
        bytes[Math.floor(menu.random() * bytes.length)]! ^= 1 << Math.floor(menu.random() * 8);
      }
      if (menu.happens('cut')) bytes = bytes.subarray(0, Math.floor(menu.random() * bytes.length));
      if (menu.happens('garbage')) pass(Uint8Array.from({ length: 20 }, () => Math.floor(menu.random() * 256)));
      pass(bytes);
      if (menu.happens('duplicate')) pass(Uint8Array.from(bytes));
    };
    if (this.#stalled === undefined) go();
    else void this.#stalled.then(go);
  }
}
