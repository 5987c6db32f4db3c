import { OpuError, TICKS_PER_SECOND, type Ticks } from '@opu/core';

/** A mirror array: on or off, and in place before the camera is triggered. */
export interface MirrorModulator {
  readonly kind: 'dmd';
  /** Mirrors in a row. */
  readonly width: number;
  /** Rows of mirrors. */
  readonly height: number;
}

/** A liquid crystal: its field approaches the new pattern exponentially. */
export interface LiquidCrystalModulator {
  readonly kind: 'liquid-crystal';
  readonly width: number;
  readonly height: number;
  /** Time constant of the field of a pixel that is switched on, ticks. */
  readonly riseTimeTicks: Ticks;
  /** Time constant of the field of a pixel that is switched off, ticks. */
  readonly fallTimeTicks: Ticks;
}

export type OpticalModulator = MirrorModulator | LiquidCrystalModulator;

/**
 * `dense`: independent, nearly Gaussian entries. `signs`: independent entries +-1 +- i, faster; sums of few mirrors are whole
 * numbers of a coarse grid, so that the intensity is exponential only where tens of thousands of mirrors are on (with 2 048 on
 * its distribution is off by 0.008), and a single mirror gives every pixel the same intensity. `structured`: random diagonals
 * and Fourier transforms.
 */
export const mediumModels = ['dense', 'signs', 'structured'] as const;
export type MediumModel = (typeof mediumModels)[number];

export interface MediumParameters {
  readonly model: MediumModel;
  /** Full width at half maximum of the autocorrelation of the intensity, pixels; 1 means independent pixels. */
  readonly grainPixels: number;
  /** Degree of polarisation P of the light on the camera, 0 to 1 (Goodman, Speckle Phenomena in Optics, 4.5). */
  readonly polarisationDegree: number;
  /** The field of two instants dt apart has the correlation exp(-dt / this), ticks; Infinity for a medium at rest. */
  readonly decorrelationTicks: Ticks;
}

/** The camera in the terms of EMVA Standard 1288. */
export interface CameraParameters {
  /** Electrons that a photon makes. Choice in the class of a CMV2000 (data sheet: 60 % at 550 nm). */
  readonly quantumEfficiency: number;
  /** Electrons a pixel and second without light. CMV2000 data sheet: 125 e-/s at 25 degrees C. */
  readonly darkCurrentElectronsPerSecond: number;
  /** Standard deviation of the temporal noise in the dark, electrons. CMV2000 data sheet: 13 e-. */
  readonly readNoiseElectrons: number;
  /** Electrons that a pixel holds. CMV2000 data sheet: 13 500 e-. */
  readonly fullWellElectrons: number;
  /** Photo response non-uniformity: standard deviation of the pixels' gains over their mean. Choice: 1 %. */
  readonly photoResponseNonUniformity: number;
  /** Dark signal non-uniformity: standard deviation of the pixels' offsets, electrons. Choice: 1 e-. */
  readonly darkSignalNonUniformityElectrons: number;
  /**
   * Grey value of a pixel without electrons in an 8-bit read-out; 2^(bits - 8) times as much in a deeper one. Choice: 1,
   * so that the noise of a dark frame is not cut off at 0. The system gain K brings the full well to the largest grey value.
   */
  readonly blackLevel: number;
}

/** Everything that the light and the camera of a device need to know. */
export interface OpticsParameters {
  readonly modulator: OpticalModulator;
  /** Pixels of the whole sensor. */
  readonly sensor: { readonly width: number; readonly height: number };
  readonly medium: MediumParameters;
  readonly camera: CameraParameters;
  /** Photons a pixel and second where the intensity is 1, the mean with every mirror on. */
  readonly fluxPhotonsPerSecond: number;
}

export const defaultMedium: MediumParameters = {
  model: 'dense',
  grainPixels: 1,
  polarisationDegree: 1,
  decorrelationTicks: Number.POSITIVE_INFINITY,
};

export const defaultCamera: CameraParameters = {
  quantumEfficiency: 0.6,
  darkCurrentElectronsPerSecond: 125,
  readNoiseElectrons: 13,
  fullWellElectrons: 13_500,
  photoResponseNonUniformity: 0.01,
  darkSignalNonUniformityElectrons: 1,
  blackLevel: 1,
};

/** What the default flux is made for: half of the mirrors on, this mean grey value above the black level at 8 bits. */
const MEAN_GREY_OF_HALF = 20;

/** Electrons that one grey value stands for, 1 / K, in a read-out of `bitDepth` bits. */
export function electronsPerGrey(camera: CameraParameters, bitDepth: 8 | 10 | 12): number {
  const scale = 2 ** (bitDepth - 8);
  return camera.fullWellElectrons / (256 * scale - 1 - camera.blackLevel * scale);
}

/**
 * The optics of a profile: geometry given, everything else the defaults unless overridden. Unless it is given, the flux
 * is set so that half of the mirrors on give a mean of 20 of 255 above the black level at `exposureTicks` (published trace
 * of an OPU: mean 21.6 of 255).
 */
export function opticsParameters(geometry: {
  readonly modulator: OpticalModulator;
  readonly sensor: { readonly width: number; readonly height: number };
  /** The profile's default exposure. */
  readonly exposureTicks: Ticks;
  readonly medium?: Partial<MediumParameters>;
  readonly camera?: Partial<CameraParameters>;
  readonly fluxPhotonsPerSecond?: number;
}): OpticsParameters {
  const camera = { ...defaultCamera, ...geometry.camera };
  const electrons = 2 * MEAN_GREY_OF_HALF * electronsPerGrey(camera, 8);
  const seconds = geometry.exposureTicks / TICKS_PER_SECOND;
  return {
    modulator: geometry.modulator,
    sensor: geometry.sensor,
    medium: { ...defaultMedium, ...geometry.medium },
    camera,
    fluxPhotonsPerSecond: geometry.fluxPhotonsPerSecond ?? electrons / (camera.quantumEfficiency * seconds),
  };
}

/** @throws INVALID_ARGUMENT for a figure out of its range, and for a structured medium that drifts */
export function checkParameters({ modulator, sensor, medium, camera, fluxPhotonsPerSecond }: OpticsParameters): void {
  const whole = { modulatorWidth: modulator.width, modulatorHeight: modulator.height, ...sensor };
  for (const [name, value] of Object.entries(whole)) {
    if (!Number.isInteger(value) || value < 1) refuse(name, value, 'a whole number of 1 or more');
  }
  if (modulator.kind === 'liquid-crystal') {
    for (const name of ['riseTimeTicks', 'fallTimeTicks'] as const) {
      if (!(modulator[name] > 0)) refuse(name, modulator[name], 'more than 0 ticks');
    }
  }
  const { grainPixels, polarisationDegree, decorrelationTicks } = medium;
  if (!(grainPixels >= 1 && grainPixels <= 64)) refuse('grainPixels', grainPixels, 'from 1 to 64');
  if (!(polarisationDegree >= 0 && polarisationDegree <= 1))
    refuse('polarisationDegree', polarisationDegree, 'from 0 to 1');
  if (!(decorrelationTicks > 0)) refuse('decorrelationTicks', decorrelationTicks, 'more than 0 ticks, or Infinity');
  if (medium.model === 'structured' && Number.isFinite(decorrelationTicks)) {
    refuse(
      'decorrelationTicks',
      decorrelationTicks,
      'Infinity with the structured medium, which cannot drift; use dense or signs',
    );
  }
  for (const [name, value] of Object.entries({ ...camera, fluxPhotonsPerSecond })) {
    if (!(Number.isFinite(value) && value >= 0)) refuse(name, value, 'a finite number of 0 or more');
  }
}

function refuse(name: string, value: unknown, allowed: string): never {
  throw new OpuError('INVALID_ARGUMENT', `${name} of the optics is ${value}; it must be ${allowed}.`, {
    details: { name, value },
  });
}
