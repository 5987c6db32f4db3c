import type { Ticks } from '@opu/core';
import type { ConfigurationValues } from '@opu/protocol';
import type { DeviceFacts } from './device-facts.js';
import type { PeriodStages } from './minimum-period.js';

/** The facts of which the stages of a frame are made. */
export type StageFacts = Pick<
  DeviceFacts,
  | 'loadTicks'
  | 'settleTicks'
  | 'triggerDelayTicks'
  | 'transferTicks'
  | 'readoutRowTicks'
  | 'refreshTicks'
  | 'sensorHeight'
  | 'fullHeightReadoutRowTicks'
>;

/** Reading one row of a region of interest of that height. */
export function readoutRowTicks(facts: StageFacts, regionHeight: number): Ticks {
  const isFull = regionHeight === facts.sensorHeight;
  return isFull ? (facts.fullHeightReadoutRowTicks ?? facts.readoutRowTicks) : facts.readoutRowTicks;
}

/** The stages of a frame, as a device tells them of itself, in a configuration. */
export function stagesOfFacts(
  facts: StageFacts,
  values: Pick<ConfigurationValues, 'extraSettleTicks' | 'exposureTicks' | 'regionHeight'>,
): PeriodStages {
  return {
    L: facts.loadTicks,
    S: facts.settleTicks,
    W: values.extraSettleTicks,
    D: facts.triggerDelayTicks,
    E: values.exposureTicks,
    T: facts.transferTicks,
    Q: values.regionHeight * readoutRowTicks(facts, values.regionHeight),
    V: facts.refreshTicks,
  };
}
