import type { Ticks } from '@opu/core';
import type { PlayedSequence, Refused } from '@opu/protocol';
import type { Configuration, Configurations } from './configuration.js';
import type { DeviceFacts, DeviceIdentity } from './device-facts.js';
import type { ImageSource } from './exposure.js';
import type { FrameListener, FrameSequencer } from './frame-sequencer.js';
import type { StoredPattern } from './stored-pattern.js';

/**
 * What stands behind the firmware of a device in software: patterns go in, ticks and images come out. The firmware does the rest,
 * the same for every device: it talks to hosts, refuses what makes no sense, keeps patterns and stored sequences, runs, stops and
 * aborts, and hands readouts over as far as hosts have room.
 *
 * `frameSource` makes one of an image function; whoever needs other ticks, configurations or a say in which patterns come brings
 * those parts along.
 */
export interface FrameSource<C extends Configuration = Configuration> {
  readonly identity: DeviceIdentity;
  readonly facts: DeviceFacts;
  readonly configurations: Configurations<C>;
  readonly images: ImageSource;
  /** Whether images depend on the pattern before (liquid crystal). */
  readonly remembersPattern?: boolean;
  /** Has a say in which patterns come. */
  readonly patterns?: PatternGate;
  /** Images from now on are made with this configuration. The first call comes before everything else. */
  configure(configuration: C): void;
  /** Called once, after the first `configure`. */
  createSequencer(listener: FrameListener, configuration: C): FrameSequencer<C>;
}

/** For a source that does not have an image for every pattern: it says so before the pattern takes a slot of pattern RAM. */
export interface PatternGate {
  /** Patterns came that wait to be shown: all of them are taken, or none and the refusal says why. */
  arrive(patterns: readonly StoredPattern[], now: Ticks): Refused | undefined;
  /** Patterns are about to be stored in a sequence from `firstIndex` on. */
  store(patterns: readonly Uint8Array[], sequenceId: number, firstIndex: number): Refused | undefined;
  /** A stored sequence is about to be played. */
  play(played: PlayedSequence): Refused | undefined;
  /** Patterns that arrived will not be shown. */
  release(patterns: readonly StoredPattern[]): void;
  /** Patterns that arrived are bound to the configuration that they came under: no other one while they wait. */
  readonly bindsConfiguration: boolean;
}
