import { type BookableClock, type Clock, type RealTimeClock, type Transport, VirtualClock } from '@opu/core';
import { createSoftwareDevice, type SoftwareDevice } from '@opu/device';
import { crc32c } from '@opu/protocol';
import type { DeviceBehaviour, PoweredDevice } from '../behaviour/behaviour.js';
import { FaultPlan } from '../faults/fault-plan.js';
import { parseFaults } from '../faults/fault-spec.js';
import { type LinkModel, resolveLink } from '../link/named-links.js';
import type { MediumModel } from '../optics/model/parameters.js';
import { createOptics, type Optics } from '../optics/optics.js';
import type { Profile } from '../profiles/model/profile.js';
import { resolveProfile } from '../profiles/resolve-profile.js';
import type { SequencerListener } from '../sequencer/edge.js';
import { EmulatedSource } from '../source/emulated-source.js';
import { opticsOfProfile } from '../source/optics-of-profile.js';

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

/**
 * @throws OpuError INVALID_ARGUMENT or INVALID_FILE for a profile or a link that there is not, or a bad seed
 */
export function createEmulatedDevice(options: EmulatedDeviceOptions = {}): EmulatedDevice {
  return new Device(options);
}

class Device implements EmulatedDevice, PoweredDevice {
  readonly profile: Profile;
  readonly #options: EmulatedDeviceOptions;
  readonly #behaviours: readonly DeviceBehaviour[];
  readonly #optics: Optics;
  /** Light that was made here and is given back here. */
  readonly #ownOptics: Optics | undefined;
  readonly #device: SoftwareDevice;
  #closed: Promise<void> | undefined;

  constructor(options: EmulatedDeviceOptions) {
    const { profile = 'opu-1m-300k', seed = 0, clock = 'virtual', faults } = options;
    this.#options = options;
    this.profile = typeof profile === 'string' ? resolveProfile(profile) : profile;
    const plan = typeof faults === 'string' ? new FaultPlan(parseFaults(faults), seed) : faults;
    const behaviours = [...(plan === undefined ? [] : [plan]), ...(options.behaviours ?? [])];
    this.#behaviours = behaviours;
    let optics =
      options.optics ??
      createOptics(opticsOfProfile(this.profile, options.medium), seed, {
        ideal: options.ideal ?? false,
        ...(options.cacheBytes === undefined ? {} : { cacheBytes: options.cacheBytes }),
      });
    this.#ownOptics = options.optics === undefined ? optics : undefined;
    for (const behaviour of behaviours) optics = behaviour.optics?.(optics) ?? optics;
    this.#optics = optics;
    this.#device = createSoftwareDevice({
      source: (boots) => this.#source(boots),
      name: `emulator:${this.profile.name}`,
      clock,
      damagesLink: behaviours.some((behaviour) => behaviour.damagesLink),
      transport: (transport, time) => {
        let outer = transport;
        for (const behaviour of behaviours) outer = behaviour.transport?.(outer, time) ?? outer;
        return outer;
      },
      isUnderWay: () => behaviours.some((behaviour) => behaviour.isUnderWay),
    });
    for (const behaviour of behaviours) behaviour.started?.(this);
  }

  get clock(): Clock {
    return this.#device.clock;
  }

  get hostsGivenUp(): number {
    return this.#device.hostsGivenUp;
  }

  attach(transport: Transport): void {
    this.#device.attach(transport);
  }

  connect(): Transport {
    return this.#device.connect();
  }

  trigger(): boolean {
    return this.#device.trigger();
  }

  powerCycle(): void {
    this.#device.powerCycle();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const behaviour of this.#behaviours) behaviour.stopped?.();
    await this.#device.close();
    this.#ownOptics?.close();
  }

  #source(boots: number): EmulatedSource {
    const { profile } = this;
    const {
      seed = 0,
      link = profile.defaults.link,
      bootId = bootIdOf(profile.name, seed),
      clock = 'virtual',
    } = this.#options;
    const isRealTime = !(clock === 'virtual' || clock instanceof VirtualClock);
    return new EmulatedSource({
      profile,
      identity: {
        vendor: 'OPU SDK',
        model: `Emulated ${profile.name}`,
        serial: `EMU-${profile.name}-${seed}`,
        firmwareVersion: FIRMWARE_VERSION,
        profile: profile.name,
        bootId: bootId + boots,
      },
      optics: this.#optics,
      // In real time a long batch would make everything else late.
      rendering: { batchFrames: isRealTime ? 16 : 512, batchBytes: 96 * 2 ** 20 },
      isRealTime,
      ticksPerByte: (typeof link === 'string' ? resolveLink(link) : link).ticksPerByte,
      trace: this.#options.trace,
      behaviours: this.#behaviours,
    });
  }
}

/** The same device is the same boot: an emulator that is made anew has nothing of the one before. */
function bootIdOf(profile: string, seed: number): number {
  return crc32c(new TextEncoder().encode(`${profile} ${seed}`));
}
