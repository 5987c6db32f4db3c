import { OpuError } from '@opu/core';
import type { OperationOptions, OpuDevice, PatternBatch, ReadoutBatch } from '../api/opu-device.js';

/**
 * Shows patterns and insists on a readout of each: whoever computes with frames must not compute with ones that are not there.
 * @throws FRAMES_LOST when some are missing, as a device in `drop` mode may leave them out
 */
export async function projectWhole(
  device: OpuDevice,
  patterns: PatternBatch,
  options: OperationOptions = {},
): Promise<ReadoutBatch> {
  const batch = await device.project(patterns, options);
  const [asked, came] = [patterns.shape[0]!, batch.pixels.shape[0]!];
  if (came === asked) return batch;
  throw new OpuError(
    'FRAMES_LOST',
    `${came} readouts came for ${asked} patterns, and every one is needed here. The device is configured to ` +
      `${device.configuration.overrun} frames that find no free buffer; 'hold' loses none.`,
    { details: { patterns: asked, readouts: came, overrun: device.configuration.overrun } },
  );
}

/** Does something on a device that loses no frame; afterwards it is configured as it was. */
export async function whileHolding<T>(
  device: OpuDevice,
  options: OperationOptions,
  work: () => Promise<T>,
): Promise<T> {
  if (device.configuration.overrun === 'hold') return work();
  await device.configure({ overrun: 'hold' }, options);
  try {
    return await work();
  } finally {
    await device.configure({ overrun: 'drop' });
  }
}
