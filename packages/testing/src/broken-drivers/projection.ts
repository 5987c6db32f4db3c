import { isOpuError, type OpuDevice, OpuError, type PatternBatch, type ReadoutBatch } from '@opu/driver';
import ndarray from 'ndarray';
import { type BrokenDriver, changing, face } from './broken-driver.js';

/** Batches are changed on their way in or out. */
function projecting(
  change: (batch: ReadoutBatch) => ReadoutBatch,
  before: (patterns: PatternBatch) => PatternBatch = (patterns) => patterns,
) {
  return (device: OpuDevice): Partial<OpuDevice> => ({
    project: async (patterns, options) => change(await device.project(before(patterns), options)),
  });
}

const same = (batch: ReadoutBatch): ReadoutBatch => batch;
const reversedBits = (byte: number): number =>
  Number.parseInt(byte.toString(2).padStart(8, '0').split('').reverse().join(''), 2);

export const projectionDefects: readonly BrokenDriver[] = [
  face(
    'OpuDevice.project.all',
    'project loses the last readout',
    projecting(({ pixels, readouts }) => ({ pixels, readouts: readouts.slice(0, -1) })),
  ),
  face(
    'OpuDevice.project.all',
    'project turns the order of readouts round',
    projecting(({ pixels, readouts }) => ({ pixels, readouts: [...readouts].reverse() })),
  ),
  face(
    'OpuDevice.project.all',
    'project turns the order of images round',
    projecting((batch) => {
      const { pixels } = batch;
      const [n, size] = pixels.shape as [number, number];
      const copy = pixels.data.slice();
      for (let k = 0; k < n; k++) pixels.data.set(copy.subarray(k * size, (k + 1) * size), (n - 1 - k) * size);
      return batch;
    }),
  ),
  face('OpuDevice.project.all', 'a batch without patterns is refused', (device) => ({
    project: (patterns, options) => {
      if (patterns.shape[0] === 0) throw new OpuError('INVALID_ARGUMENT', 'There are no patterns.');
      return device.project(patterns, options);
    },
  })),
  face(
    'PatternBatch.strides',
    'strides of a batch are ignored',
    projecting(same, ({ data, shape }) => ndarray(data, shape)),
  ),
  face(
    'PatternBatch.bits',
    'bits are packed the least significant first',
    projecting(same, ({ data, shape, stride, offset }) => ndarray(data.map(reversedBits), shape, stride, offset)),
  ),
  face('PatternBatch.refused', 'patterns that are too long are cut', (device) => ({
    project: (patterns, options) =>
      device.project(patterns.hi(patterns.shape[0]!, device.configuration.patternBytes), options),
  })),
  face(
    'ReadoutBatch.shape',
    'pixels of a batch have no row for each readout',
    projecting(({ pixels, readouts }) => ({ pixels: ndarray(pixels.data as Uint8Array, [pixels.size]), readouts })),
  ),
  face('ReadoutBatch.kept', 'pixels of all batches lie in one buffer', (device) => {
    const buffer = new Uint8Array(2 ** 20);
    return projecting(({ pixels, readouts }) => {
      buffer.set(pixels.data as Uint8Array);
      return { pixels: ndarray(buffer.subarray(0, pixels.size), pixels.shape), readouts };
    })(device);
  }),
  face('OpuDevice.order-of-asking', 'a second batch at the same time is refused', (device) => {
    let busy = false;
    return {
      project: async (...args) => {
        if (busy) throw new OpuError('INVALID_STATE', 'A batch is under way.');
        busy = true;
        return await device.project(...args).finally(() => (busy = false));
      },
    };
  }),
  face('OpuDevice.order-of-asking', 'the last batch that was asked for is shown first', (device) => ({
    project: async (...args) => {
      if (args[0].shape[0] === 3) for (let i = 0; i < 100; i++) await Promise.resolve();
      return await device.project(...args);
    },
  })),
  face(
    'Readout.resetTick.exact',
    'ticks are rounded to microseconds',
    changing(({ resetTick }) => ({ resetTick: Math.round(resetTick / 100) * 100 })),
  ),
  face(
    'Readout.exposureStartTick.exact',
    'exposures are said to start with the reset',
    changing(({ resetTick }) => ({ exposureStartTick: resetTick })),
  ),
  face('Readout.exposureTicks.configured', 'readouts have the exposure that was set at first', (device) => {
    const { exposureTicks } = device.configuration;
    return changing(() => ({ exposureTicks }))(device);
  }),
  face(
    'Readout.ghostRisk.said',
    'the flag of ghost risk is lost',
    changing(() => ({ ghostRisk: false })),
  ),
  face(
    'Readout.droppedBefore.said',
    'dropped frames are not told',
    changing(() => ({ droppedBefore: 0 })),
  ),
  face(
    'Readout.saturatedShare.share',
    'saturation is given in per cent',
    changing(({ saturatedShare }) => ({ saturatedShare: saturatedShare * 100 })),
  ),
  face(
    'ReadoutBatch.largestSaturatedShare.said',
    'the largest share of saturated pixels is that of the first readout',
    projecting((batch) => ({ ...batch, largestSaturatedShare: batch.readouts[0]?.saturatedShare ?? 0 })),
  ),
  face('Readout.patternId.known', 'pattern ids are counted by the driver', (device) => {
    let next = 1;
    return changing(() => ({ patternId: next++ }))(device);
  }),
  face(
    'Readout.frame.counts',
    'frames are numbered from 1',
    changing(({ frame }) => ({ frame: frame + 1 })),
  ),
  face('OpuDevice.stop.projection', 'a stopped projection resolves with nothing', (device) => ({
    project: (...args) =>
      device.project(...args).catch((error: unknown) => {
        if (!isOpuError(error, 'ABORTED')) throw error;
        return { pixels: ndarray(new Uint8Array(), [0, 0]), readouts: [] };
      }),
  })),
];
