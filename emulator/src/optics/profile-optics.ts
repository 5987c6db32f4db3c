import { ticksFromMilliseconds } from '@opu/core';
import type { CameraParameters, MediumModel, MediumParameters } from './model/parameters.js';

/** What a profile says of its light where it differs from the defaults (`defaultMedium`, `defaultCamera`); units in the names. */
export interface ProfileOptics {
  readonly medium?: {
    readonly model?: MediumModel;
    readonly grainPixels?: number;
    readonly polarisationDegree?: number;
    /** Time in which the correlation of the field falls to 1/e; a medium at rest when left out. */
    readonly decorrelationMilliseconds?: number;
  };
  readonly camera?: Partial<CameraParameters>;
  /** Photons a pixel and second where the intensity is 1; made for a mean of 20 of 255 when left out. */
  readonly fluxPhotonsPerSecond?: number;
}

/** The medium that a profile's optics describe, as far as they differ from the default. */
export function mediumOf({ medium = {} }: ProfileOptics): Partial<MediumParameters> {
  const { decorrelationMilliseconds, ...rest } = medium;
  if (decorrelationMilliseconds === undefined) return rest;
  return { ...rest, decorrelationTicks: ticksFromMilliseconds(decorrelationMilliseconds) };
}
