import type { BitDepth, DeviceFacts, DeviceIdentity, FrameListener, FrameSource } from '@opu/device';
import type { Optics } from '../optics/optics.js';
import type { Profile } from '../profiles/model/profile.js';
import { type EmulatedConfiguration, EmulatedConfigurations } from './emulated-configurations.js';
import { EmulatedSequencer, type EmulatedSequencerOptions } from './emulated-sequencer.js';
import { factsOfProfile } from './facts.js';
import { Renderer, type RendererOptions } from './renderer.js';

export interface EmulatedSourceOptions extends Omit<EmulatedSequencerOptions, 'nbuf'> {
  readonly profile: Profile;
  readonly identity: DeviceIdentity;
  readonly optics: Optics;
  readonly rendering: RendererOptions;
  /** The first image must not be late: light is warmed up where that takes less than the first image. */
  readonly isRealTime: boolean;
}

/** The emulator as a frame source: the exact sequencer, and light. */
export class EmulatedSource implements FrameSource<EmulatedConfiguration> {
  readonly identity: DeviceIdentity;
  readonly facts: DeviceFacts;
  readonly configurations: EmulatedConfigurations;
  readonly images: Renderer;
  readonly remembersPattern: boolean;
  readonly #options: EmulatedSourceOptions;
  readonly #timeMatters: boolean;
  /** What light was configured to, and whether ghosts were to be expected in it. */
  #inForce: string | undefined;

  constructor(options: EmulatedSourceOptions) {
    const { profile, optics } = options;
    const { modulator, medium } = optics.parameters;
    this.#options = options;
    this.identity = options.identity;
    this.facts = factsOfProfile(profile, offeredBitDepths(profile, optics));
    this.configurations = new EmulatedConfigurations(profile, this.facts);
    this.images = new Renderer({ ...options.rendering, buffers: profile.nbuf });
    this.remembersPattern = modulator.kind === 'liquid-crystal';
    this.#timeMatters = this.remembersPattern || Number.isFinite(medium.decorrelationTicks);
  }

  configure(configuration: EmulatedConfiguration): void {
    const { optics, isRealTime } = this.#options;
    this.images.ghostRisk = this.#ghostRisk(configuration);
    const light = JSON.stringify(configuration.optical);
    if (light === this.#inForce) return;
    this.#inForce = light;
    optics.configure(configuration.optical);
    this.images.configure(optics, this.#timeMatters);
    if (isRealTime) optics.warmUp?.();
  }

  createSequencer(listener: FrameListener, configuration: EmulatedConfiguration): EmulatedSequencer {
    return new EmulatedSequencer(listener, configuration, { ...this.#options, nbuf: this.#options.profile.nbuf });
  }

  /** Whether more than 1 % of the field of the pattern before is left when the exposure starts. */
  #ghostRisk({ timing }: EmulatedConfiguration): boolean {
    const { modulator } = this.#options.optics.parameters;
    if (modulator.kind === 'dmd') return false;
    const { S, W, D } = timing;
    return S + W + D < Math.log(100) * Math.max(modulator.riseTimeTicks, modulator.fallTimeTicks);
  }
}

function offeredBitDepths(profile: Profile, optics: Optics): readonly BitDepth[] {
  const offered = profile.camera.bitDepths.filter((depth) => depth !== 32 && optics.bitDepths.includes(depth));
  return optics.bitDepths.includes(32) ? [...offered, 32] : offered;
}
