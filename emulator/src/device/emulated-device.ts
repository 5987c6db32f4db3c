import {
  type BookableClock,
  type Clock,
  memoryTransportPair,
  OpuError,
  RealTimeClock,
  type Ticks,
  type Transport,
  VirtualClock,
} from '@opu/core';
import { DeviceServer, Pacer } from '@opu/device';
import { crc32c, eventKind, type LinkError, linkErrorKind } from '@opu/protocol';
import { FaultPlan } from '../faults/fault-plan.js';
import { parseFaults } from '../faults/fault-spec.js';
import { Firmware } from '../firmware/firmware.js';
import { opticsOfProfile } from '../firmware/optics-of-profile.js';
import { type LinkModel, resolveLink } from '../link/named-links.js';
import { createOptics, type Optics } from '../optics/optics.js';
import type { MediumModel } from '../optics/parameters.js';
import type { Profile } from '../profiles/profile.js';
import { resolveProfile } from '../profiles/resolve-profile.js';
import type { SequencerListener } from '../sequencer/edge.js';
import type { DeviceBehaviour, PoweredDevice } from './behaviour.js';

const FIRMWARE_VERSION = '1.0.0';

export interface EmulatedDeviceOptions {
  /** A profile, or the name or path of one; `opu-1m-300k` by default. */
  readonly profile?: Profile | string;
  /** Whole number from 0 to 2^32 - 1, 0 by default: the medium, the camera and its noise follow from it. */
  readonly seed?: number;
  /**
   * `virtual` (default): time jumps from event to event as fast as the host can. `realtime`: the same events against the
   * wall clock. A `VirtualClock` that is handed in is stepped by whoever made it, not by the device.
   */
  readonly clock?: 'virtual' | 'realtime' | VirtualClock | RealTimeClock;
  /** How long read-outs take to the host: a link, or the name of one (`usb3`, `serial-115200`); the profile's by default. */
  readonly link?: LinkModel | string;
  /** Model of the scattering medium; the profile's own by default. */
  readonly medium?: MediumModel;
  /** `true`: no camera noise. `'float'`: the same, and images are the intensity itself, as floats. */
  readonly ideal?: boolean | 'float';
  /** Hears every edge of the sequencer, for traces. */
  readonly trace?: SequencerListener;
  /** Tells one power-on from another; hosts that reconnect compare it. */
  readonly bootId?: number;
  /** Bytes of memory that matrices of the light may be kept in; by default a share of the pool's, 256 MiB of 1 GiB. Less makes it slower, not different. */
  readonly cacheBytes?: number;
  /** Things that go wrong: a plan, or its text (see `parseFaults`), which is seeded like the device. */
  readonly faults?: FaultPlan | string;
  /** Other things that stand between the device's parts: probes, faults of one's own. */
  readonly behaviours?: readonly DeviceBehaviour[];
  /** Light that is computed by somebody else, for tests and measurements of everything but the light. */
  readonly optics?: Optics;
}

/** A whole OPU in software. It serves any number of connections: one host controls, others look. */
export interface EmulatedDevice {
  readonly profile: Profile;
  /** The device's time. In virtual time, host work can be booked on it with `spend`. */
  readonly clock: Clock | BookableClock;
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

/**
 * @throws OpuError INVALID_ARGUMENT or INVALID_FILE for a profile or a link that there is not, or a bad seed
 */
export function createEmulatedDevice(options: EmulatedDeviceOptions = {}): EmulatedDevice {
  return new Device(options);
}

class Device implements EmulatedDevice, PoweredDevice {
  readonly profile: Profile;
  /** Light that was made here and is given back here. */
  readonly #ownOptics: Optics | undefined;
  readonly clock: Clock;
  readonly #options: EmulatedDeviceOptions;
  readonly #behaviours: readonly DeviceBehaviour[];
  readonly #optics: Optics;
  #boots = 0;
  #firmware: Firmware;
  #server: DeviceServer;
  /** Set while the supply is off; connections wait until it is back. */
  #returns: Promise<void> | undefined;
  #closed = false;

  constructor(options: EmulatedDeviceOptions) {
    const { profile = 'opu-1m-300k', seed = 0, clock = 'virtual', faults } = options;
    this.#options = options;
    this.profile = typeof profile === 'string' ? resolveProfile(profile) : profile;
    this.clock = clock === 'virtual' ? new VirtualClock() : clock === 'realtime' ? new RealTimeClock() : clock;
    const plan = typeof faults === 'string' ? new FaultPlan(parseFaults(faults), seed) : faults;
    this.#behaviours = [...(plan === undefined ? [] : [plan]), ...(options.behaviours ?? [])];
    let optics =
      options.optics ??
      createOptics(opticsOfProfile(this.profile, options.medium), seed, {
        ideal: options.ideal ?? false,
        ...(options.cacheBytes === undefined ? {} : { cacheBytes: options.cacheBytes }),
      });
    this.#ownOptics = options.optics === undefined ? optics : undefined;
    for (const behaviour of this.#behaviours) optics = behaviour.optics?.(optics) ?? optics;
    this.#optics = optics;
    [this.#firmware, this.#server] = this.#powerOn();
    for (const behaviour of this.#behaviours) behaviour.started?.(this);
  }

  attach(transport: Transport): void {
    if (this.#returns !== undefined) {
      void this.#returns.then(() => this.attach(transport));
      return;
    }
    let outer = transport;
    for (const behaviour of this.#behaviours) outer = behaviour.transport?.(outer, this.clock) ?? outer;
    this.#server.attach(outer);
  }

  connect(): Transport {
    if (this.#closed) throw new OpuError('INVALID_STATE', 'The emulated device was closed; create another one.');
    // Where bytes get damaged, messages have to be found again among them, as on a serial line.
    const carrier = this.#behaviours.some((behaviour) => behaviour.damagesLink) ? 'stream' : 'length';
    const [host, device] = memoryTransportPair(`emulator:${this.profile.name}`, carrier);
    this.attach(device);
    return host;
  }

  trigger(): boolean {
    return this.#firmware.externalTrigger(this.clock.now());
  }

  powerCycle(): void {
    if (this.#closed || this.#returns !== undefined) return;
    this.#firmware.powerOff();
    this.#returns = this.#server.close().then(() => {
      this.#returns = undefined;
      if (!this.#closed) [this.#firmware, this.#server] = this.#powerOn();
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const behaviour of this.#behaviours) behaviour.stopped?.();
    await this.#returns;
    await this.#server.close();
    this.#firmware.powerOff();
    this.#ownOptics?.close();
  }

  /** Everything that forgets when the supply fails. */
  #powerOn(): [Firmware, DeviceServer] {
    const { clock, profile } = this;
    const { seed = 0, link = profile.defaults.link, bootId = bootIdOf(profile.name, seed), trace } = this.#options;
    const virtual = clock instanceof VirtualClock ? clock : undefined;
    let pacer: Pacer | undefined;
    const firmware = new Firmware({
      profile,
      identity: {
        serial: `EMU-${profile.name}-${seed}`,
        firmwareVersion: FIRMWARE_VERSION,
        bootId: bootId + this.#boots++,
      },
      clock,
      optics: this.#optics,
      // In real time a long batch would make everything else late.
      rendering: { batchFrames: virtual === undefined ? 16 : 512, batchBytes: 96 * 2 ** 20 },
      ticksPerByte: (typeof link === 'string' ? resolveLink(link) : link).ticksPerByte,
      virtualTime:
        virtual === undefined
          ? undefined
          : { spend: (ticks: Ticks) => virtual.spend(ticks), mayPass: () => pacer?.arm(), pause: () => pacer?.pause() },
      trace,
      behaviours: this.#behaviours,
    });
    const { machine } = firmware;
    // A clock that was handed in is stepped by whoever made it.
    if (virtual !== undefined && (this.#options.clock ?? 'virtual') === 'virtual') {
      const isUnderWay = (): boolean => this.#behaviours.some((behaviour) => behaviour.isUnderWay);
      pacer = new Pacer(virtual, () => machine.timeMayPass || isUnderWay());
    }
    return [firmware, new DeviceServer({ machine, clock, pacer, linkError: (error) => this.#linkError(error) })];
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

/** The same device is the same boot: an emulator that is made anew has nothing of the one before. */
function bootIdOf(profile: string, seed: number): number {
  return crc32c(new TextEncoder().encode(`${profile} ${seed}`));
}
