import { type Clock, letGo, OpuError, type Ticks, type Transport, type TransportSink } from '@opu/core';
import type { FaultName, LinkDirection } from './fault-spec.js';
import type { FaultSchedule } from './schedule.js';

/** What is held back by `reorder` goes on after this, if nothing follows: 1 ms. */
const LONGEST_HOLD_TICKS = 100_000;

/** The faults of a link, with the number of chunks that each direction has carried: shared by all connections of a device. */
export class LinkFaults {
  readonly #schedules: readonly FaultSchedule[];
  readonly #chunks = { up: 0, down: 0 };
  /** The firmware hangs before this tick. */
  hungUntil: Ticks = 0;

  constructor(schedules: readonly FaultSchedule[]) {
    this.#schedules = schedules;
  }

  readonly #lanes = new Set<Lane>();

  /** True while chunks are held back on any connection. */
  get isHolding(): boolean {
    for (const lane of this.#lanes) if (lane.isHolding) return true;
    return false;
  }

  opened(...lanes: Lane[]): void {
    for (const lane of lanes) this.#lanes.add(lane);
  }

  closed(...lanes: Lane[]): void {
    for (const lane of lanes) this.#lanes.delete(lane);
  }

  /** Counts a chunk and gives the faults that strike it. */
  next(direction: LinkDirection, tick: Ticks): { readonly struck: readonly FaultSchedule[]; readonly chunk: number } {
    const chunk = 2 * this.#chunks[direction]++ + (direction === 'up' ? 0 : 1);
    const concerned = this.#schedules.filter(
      ({ spec }) => spec.direction === undefined || spec.direction === direction,
    );
    return { struck: concerned.filter((schedule) => schedule.strikes(chunk, tick)), chunk };
  }
}

/** A device's end of a connection on which things go wrong, chunk by chunk. */
export class FaultyTransport implements Transport {
  readonly address: string;
  readonly carrier: Transport['carrier'];
  readonly #inner: Transport;
  readonly #clock: Clock;
  readonly #faults: LinkFaults;
  readonly #up: Lane;
  readonly #down: Lane;
  #sink: TransportSink | undefined;
  #ended = false;

  constructor(inner: Transport, clock: Clock, faults: LinkFaults) {
    this.address = inner.address;
    this.carrier = inner.carrier;
    this.#inner = inner;
    this.#clock = clock;
    this.#faults = faults;
    this.#up = new Lane(clock, (chunk) => this.#sink?.receive(chunk));
    this.#down = new Lane(clock, (chunk) => void inner.send(chunk));
  }

  async open(sink: TransportSink): Promise<void> {
    this.#sink = sink;
    this.#faults.opened(this.#up, this.#down);
    await this.#inner.open({
      receive: (chunk) => this.#pass('up', this.#up, chunk),
      ended: (reason) => this.#end(reason),
    });
  }

  send(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#ended) return undefined;
    if (!this.#down.isFree) {
      this.#pass('down', this.#down, chunk);
      return undefined;
    }
    let pause: Promise<void> | undefined;
    this.#pass('down', this.#down, chunk, (through) => {
      pause = this.#inner.send(through) ?? pause;
    });
    return pause;
  }

  async close(): Promise<void> {
    this.#closeLanes();
    await this.#inner.close();
  }

  #end(reason?: OpuError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#closeLanes();
    this.#sink?.ended(reason);
  }

  #closeLanes(): void {
    this.#up.close();
    this.#down.close();
    this.#faults.closed(this.#up, this.#down);
  }

  #pass(direction: LinkDirection, lane: Lane, chunk: Uint8Array, atOnce?: (chunk: Uint8Array) => void): void {
    if (this.#ended) return;
    const now = this.#clock.now();
    const { struck, chunk: number } = this.#faults.next(direction, now);
    let bytes = chunk;
    const strikes = (name: FaultName): FaultSchedule | undefined => struck.find(({ spec }) => spec.name === name);
    if (strikes('disconnect') !== undefined) {
      this.#end(new OpuError('LINK_LOST', `A fault broke the connection ${this.address}.`));
      letGo(this.#inner.close());
      return;
    }
    const hang = strikes('hang');
    if (hang !== undefined) this.#faults.hungUntil = Math.max(this.#faults.hungUntil, now + hang.spec.value);
    const hungFor = this.#faults.hungUntil - now;
    if (hungFor > 0) lane.pauseFor(hungFor);
    if (strikes('drop') !== undefined) return;
    const delay = strikes('delay');
    if (delay !== undefined) lane.pauseFor(delay.spec.value);
    const truncate = strikes('truncate');
    if (truncate !== undefined && bytes.length > 0) bytes = bytes.subarray(0, truncate.draw(number, bytes.length));
    const corrupt = strikes('corrupt');
    if (corrupt !== undefined && bytes.length > 0) {
      // A copy: what was handed over is nobody's to write to.
      bytes = new Uint8Array(bytes);
      const bit = corrupt.draw(number, 8 * bytes.length);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
    }
    if (strikes('reorder') !== undefined) {
      lane.hold(bytes, LONGEST_HOLD_TICKS);
      return;
    }
    lane.pass(bytes, atOnce);
    if (strikes('duplicate') !== undefined) lane.pass(bytes, atOnce);
  }
}

/** One direction: hands chunks on in order, later if it is paused, and one behind the next if it is held. */
class Lane {
  readonly #clock: Clock;
  readonly #deliver: (chunk: Uint8Array) => void;
  #waiting: Uint8Array[] = [];
  #held: Uint8Array | undefined;
  #openFrom: Ticks = 0;
  #alarm: { cancel(): void } | undefined;
  #holdAlarm: { cancel(): void } | undefined;
  #closed = false;

  constructor(clock: Clock, deliver: (chunk: Uint8Array) => void) {
    this.#clock = clock;
    this.#deliver = deliver;
  }

  get isFree(): boolean {
    return this.#waiting.length === 0 && this.#clock.now() >= this.#openFrom;
  }

  get isHolding(): boolean {
    return this.#waiting.length > 0 || this.#held !== undefined;
  }

  pauseFor(ticks: Ticks): void {
    this.#openFrom = Math.max(this.#openFrom, this.#clock.now() + ticks);
  }

  pass(chunk: Uint8Array, atOnce: (chunk: Uint8Array) => void = this.#deliver): void {
    const held = this.#held;
    this.#held = undefined;
    this.#holdAlarm?.cancel();
    for (const next of held === undefined ? [chunk] : [chunk, held]) {
      if (this.isFree) atOnce(next);
      else this.#wait(next);
    }
  }

  hold(chunk: Uint8Array, longest: Ticks): void {
    if (this.#held !== undefined) this.pass(chunk);
    else {
      this.#held = chunk;
      this.#holdAlarm = this.#clock.at(this.#clock.now() + longest, () => {
        const held = this.#held;
        this.#held = undefined;
        if (held !== undefined) this.pass(held);
      });
    }
  }

  close(): void {
    this.#closed = true;
    this.#waiting = [];
    this.#held = undefined;
    this.#alarm?.cancel();
    this.#holdAlarm?.cancel();
  }

  #wait(chunk: Uint8Array): void {
    // What waits for ever is lost.
    if (this.#closed || this.#openFrom === Number.POSITIVE_INFINITY) return;
    this.#waiting.push(chunk);
    this.#arm();
  }

  #arm(): void {
    this.#alarm ??= this.#clock.at(this.#openFrom, () => {
      this.#alarm = undefined;
      // A further pause may have come meanwhile.
      if (this.#clock.now() < this.#openFrom) {
        if (this.#openFrom !== Number.POSITIVE_INFINITY) this.#arm();
        return;
      }
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const chunk of waiting) if (!this.#closed) this.#deliver(chunk);
    });
  }
}
