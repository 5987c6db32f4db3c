import { type ConfigureReply, configurationField } from '@opu/protocol';
import { CaseVerdict } from '../runner/case.js';
import type { DeviceBench } from './device-bench.js';

/** Pixels and macro-pixels a side: enough for statistics, and little enough for any emulator. */
const SIDE = 32;

const upTo = (size: number, step: number): number => Math.min(size, Math.ceil(SIDE / step) * step);

/**
 * Lets the device make small frames of few values as far as it can, so that no case has to wait for big ones.
 * @returns the configuration that the cases find; the one that stands where the device will not have another
 */
export async function takeSmallFrames(bench: DeviceBench): Promise<ConfigureReply> {
  const d = bench.description;
  const before = bench.facts.configuration;
  const regionWidth = upTo(d.sensorWidth, d.regionXStep);
  const regionHeight = upTo(d.sensorHeight, d.regionYStep);
  const isLarge = before.regionWidth > regionWidth || before.regionHeight > regionHeight;
  const isRaw = before.macroColumns === 0 && before.macroRows === 0;
  const isFine = isRaw && (d.modulatorWidth > SIDE || d.modulatorHeight > SIDE) && bench.has('MACRO_PIXELS');
  const region = { regionX: before.regionX, regionY: before.regionY, regionWidth, regionHeight };
  const layout = { macroColumns: Math.min(SIDE, d.modulatorWidth), macroRows: Math.min(SIDE, d.modulatorHeight) };
  const fields = (isLarge ? configurationField.REGION_OF_INTEREST : 0) + (isFine ? configurationField.MACRO_PIXELS : 0);
  if (fields === 0) return before;
  try {
    const client = await bench.controlled();
    const reply = await client.ask(bench.configureMessage({ fields, ...region, ...layout }));
    return reply.type === 'CONFIGURE_REPLY' ? reply : before;
  } catch (error) {
    // What a device cannot do here is for the cases to find.
    if (error instanceof CaseVerdict) return before;
    throw error;
  } finally {
    await bench.closeAll();
  }
}
