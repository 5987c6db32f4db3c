import { type Clock, closeOnce, letGo, type Transport } from '@opu/core';
import type { DeviceMachine, LinkError } from '@opu/protocol';
import { DeviceLink, type LinkObserver } from './device-link.js';
import { LeaseWatch } from './lease-watch.js';
import type { Pacer, TurnListener } from './pacer.js';

export interface DeviceServerOptions {
  readonly machine: DeviceMachine;
  readonly clock: Clock;
  /** Lets virtual time pass; none in real time. */
  readonly pacer?: Pacer | undefined;
  /** Bytes came that are no message. */
  readonly linkError: (error: LinkError) => void;
}

/** Serves a device's state machine to any number of hosts: one controls, others look. */
export class DeviceServer implements LinkObserver, TurnListener {
  readonly #options: DeviceServerOptions;
  readonly #links = new Set<DeviceLink>();
  readonly #leaseWatch: LeaseWatch;
  #closed = false;
  #isInTurn = false;
  #hasSpoken = false;
  #hostsGivenUp = 0;

  constructor(options: DeviceServerOptions) {
    this.#options = options;
    this.#leaseWatch = new LeaseWatch(options.machine, options.clock);
    options.pacer?.listen(this);
  }

  /** Hosts that were let go because they did not read what they had asked for. */
  get hostsGivenUp(): number {
    return this.#hostsGivenUp;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Serves a host at the other end of a transport that was not opened yet. */
  attach(transport: Transport): void {
    if (this.#closed) {
      letGo(transport.close());
      return;
    }
    const { machine, clock } = this.#options;
    const link = new DeviceLink(transport, machine, clock, this);
    this.#links.add(link);
    // A transport that cannot be opened tells its own end; there is nobody else to tell.
    link.open().catch(() => link.ended());
  }

  // TurnListener.

  turnBegins(): void {
    this.#isInTurn = true;
    this.#options.machine.beginTurn();
  }

  turnEnds(): void {
    const { machine, pacer } = this.#options;
    this.#isInTurn = false;
    machine.endTurn(pacer?.goesOn, !this.isReady);
    for (const link of this.#links) link.flush();
  }

  /** What a link has not taken is waited for, instead of making more of it. */
  get isReady(): boolean {
    for (const link of this.#links) if (!link.isFree) return false;
    return true;
  }

  // LinkObserver.

  /** What is said to a chunk that comes goes out together, and so does what is said while time passes. */
  get isInTurn(): boolean {
    return this.#isInTurn;
  }

  spoke(): void {
    this.#hasSpoken = true;
    this.#options.pacer?.spoke();
  }

  linkError(error: LinkError): void {
    this.#options.linkError(error);
  }

  receiving(): void {
    this.#isInTurn = true;
    this.#hasSpoken = false;
    this.#options.machine.beginTurn();
  }

  settled(): void {
    const { pacer } = this.#options;
    this.#leaseWatch.look();
    this.#isInTurn = false;
    pacer?.arm();
    // An answer goes out before any time passes; news of patterns alone wait for those that the time brings.
    if (pacer?.isTurnDue !== true || this.#hasSpoken) this.turnEnds();
  }

  ended(link: DeviceLink): void {
    this.#links.delete(link);
    this.settled();
  }

  drained(): void {
    this.#options.pacer?.arm();
  }

  gaveUp(): void {
    this.#hostsGivenUp++;
  }

  /** Ends all connections. */
  readonly close = closeOnce(async () => {
    this.#closed = true;
    await Promise.all([...this.#links].map((link) => link.close()));
    this.#leaseWatch.stop();
    this.#options.pacer?.stop();
  });
}
