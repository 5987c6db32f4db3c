import type { AppliedConfiguration, ConfigurationRequest, ReadoutBatch } from '../api/opu-device.js';
import type { CellLayout } from '../encode/pattern-layout.js';

export type LinearModeName = 'anchor' | 'phase-shifting' | 'off-axis';

/** What a mode may do to the device while it prepares. */
export interface ModeSetup {
  configure(request: ConfigurationRequest): Promise<AppliedConfiguration>;
  /** Shows the shots and answers with their readouts, in order. */
  shoot(shots: readonly Shot[]): Promise<ReadoutBatch>;
}

export interface Shot {
  /** One 0 or 1 an input. */
  readonly bits: Uint8Array;
  readonly anchor: boolean;
}

/** How binary patterns become linear projections: which frames are taken and how they are combined. */
export interface LinearMode {
  readonly name: LinearModeName;
  readonly layout: CellLayout;
  readonly outputs: number;
  /** Frames that one binary pattern costs: for each, whether the anchor is lit. */
  readonly shots: readonly boolean[];
  /** Frames that are needed once. */
  readonly framesOnce: number;
  /**
   * By how much more or less than the mean an output's row of the matrix is amplified, where that differs from row to row and was
   * measured: the anchor's field at its pixel. One number an output, root mean square 1.
   */
  readonly rowAmplitudes?: Float32Array | undefined;
  /** Configures the device and takes the frames that are needed once. */
  prepare(setup: ModeSetup): Promise<void>;
  /**
   * Adds `weight` times the projection of a binary pattern to `outputs` values of `sum` from `at` on.
   * @param first the pattern's first frame in `batch`; its other frames follow
   */
  decode(batch: ReadoutBatch, first: number, weight: number, sum: Float32Array, at: number): void;
}
