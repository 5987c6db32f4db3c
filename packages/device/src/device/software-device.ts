import {
  type BookableClock,
  type Clock,
  letGo,
  memoryTransportPair,
  OpuError,
  RealTimeClock,
  type Transport,
  VirtualClock,
} from '@opu/core';
import { eventKind, type LinkError, linkErrorKind } from '@opu/protocol';
import { Firmware } from '../firmware/firmware.js';
import { DeviceServer } from '../serve/device-server.js';
import { Pacer } from '../serve/pacer.js';
import type { Configuration } from '../source/configuration.js';
import type { FrameSource } from '../source/frame-source.js';

export interface SoftwareDeviceOptions<C extends Configuration> {
  /** Called at every power-on. */
  readonly source: (boots: number) => FrameSource<C>;
  /** What connections inside this process are called: `emulator:tiny`. */
  readonly name: string;
  /**
   * `virtual` (default): time jumps from event to event as fast as hosts can. `realtime`: the same events against the wall clock. A
   * clock that is handed in is stepped by whoever made it, not by the device.
   */
  readonly clock?: 'virtual' | 'realtime' | Clock;
  /** A virtual clock that is handed in is stepped by the device all the same: nobody else does. */
  readonly stepsClock?: boolean;
  /** Bytes on the link may be damaged, so that messages have to be found again among them. */
  readonly damagesLink?: boolean;
  /** Stands between a host and the device. */
  readonly transport?: (transport: Transport, clock: Clock) => Transport;
  /** Something is on its way that only time brings: virtual time passes, whoever waits for whom. */
  readonly isUnderWay?: () => boolean;
}

/** A device in software: a frame source with the firmware around it. It serves any number of connections: one host controls, others look. */
export interface SoftwareDevice {
  /** The device's time. In virtual time, host work can be booked on it with `spend`. */
  readonly clock: Clock | BookableClock;
  readonly isClosed: boolean;
  /** Hosts that were let go because they did not read what they had asked for, since the supply was last switched on. */
  readonly hostsGivenUp: number;
  /** Serves a host at the other end of a transport that was not opened yet. */
  attach(transport: Transport): void;
  /** A new connection inside this process: the host's end. */
  connect(): Transport;
  /** An edge on the trigger input. True when it fired a frame. */
  trigger(): boolean;
  /** The supply fails and comes back: connections end; patterns, configuration and counters are those of a new device. */
  powerCycle(): void;
  /** Ends all connections and switches the device off. */
  close(): Promise<void>;
}

export function createSoftwareDevice<C extends Configuration>(options: SoftwareDeviceOptions<C>): SoftwareDevice {
  return new Device(options);
}

class Device<C extends Configuration> implements SoftwareDevice {
  readonly clock: Clock;
  readonly #options: SoftwareDeviceOptions<C>;
  #boots = 0;
  #firmware: Firmware<C>;
  #server: DeviceServer;
  /** Set while the supply is off; connections wait until it is back. */
  #returns: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: SoftwareDeviceOptions<C>) {
    const { clock = 'virtual' } = options;
    this.#options = options;
    this.clock = clock === 'virtual' ? new VirtualClock() : clock === 'realtime' ? new RealTimeClock() : clock;
    [this.#firmware, this.#server] = this.#powerOn();
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  get hostsGivenUp(): number {
    return this.#server.hostsGivenUp;
  }

  attach(transport: Transport): void {
    if (this.#returns !== undefined) {
      const attach = (): void => this.attach(transport);
      this.#returns.then(attach, attach);
      return;
    }
    this.#server.attach(this.#options.transport?.(transport, this.clock) ?? transport);
  }

  connect(): Transport {
    if (this.isClosed) throw new OpuError('INVALID_STATE', `${this.#options.name} was closed; create another device.`);
    const carrier = this.#options.damagesLink === true ? 'stream' : 'length';
    const [host, device] = memoryTransportPair(this.#options.name, carrier);
    this.attach(device);
    return host;
  }

  trigger(): boolean {
    return this.#firmware.externalTrigger(this.clock.now());
  }

  powerCycle(): void {
    if (this.isClosed || this.#returns !== undefined) return;
    this.#firmware.powerOff();
    this.#returns = this.#server.close().then(() => {
      this.#returns = undefined;
      if (!this.isClosed) [this.#firmware, this.#server] = this.#powerOn();
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#returns;
    await this.#server.close();
    this.#firmware.powerOff();
  }

  /** Everything that forgets when the supply fails. */
  #powerOn(): [Firmware<C>, DeviceServer] {
    const { clock } = this;
    const { source, isUnderWay, clock: given = 'virtual', stepsClock } = this.#options;
    const virtual = clock instanceof VirtualClock ? clock : undefined;
    let pacer: Pacer | undefined;
    const firmware = new Firmware({
      source: source(this.#boots++),
      clock,
      virtualTime: virtual && { spend: (ticks) => virtual.spend(ticks), mayPass: () => pacer?.arm() },
      pause: () => pacer?.pause(),
      failed: (error) => this.#fault(error),
    });
    const { machine } = firmware;
    if (virtual !== undefined && (given === 'virtual' || stepsClock === true)) {
      pacer = new Pacer(virtual, () => machine.timeMayPass || isUnderWay?.() === true);
    }
    return [firmware, new DeviceServer({ machine, clock, pacer, linkError: (error) => this.#linkError(error) })];
  }

  /** There is nothing to send any more: hosts are told, and let go. */
  #fault(error: OpuError): void {
    const tick = this.clock.now();
    this.#firmware.machine.event({ type: 'EVENT', kind: eventKind.FAULT, tick, value: 0, text: error.message });
    letGo(this.close());
  }

  #linkError(error: LinkError): void {
    const firmware = this.#firmware;
    if (error.kind === linkErrorKind.HEADER_CRC || error.kind === linkErrorKind.PAYLOAD_CRC) firmware.crcErrors++;
    else if (error.kind === linkErrorKind.BAD_MAGIC || error.kind === linkErrorKind.BAD_FRAME) firmware.framingErrors++;
    firmware.machine.event({
      type: 'EVENT',
      kind: eventKind.LINK_ERROR,
      tick: this.clock.now(),
      value: error.kind,
      text: error.text,
    });
  }
}
