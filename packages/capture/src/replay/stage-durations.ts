import type { Ticks } from '@opu/core';
import type { StageDurations } from '@opu/driver';
import type { ConfigureReply } from '@opu/protocol';

/** Stages as they are taken to be where the recorded device did not tell: over at once. */
export const noStages: StageDurations = {
  loadTicks: 0,
  loadRowTicks: 0,
  settleTicks: 0,
  triggerDelayTicks: 0,
  transferTicks: 0,
  readoutRowTicks: 0,
  refreshTicks: 1,
};

/** From the end of an exposure until its readout is read out: T + Q. */
export function readoutTicks(stages: StageDurations, configuration: ConfigureReply): Ticks {
  return stages.transferTicks + stages.readoutRowTicks * configuration.regionHeight;
}
