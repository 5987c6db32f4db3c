import type { Clock, Ticks, Transport } from '@opu/core';
import type { Optics } from '../optics/optics.js';
import type { SequencerListener } from '../sequencer/edge.js';

/**
 * Something that is added to a device from outside, between two of its parts: a fault, a probe. The parts themselves know
 * nothing of it. Every method is optional; what it returns takes the place of what it was given.
 */
export interface DeviceBehaviour {
  /** Stands between a host and the device. */
  transport?(transport: Transport, clock: Clock): Transport;
  /** Stands between the firmware and the light. */
  optics?(optics: Optics): Optics;
  /** Stands between the sequencer and the firmware. */
  sequencer?(listener: SequencerListener): SequencerListener;
  /** True when an edge on the trigger input, or a trigger command, gets lost on its way. */
  losesTrigger?(tick: Ticks): boolean;
  /** The device is on: called once, when it was made. */
  started?(device: PoweredDevice): void;
  /** The device was switched off for good. */
  stopped?(): void;
  /** True while something is on its way that only time brings: then virtual time passes, whoever waits for whom. */
  readonly isUnderWay?: boolean;
  /** True when bytes on the link may be damaged, so that messages have to be found again among them. */
  readonly damagesLink?: boolean;
}

/** What a behaviour can do to a device as a whole. */
export interface PoweredDevice {
  readonly clock: Clock;
  /** The supply fails and comes back: connections end, and everything but the device itself is as it was when it was new. */
  powerCycle(): void;
}
