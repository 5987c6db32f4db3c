import type { Later, VirtualClock } from '@opu/protocol';

/** Events in a row before other work of the process gets its turn. */
const BURST = 4096;

/**
 * Lets virtual time pass. Nobody but the device and the host can make a difference to what happens, so events follow each
 * other without a pause until the device has said something; then it is the host's turn.
 * - `free`: the host's turn is one turn of the event loop.
 * - lockstep: the host's turn lasts until it says that it waits. So the same run has the same ticks however fast the
 *   host is and however far away.
 */
export class Pacer {
  readonly #clock: VirtualClock;
  readonly #later: Later;
  #spoken = false;
  #lockstep = false;
  #granted = false;
  #scheduled = false;
  #stopped = false;

  constructor(clock: VirtualClock, later: Later = (action) => void setImmediate(action)) {
    this.#clock = clock;
    this.#later = later;
    clock.whenScheduled(() => this.#arm());
  }

  get lockstep(): boolean {
    return this.#lockstep;
  }

  /** Changes the mode; in lockstep time stands still until the host waits. */
  setLockstep(on: boolean): void {
    this.#lockstep = on;
    this.#granted = false;
    this.#arm();
  }

  /** The device sent a message. */
  spoke(): void {
    this.#spoken = true;
    this.#granted = false;
  }

  /** Lockstep: the host has dealt with everything that the device sent, and waits. */
  grant(): void {
    if (!this.#lockstep) return;
    this.#granted = true;
    this.#arm();
  }

  /** Time passes no more by itself. An idle clock keeps no process alive either way. */
  stop(): void {
    this.#stopped = true;
    this.#clock.whenScheduled(undefined);
  }

  get #mayRun(): boolean {
    return !this.#stopped && (!this.#lockstep || this.#granted) && this.#clock.hasWork;
  }

  #arm(): void {
    if (this.#scheduled || !this.#mayRun) return;
    this.#scheduled = true;
    this.#later(() => this.#turn());
  }

  #turn(): void {
    this.#spoken = false;
    for (let i = 0; i < BURST && !this.#spoken && this.#mayRun; i++) this.#clock.step();
    this.#scheduled = false;
    this.#arm();
  }
}
