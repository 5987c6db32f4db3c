import { type ObjectReader, ticksFromMilliseconds } from '@opu/core';
import {
  type CameraParameters,
  defaultCamera,
  type MediumModel,
  type MediumParameters,
  mediumModels,
} from './parameters.js';

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

const electrons = { min: 0, max: 1e9 };
const cameraBounds: Record<keyof CameraParameters, { min: number; max: number; above?: boolean }> = {
  quantumEfficiency: { min: 0, max: 1, above: true },
  darkCurrentElectronsPerSecond: electrons,
  readNoiseElectrons: electrons,
  fullWellElectrons: { min: 1, max: 1e9 },
  photoResponseNonUniformity: { min: 0, max: 1 },
  darkSignalNonUniformityElectrons: electrons,
  blackLevel: { min: 0, max: 128 },
};

/** Reads the `optics` of a profile file. @throws OpuError INVALID_FILE that names the field, the value and what is allowed */
export function readProfileOptics(reader: ObjectReader): ProfileOptics {
  const flux = reader.optionalNumber('fluxPhotonsPerSecond', { min: 0, max: 1e18, above: true });
  const optics: ProfileOptics = {
    ...(reader.has('medium') ? { medium: readMedium(reader.object('medium')) } : {}),
    ...(reader.has('camera') ? { camera: readCamera(reader.object('camera')) } : {}),
    ...(flux === undefined ? {} : { fluxPhotonsPerSecond: flux }),
  };
  reader.end();
  return optics;
}

function readMedium(reader: ObjectReader): NonNullable<ProfileOptics['medium']> {
  const medium = {
    ...(reader.has('model') ? { model: reader.oneOf('model', mediumModels) } : {}),
    ...given('grainPixels', reader.optionalNumber('grainPixels', { min: 1, max: 64 })),
    ...given('polarisationDegree', reader.optionalNumber('polarisationDegree', { min: 0, max: 1 })),
    ...given('decorrelationMilliseconds', reader.optionalNumber('decorrelationMilliseconds', { min: 0.001, max: 1e9 })),
  };
  if (medium.model === 'structured' && 'decorrelationMilliseconds' in medium) {
    throw reader.error(
      'decorrelationMilliseconds',
      'must be left out with the structured medium, which cannot drift',
      medium.decorrelationMilliseconds,
    );
  }
  reader.end();
  return medium;
}

function readCamera(reader: ObjectReader): Partial<CameraParameters> {
  const names = Object.keys(defaultCamera) as (keyof CameraParameters)[];
  const camera = Object.fromEntries(
    names.filter((name) => reader.has(name)).map((name) => [name, reader.number(name, cameraBounds[name])]),
  );
  reader.end();
  return camera;
}

function given<Name extends string>(name: Name, value: number | undefined): { [key in Name]?: number } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]?: number });
}

/** The medium that a profile's optics describe, as far as they differ from the default. */
export function mediumOf({ medium = {} }: ProfileOptics): Partial<MediumParameters> {
  const { decorrelationMilliseconds, ...rest } = medium;
  if (decorrelationMilliseconds === undefined) return rest;
  return { ...rest, decorrelationTicks: ticksFromMilliseconds(decorrelationMilliseconds) };
}
