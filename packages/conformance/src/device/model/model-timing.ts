import { type ConfigureReply, overrunMode, triggerMode } from '@opu/protocol';
import type { DeviceBench } from '../device-bench.js';
import type { ModelTiming } from './sequencer-model.js';

/** Q: reading the region in force, ticks. */
export const readoutTicks = (bench: DeviceBench, c: ConfigureReply): number =>
  c.regionHeight * bench.description.readoutRowTicks;

/** The durations of a configuration. @param X sending one readout, ticks */
export function timingOf(bench: DeviceBench, c: ConfigureReply, X: number): ModelTiming {
  const d = bench.description;
  return {
    L: d.loadTicks,
    S: d.settleTicks,
    W: c.extraSettleTicks,
    D: d.triggerDelayTicks,
    E: c.exposureTicks,
    T: d.transferTicks,
    Q: readoutTicks(bench, c),
    P: c.periodTicks,
    V: d.refreshTicks,
    X,
    buffers: d.frameBuffers,
    drop: c.overrunMode === overrunMode.DROP,
    triggered: c.triggerMode !== triggerMode.INTERNAL,
  };
}
