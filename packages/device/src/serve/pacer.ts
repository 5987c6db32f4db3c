import type { Later, VirtualClock } from '@opu/core';

/** Events in a row before other work of the process gets its turn. */
const BURST = 4096;

/** Hears of the turns in which time passes. */
export interface TurnListener {
  turnBegins(): void;
  turnEnds(): void;
  /** No turn begins while this is false; call `arm` when it has become true again. */
  readonly isReady: boolean;
}

/**
 * Lets virtual time pass. Nobody but the device and the host can make a difference to what happens, so events follow each
 * other without a pause until the device has said something; then it is the host's turn, which is one turn of the event
 * loop, or, where `mayPass` says so (lockstep), lasts until the host has said that it waits.
 */
export class Pacer {
  readonly #clock: VirtualClock;
  readonly #mayPass: () => boolean;
  readonly #later: Later;
  #turns: TurnListener = { turnBegins: () => {}, turnEnds: () => {}, isReady: true };
  #spoken = false;
  #scheduled = false;
  #stopped = false;

  constructor(clock: VirtualClock, mayPass: () => boolean, later: Later = (action) => void setImmediate(action)) {
    this.#clock = clock;
    this.#mayPass = mayPass;
    this.#later = later;
    clock.whenScheduled(() => this.arm());
  }

  /** True from when a turn is due until it is over. */
  get isTurnDue(): boolean {
    return this.#scheduled;
  }

  /** True while turns follow each other by themselves. */
  get goesOn(): boolean {
    return !this.#stopped && this.#clock.hasWork && this.#mayPass();
  }

  listen(listener: TurnListener): void {
    this.#turns = listener;
  }

  /** The device sent a message. */
  spoke(): void {
    this.#spoken = true;
  }

  /** What the device does takes long: other work of the process gets its turn after this event. */
  pause(): void {
    this.#spoken = true;
  }

  /** `mayPass` may have become true. */
  arm(): void {
    if (this.#scheduled || !this.#turns.isReady || !this.goesOn) return;
    this.#scheduled = true;
    this.#later(() => this.#turn());
  }

  /** Time passes no more by itself. An idle clock keeps no process alive either way. */
  stop(): void {
    this.#stopped = true;
    this.#clock.whenScheduled(undefined);
  }

  #turn(): void {
    this.#spoken = false;
    this.#turns.turnBegins();
    for (let i = 0; i < BURST && !this.#spoken && !this.#stopped && this.#mayPass(); i++) {
      if (!this.#clock.step()) break;
    }
    this.#turns.turnEnds();
    this.#scheduled = false;
    this.arm();
  }
}
