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
>;

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
    Q: values.regionHeight * facts.readoutRowTicks,
    V: facts.refreshTicks,
  };
}
