import type { ProfileOptics } from '../../optics/profile-optics.js';

/** A rectangle of sensor pixels. */
export interface RegionOfInterest {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const overrunModes = ['hold', 'drop'] as const;
/** What a grid slot does when no camera buffer is free: wait (`hold`) or fire and lose the image (`drop`). */
export type OverrunMode = (typeof overrunModes)[number];

export const triggerModes = ['internal', 'software', 'external'] as const;
export type TriggerMode = (typeof triggerModes)[number];

export const bitDepths = [8, 10, 12, 32] as const;
/** Bits of a pixel; 32 is the float read-out of an ideal emulator. */
export type BitDepth = (typeof bitDepths)[number];

interface ModulatorSize {
  /** Mirrors (or liquid-crystal pixels) in a row. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `S`: reset pulse to mirrors settled, reaction time included. */
  readonly settleMicroseconds: number;
}

/** A micromirror device: rows are loaded into its SRAM one after the other, then all mirrors flip at once. */
export interface DmdParameters extends ModulatorSize {
  readonly kind: 'dmd';
  /** `L` is this times the number of rows. */
  readonly rowLoadNanoseconds: number;
}

/** A liquid-crystal modulator: locked to its refresh, and slow. */
export interface LiquidCrystalParameters extends ModulatorSize {
  readonly kind: 'liquid-crystal';
  /** `L`: loading one whole pattern. */
  readonly loadMicroseconds: number;
  /** `V` is one over this. */
  readonly refreshHertz: number;
  /** Time constant of a pixel that is switched on. */
  readonly riseMicroseconds: number;
  /** Time constant of a pixel that is switched off. */
  readonly fallMicroseconds: number;
}

export type ModulatorParameters = DmdParameters | LiquidCrystalParameters;

/** What the sequencer needs to know of a camera. Its optics and noise are in the profile's `optics`. */
export interface SensorParameters {
  /** Columns of the sensor. */
  readonly width: number;
  /** Rows of the sensor. */
  readonly height: number;
  /** The region of interest starts at, and extends by, whole multiples of these. */
  readonly xStep: number;
  readonly yStep: number;
  /** Read-out of one row. */
  readonly rowMicroseconds: number;
  /** Read-out of one row when the region of interest has all rows of the sensor, where that differs. */
  readonly fullHeightRowMicroseconds?: number;
  /** `D`: trigger edge to start of exposure. */
  readonly triggerDelayMicroseconds: number;
  /** `T`: end of exposure to start of read-out. */
  readonly chargeTransferMicroseconds: number;
  readonly minimumExposureMicroseconds: number;
  readonly maximumExposureMicroseconds: number;
  readonly bitDepths: readonly BitDepth[];
}

/** The configuration of a device that was just switched on. */
export interface ProfileDefaults {
  readonly regionOfInterest: RegionOfInterest;
  /** `E`. */
  readonly exposureMicroseconds: number;
  /** `P`; `'minimum'` is the shortest that the rest of the configuration allows. */
  readonly periodMicroseconds: number | 'minimum';
  readonly bitDepth: BitDepth;
  /** Name of the link (see `namedLinks`) on which read-outs travel when an address names none. */
  readonly link: string;
}

/**
 * A device, as a plain object: units in the names, and in `sources`, for every figure, where it comes from. There is
 * no subclass for a device; a profile read from JSON has the same fields.
 */
export interface Profile {
  readonly name: string;
  /** One sentence for a list of profiles. */
  readonly description: string;
  readonly modulator: ModulatorParameters;
  readonly camera: SensorParameters;
  /** `Nram`: patterns that fit in pattern RAM. */
  readonly nram: number;
  /** `Nbuf`: camera frame buffers. */
  readonly nbuf: number;
  readonly defaults: ProfileDefaults;
  /** What differs from the default light and camera. */
  readonly optics?: ProfileOptics;
  /** Path of a figure (`camera.rowMicroseconds`) to its source: a public document, or a choice that says so. */
  readonly sources: Readonly<Record<string, string>>;
}
