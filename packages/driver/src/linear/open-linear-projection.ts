import { OpuError } from '@opu/core';
import type { OperationOptions, OpuDevice } from '../api/opu-device.js';
import type { EncoderName } from '../encode/encoder.js';
import { encoderByName } from '../encode/encoder-by-name.js';
import type { LayoutName } from '../encode/pattern-layout.js';
import { AnchorMode } from './anchor.js';
import { measureGrain } from './grain.js';
import type { LinearMode, LinearModeName } from './mode.js';
import { OffAxisMode } from './off-axis.js';
import { OpticalProjection } from './optical-projection.js';
import { PhaseShiftingMode, requireReferenceBeam } from './phase-shifting.js';
import { SMALLEST_GRAIN } from './side-band.js';

/** Patterns that the grain is measured with, each shown twice. */
const GRAIN_PATTERNS = 8;

export interface LinearProjectionOptions extends OperationOptions {
  readonly mode: LinearModeName;
  /** Numbers that a vector has. */
  readonly inputs: number;
  /** Real numbers that a projection has. */
  readonly outputs: number;
  /** How numbers become binary patterns; `ternary` by default. */
  readonly encoder?: EncoderName;
  /** Who spreads inputs over mirrors; `macro` (the device) by default. */
  readonly layout?: LayoutName;
  /** Phases of the reference beam, for `phase-shifting`; 4 by default. */
  readonly phases?: 3 | 4;
  /**
   * Amplitude of the reference beam in units of the root mean square field of every mirror on; 0.7 by default for
   * `phase-shifting`, where the emulated camera's noise and saturation together are least, and 1 for `off-axis`.
   */
  readonly referenceAmplitude?: number;
  /**
   * Speckle grain of the device (full width at half maximum), pixels, 3 or more; for `off-axis`, which measures it with 16 frames
   * more when it is left out.
   */
  readonly grainPixels?: number;
  /** Frames averaged for what is needed once: the anchor alone and the dark, or the off-axis reference alone; 1 by default. */
  readonly onceFrames?: number;
  /** Runs the device at the shortest frame period that the region of interest allows; false by default: the period is kept. */
  readonly shortestPeriod?: boolean;
}

/**
 * Opens a linear projection on a device: configures it (region of interest just large enough, macro-pixels, reference beam)
 * and takes the frames that are needed once. The matrix is fixed by the device's medium and the number of inputs.
 * @throws INVALID_ARGUMENT when inputs or outputs do not fit the device
 */
export async function openLinearProjection(
  device: OpuDevice,
  options: LinearProjectionOptions,
): Promise<OpticalProjection> {
  const encoder = encoderByName(options.encoder ?? 'ternary');
  const operation = options.signal === undefined ? {} : { signal: options.signal };
  const measured = options.mode === 'off-axis' && options.grainPixels === undefined;
  const grainPixels = measured ? await grainOf(device, operation) : options.grainPixels;
  const mode = linearMode(device, { ...options, ...(grainPixels === undefined ? {} : { grainPixels }) });
  const projection = new OpticalProjection(device, mode, encoder, measured ? 2 * GRAIN_PATTERNS : 0);
  await projection.prepare(options.shortestPeriod ?? false, operation);
  return projection;
}

/** The grain, in doubt the smallest that will do. */
async function grainOf(device: OpuDevice, operation: OperationOptions): Promise<number> {
  requireReferenceBeam(device, 'Off-axis holography', true);
  const measured = await measureGrain(device, { ...operation, patterns: GRAIN_PATTERNS });
  return measured > SMALLEST_GRAIN * 0.95 ? Math.max(SMALLEST_GRAIN, measured) : measured;
}

function linearMode(device: OpuDevice, options: LinearProjectionOptions): LinearMode {
  const { inputs, outputs, layout = 'macro', onceFrames = 1, phases = 4 } = options;
  const amplitude = options.referenceAmplitude ?? (options.mode === 'off-axis' ? 1 : 0.7);
  if (!(amplitude > 0)) {
    throw new OpuError('INVALID_ARGUMENT', `referenceAmplitude is ${amplitude}; it must be more than 0.`);
  }
  if (!Number.isInteger(onceFrames) || onceFrames < 1) {
    throw new OpuError('INVALID_ARGUMENT', `onceFrames is ${onceFrames}; it must be a whole number of 1 or more.`);
  }
  switch (options.mode) {
    case 'anchor':
      return new AnchorMode(device, { inputs, outputs, layout, onceFrames });
    case 'phase-shifting':
      if (phases !== 3 && phases !== 4) {
        throw new OpuError('INVALID_ARGUMENT', `phases is ${phases}; phase shifting takes 3 or 4.`);
      }
      return new PhaseShiftingMode(device, { inputs, outputs, layout, phases, amplitude });
    case 'off-axis':
      return new OffAxisMode(device, {
        inputs,
        outputs,
        layout,
        amplitude,
        onceFrames,
        grainPixels: options.grainPixels ?? SMALLEST_GRAIN,
      });
    default:
      throw new OpuError(
        'INVALID_ARGUMENT',
        `There is no linear mode "${options.mode}"; there are "anchor", "phase-shifting" and "off-axis".`,
      );
  }
}
