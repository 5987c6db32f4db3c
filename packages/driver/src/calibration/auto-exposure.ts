import { isOpuError, OpuError, type Ticks } from '@opu/core';
import type { OperationOptions, OpuDevice, PatternBatch, ReadoutBatch } from '../api/opu-device.js';
import { framePixels } from '../linear/pixels.js';
import { projectWhole, whileHolding } from '../readout/whole-batch.js';

export interface AutoExposureOptions extends OperationOptions {
  /** Largest share of saturated pixels, 0 to 1; 0.005 by default. */
  readonly saturatedShare?: number;
  /** Smallest mean, as a share of the largest grey value; 11 / 255 by default. */
  readonly mean?: number;
}

export interface AutoExposure {
  readonly exposureTicks: Ticks;
  /** Over all pixels of all patterns. */
  readonly saturatedShare: number;
  /** Mean grey value over the largest one. */
  readonly mean: number;
  /** Frames that the search has taken. */
  readonly frames: number;
}

const MOST_STEPS = 24;
/** The search ends when the longest exposure known to be good is within this factor of the shortest known to be bad. */
const CLOSE_ENOUGH = 1.03;

/**
 * Sets the longest exposure at which at most 0.5 % of the pixels are saturated, and checks that the mean is above 11 of 255.
 * The frame period stays: an exposure that it does not allow counts as too long.
 * @param patterns what will be shown, or a fair sample of it, in the layout in force; all of them are shown at each step
 * @throws INVALID_STATE when no exposure does; the device then has the exposure that came closest
 */
export function autoExposure(
  device: OpuDevice,
  patterns: PatternBatch,
  options: AutoExposureOptions = {},
): Promise<AutoExposure> {
  return whileHolding(device, options, () => exposeWell(device, patterns, options));
}

async function exposeWell(
  device: OpuDevice,
  patterns: PatternBatch,
  options: AutoExposureOptions,
): Promise<AutoExposure> {
  const { saturatedShare = 0.005, mean = 11 / 255 } = options;
  const { bitDepth } = device.configuration;
  if (bitDepth === 32)
    throw new OpuError('INVALID_ARGUMENT', 'The float read-out has no range to expose for; set 8, 10 or 12 bits.');
  const { minimum, maximum } = device.limits.exposureTicks;
  let good: AutoExposure | undefined;
  let bad = maximum + 1;
  let next = Math.min(maximum, Math.max(minimum, device.configuration.exposureTicks));
  let frames = 0;
  for (let step = 0; step < MOST_STEPS; step++) {
    const seen = await tryExposure(device, patterns, next, options);
    if (seen !== undefined) frames += patterns.shape[0]!;
    if (seen !== undefined && seen.saturatedShare <= saturatedShare) good = seen;
    else bad = next;
    if (good === undefined && bad <= minimum) break;
    if (good !== undefined && (good.exposureTicks + 1 >= bad || bad / good.exposureTicks < CLOSE_ENOUGH)) break;
    next = between(good?.exposureTicks ?? minimum, bad, good === undefined, maximum);
  }
  const best = good ?? (await tryExposure(device, patterns, minimum, options));
  if (best !== undefined) await device.configure({ exposureTicks: best.exposureTicks }, options);
  if (best === undefined || best.saturatedShare > saturatedShare || best.mean <= mean) {
    throw new OpuError('INVALID_STATE', advice(best, saturatedShare, mean), { details: { ...best } });
  }
  return { ...best, frames };
}

/** Twice as long while nothing was too long, half as long while everything was, then the geometric mean. */
function between(good: Ticks, bad: Ticks, allBad: boolean, maximum: Ticks): Ticks {
  if (allBad) return Math.max(good, Math.floor(bad / 2));
  if (bad > maximum) return Math.min(maximum, good * 2);
  return Math.min(bad - 1, Math.max(good + 1, Math.round(Math.sqrt(good * bad))));
}

async function tryExposure(
  device: OpuDevice,
  patterns: PatternBatch,
  exposureTicks: Ticks,
  options: OperationOptions,
): Promise<(Omit<AutoExposure, 'frames'> & { frames: 0 }) | undefined> {
  try {
    await device.configure({ exposureTicks }, options);
  } catch (error) {
    if (isOpuError(error, 'CONFIGURATION_REFUSED')) return undefined;
    throw error;
  }
  const batch = await projectWhole(device, patterns, options);
  const largest = 2 ** device.configuration.bitDepth - 1;
  return { exposureTicks: device.configuration.exposureTicks, ...shares(batch, largest), frames: 0 };
}

function shares(batch: ReadoutBatch, largest: number): { saturatedShare: number; mean: number } {
  const { data, offset, frameStride } = framePixels(batch);
  const [frames, pixels] = batch.pixels.shape as [number, number];
  let sum = 0;
  let saturated = 0;
  for (let frame = 0; frame < frames; frame++) {
    const first = offset + frame * frameStride;
    for (let at = first; at < first + pixels; at++) {
      const grey = data[at]!;
      sum += grey;
      if (grey >= largest) saturated++;
    }
  }
  const count = frames * pixels;
  return { saturatedShare: saturated / count, mean: sum / count / largest };
}

function advice(best: Omit<AutoExposure, 'frames'> | undefined, saturatedShare: number, mean: number): string {
  if (best === undefined)
    return 'The device takes no exposure between its limits at this frame period. Make the period longer.';
  const found = `At ${best.exposureTicks} ticks ${(100 * best.saturatedShare).toFixed(2)} % of the pixels are saturated and the mean is ${(255 * best.mean).toFixed(1)} of 255`;
  const wanted = `wanted are at most ${100 * saturatedShare} % and more than ${(255 * mean).toFixed(1)}`;
  return best.saturatedShare > saturatedShare
    ? `${found}; ${wanted}, and no shorter exposure is allowed. Turn the light down or light fewer mirrors.`
    : `${found}; ${wanted}, and no longer exposure is allowed or free of saturation. Make the frame period longer or turn the light up.`;
}
