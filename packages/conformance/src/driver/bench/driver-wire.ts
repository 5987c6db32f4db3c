import { type Clock, OpuError, type Ticks, type Transport } from '@opu/core';
import { parseAddress, type Scheme, type SchemeConnection, type Schemes } from '@opu/driver';
import type { Message } from '@opu/protocol';
import { helloOf } from '../../device/device-bench.js';
import { WireLog } from '../../log/wire-log.js';
import { type OfType, WireClient } from '../../wire/wire-client.js';
import { WatchedTransport } from './watched-transport.js';

interface Way {
  readonly connection: SchemeConnection;
  readonly another: () => Promise<Transport>;
}

/** 200 ms. */
const REST_TICKS = 20_000_000;

let witnesses = 0;

/**
 * The way between the driver under test and its device, for one case. A driver whose transports come from
 * `wire.schemes(...)` is read along: its cases have a wire log, its links can be cut, and the suite can ask the device
 * itself what the driver left behind. In-process devices stay on until the case is over, also when they are opened again.
 */
export class DriverWire {
  readonly log: WireLog;
  /** What the device said, and the driver got. */
  readonly heard: Message[] = [];
  readonly sent: Message[] = [];
  /** For connections from now on: what the driver gets instead of a message of the device. */
  rewrite: ((message: Message) => Message) | undefined;
  readonly #clock: Clock;
  readonly #stepTicks: Ticks;
  readonly #ways = new Map<string, Way>();
  readonly #open = new Set<WatchedTransport>();
  readonly #clients: WireClient[] = [];
  #connections = 0;
  #carrier: Transport['carrier'] | undefined;
  #held = false;

  constructor(clock: Clock, stepTicks: Ticks) {
    this.#clock = clock;
    this.#stepTicks = stepTicks;
    this.log = new WireLog(clock);
  }

  /** The same schemes, read along. */
  schemes(schemes: Schemes): Schemes {
    const watched = Object.entries(schemes).map(([name, scheme]) => [name, this.#watched(scheme)] as const);
    return Object.fromEntries(watched);
  }

  /** True when the driver's transports come from here. */
  get isWatched(): boolean {
    return this.#connections > 0;
  }

  /** True when the device takes connections beside the driver's: a serial line and a USB pipe are one connection. */
  get isShared(): boolean {
    return this.#carrier === 'length';
  }

  /** Links that the driver opened and that are not over. */
  get openLinks(): number {
    return this.#open.size;
  }

  /** Ends every link at once; while `stay` is set, new ones cannot be opened. */
  async cut(stay = false): Promise<void> {
    this.#held = stay;
    await Promise.all([...this.#open].map((transport) => transport.cut()));
  }

  /** Links can be opened again. */
  mend(): void {
    this.#held = false;
  }

  all<Type extends Message['type']>(type: Type): OfType<Type>[] {
    return this.heard.filter((message): message is OfType<Type> => message.type === type);
  }

  /** The other end of a serial line or a USB pipe notices the end of a connection a little later. */
  async rest(): Promise<void> {
    if (this.isWatched && !this.isShared) await this.#sleep(REST_TICKS);
  }

  /** The suite's own connection to the device, past the driver; it has shaken hands and controls nothing. */
  async witness(): Promise<WireClient> {
    const way = this.#ways.values().next().value;
    if (way === undefined) throw new OpuError('BUG', 'There is no way to the device yet.');
    await this.rest();
    const options = { clock: this.#clock, log: this.log, stepTicks: this.#stepTicks };
    const deadline = this.#clock.now() + this.#stepTicks;
    for (;;) {
      const client = new WireClient({ ...options, transport: await way.another(), connection: ++this.#connections });
      try {
        await client.open();
        this.#clients.push(client);
        await client.get(helloOf(2 ** 40 + ++witnesses), 'HELLO_REPLY');
        return client;
      } catch (error) {
        await client.close();
        // A serial port or a USB device that was just let go of may need a moment.
        if (this.#clock.now() >= deadline) throw error;
        await this.#sleep(2_000_000);
      }
    }
  }

  /** Ends everything that the driver left open, and switches in-process devices off. */
  async settle(): Promise<void> {
    for (const client of this.#clients) await client.close();
    await this.cut(true);
    await this.rest();
    for (const { connection } of this.#ways.values()) await connection.dispose?.();
  }

  async #sleep(ticks: Ticks): Promise<void> {
    await new Promise<void>((resolve) => this.#clock.at(this.#clock.now() + ticks, resolve));
  }

  #watched(scheme: Scheme): Scheme {
    return async (address) => {
      const known = this.#ways.get(address.text);
      // A device in this process is a new one for each connection of its scheme; the same one is wanted again.
      if (known?.connection.reconnect !== undefined && known.connection.dispose !== undefined) {
        return this.#connection(known.another, await known.another());
      }
      const connection = await scheme(address);
      const fresh = async (): Promise<Transport> => (await scheme(parseAddress(address.text))).transport;
      const way = { connection, another: connection.reconnect ?? fresh };
      this.#ways.set(address.text, way);
      return this.#connection(connection.reconnect, connection.transport);
    };
  }

  #connection(reconnect: SchemeConnection['reconnect'], transport: Transport): SchemeConnection {
    const first = { transport: this.#watch(transport) };
    if (reconnect === undefined) return first;
    return {
      ...first,
      reconnect: async () => {
        if (this.#held) throw new OpuError('LINK_UNAVAILABLE', 'The suite keeps the link cut.');
        return this.#watch(await reconnect());
      },
    };
  }

  #watch(transport: Transport): Transport {
    this.#carrier = transport.carrier;
    return new WatchedTransport(transport, {
      connection: ++this.#connections,
      log: this.log,
      rewrite: this.rewrite,
      seen: (from, message) => void (from === 'device' ? this.heard : this.sent).push(message),
      opened: (link) => void this.#open.add(link),
      over: (link) => void this.#open.delete(link),
    });
  }
}
