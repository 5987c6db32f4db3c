import type { Ticks } from '@opu/core';
import { pacingMode } from '../generated/enums.js';
import type { HostWaiting, SetPacing, Spend } from '../generated/messages.js';
import type { DeviceEffects, DeviceRequest } from './effects.js';

/** The host in control, by how many messages were sent to it. */
interface Listener {
  readonly sent: number;
}

/** Who lets virtual time pass: in lockstep the host in control, by saying that it waits; otherwise nobody has to. */
export class VirtualTime {
  readonly #effects: DeviceEffects;
  #lockstep = false;
  /** Messages that the host had worked off when it said that it waits. */
  #waitingFor = -1;

  constructor(effects: DeviceEffects) {
    this.#effects = effects;
  }

  get isLockstep(): boolean {
    return this.#lockstep;
  }

  mayPass(host: Listener | undefined): boolean {
    return !this.#lockstep || host === undefined || this.#waitingFor === host.sent;
  }

  /** Nobody is in control any more. */
  free(): void {
    this.#lockstep = false;
    this.#waitingFor = -1;
  }

  /** @returns false, and does nothing, where time is real */
  handle(
    message: SetPacing | HostWaiting | Spend,
    request: DeviceRequest,
    host: Listener | undefined,
    now: Ticks,
  ): boolean {
    const effects = this.#effects;
    if (effects.spend === undefined || effects.pacing === undefined) return false;
    switch (message.type) {
      case 'SET_PACING':
        this.#lockstep = message.mode === pacingMode.LOCKSTEP;
        this.#waitingFor = -1;
        request.done(now);
        effects.pacing(message, now);
        break;
      case 'HOST_WAITING':
        this.#waitingFor = message.deviceSequence;
        if (this.mayPass(host)) effects.pacing(undefined, now);
        break;
      case 'SPEND':
        effects.spend(message, request, now);
        break;
    }
    return true;
  }
}
