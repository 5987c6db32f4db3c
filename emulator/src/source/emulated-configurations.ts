import { ticksFromMicroseconds } from '@opu/core';
import {
  type CheckedConfiguration,
  type Configurations,
  type ConfigurationWish,
  Configurator,
  type DeviceFacts,
  depthOfFormat,
  formatOfDepth,
  isRefused,
  type MinimumPeriod,
  minimumPeriodOf,
  type PeriodStages,
} from '@opu/device';
import type { ConfigurationValues, ConfigureReply, Refused } from '@opu/protocol';
import type { OpticalConfiguration } from '../optics/model/configuration.js';
import { type FrameTiming, stagesOf } from '../profiles/model/frame-timing.js';
import type { Profile, RegionOfInterest } from '../profiles/model/profile.js';

/** A configuration of an emulated device, and everything that follows from it. */
export interface EmulatedConfiguration extends CheckedConfiguration {
  readonly timing: FrameTiming;
  readonly optical: OpticalConfiguration;
}

/** The configurations of a profile: what its facts allow, with the stages of its frames. */
export class EmulatedConfigurations implements Configurations<EmulatedConfiguration> {
  readonly initial: EmulatedConfiguration;
  readonly #profile: Profile;
  readonly #configurator: Configurator;

  constructor(profile: Profile, facts: DeviceFacts) {
    this.#profile = profile;
    this.#configurator = new Configurator(facts, {
      initial: initialOfProfile(profile, facts),
      minimumPeriod: (values) => minimumPeriodOf(this.#stages(values)),
    });
    this.initial = this.#complete(this.#configurator.initial);
  }

  change(current: EmulatedConfiguration, wish: ConfigurationWish): EmulatedConfiguration | Refused {
    const next = this.#configurator.change(current, wish);
    return isRefused(next) ? next : this.#complete(next);
  }

  minimumPeriod(current: EmulatedConfiguration, wish: ConfigurationWish): MinimumPeriod | Refused {
    return this.#configurator.minimumPeriod(current, wish);
  }

  #complete(checked: CheckedConfiguration): EmulatedConfiguration {
    const { reply } = checked;
    return {
      ...checked,
      timing: { ...this.#stages(reply), P: reply.periodTicks },
      optical: opticalOf(reply),
    };
  }

  #stages(values: ConfigurationValues): PeriodStages {
    return stagesOf(this.#profile, {
      regionOfInterest: regionOf(values),
      exposureTicks: values.exposureTicks,
      extraSettleTicks: values.extraSettleTicks,
    });
  }
}

function initialOfProfile({ defaults }: Profile, { bitDepths }: DeviceFacts): Partial<ConfigurationValues> {
  const { x, y, width, height } = defaults.regionOfInterest;
  const wished = defaults.periodMicroseconds;
  return {
    periodTicks: wished === 'minimum' ? 0 : ticksFromMicroseconds(wished),
    exposureTicks: ticksFromMicroseconds(defaults.exposureMicroseconds),
    regionX: x,
    regionY: y,
    regionWidth: width,
    regionHeight: height,
    // Who asks for intensities as floats wants them from the start.
    pixelFormat: formatOfDepth(bitDepths.includes(32) ? 32 : defaults.bitDepth),
  };
}

function regionOf(values: ConfigurationValues): RegionOfInterest {
  return { x: values.regionX, y: values.regionY, width: values.regionWidth, height: values.regionHeight };
}

function opticalOf(reply: ConfigureReply): OpticalConfiguration {
  return {
    regionOfInterest: regionOf(reply),
    bitDepth: depthOfFormat(reply.pixelFormat)!,
    macroPixels: { columns: reply.macroColumns, rows: reply.macroRows },
    reference: {
      on: reply.referenceOn === 1,
      amplitude: reply.referenceAmplitude,
      tiltX: reply.referenceTiltX,
      tiltY: reply.referenceTiltY,
    },
  };
}
