import type { Clock } from '../../clock/clock.js';
import type { LinkError } from '../../codec/link-error.js';
import type { Transport } from '../../transport/transport.js';
import type { DeviceMachine } from '../device-machine.js';
import { DeviceLink } from './device-link.js';
import { LeaseWatch } from './lease-watch.js';
import type { Pacer } from './pacer.js';

export interface DeviceServerOptions {
  readonly machine: DeviceMachine;
  readonly clock: Clock;
  /** Lets virtual time pass; none in real time. */
  readonly pacer?: Pacer | undefined;
  /** Bytes came that are no message. */
  readonly linkError: (error: LinkError) => void;
}

/** Serves a device's state machine to any number of hosts: one controls, others look. */
export class DeviceServer {
  readonly #options: DeviceServerOptions;
  readonly #links = new Set<DeviceLink>();
  readonly #leaseWatch: LeaseWatch;
  #closed = false;

  constructor(options: DeviceServerOptions) {
    this.#options = options;
    this.#leaseWatch = new LeaseWatch(options.machine, options.clock);
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Serves a host at the other end of a transport that was not opened yet. */
  attach(transport: Transport): void {
    if (this.#closed) {
      void transport.close();
      return;
    }
    const { machine, clock, pacer, linkError } = this.#options;
    const settled = (): void => {
      this.#leaseWatch.look();
      pacer?.arm();
    };
    const link = new DeviceLink(transport, machine, clock, {
      spoke: () => pacer?.spoke(),
      linkError,
      settled,
      ended: () => {
        this.#links.delete(link);
        settled();
      },
    });
    this.#links.add(link);
    // A transport that cannot be opened tells its own end; there is nobody else to tell.
    link.open().catch(() => link.ended());
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#links].map((link) => link.close()));
    this.#leaseWatch.stop();
    this.#options.pacer?.stop();
  }
}
