import { type ConfigurationValues, type ConfigureReply, crc32c, encodeConfigureReply } from '@opu/protocol';
import type { MinimumPeriod } from '../source/configuration.js';
import { limitingTermOnWire } from './refusal.js';

/** Bytes of CONFIGURE_REPLY that its hash is made of: all values that a host can set. */
const HASHED_BYTES = 80;

/** The configuration in force as the wire says it, with the hash that a host compares after a reconnection. */
export function configurationReply(
  values: ConfigurationValues,
  minimum: MinimumPeriod,
  patternBytes: number,
): ConfigureReply {
  const reply: ConfigureReply = {
    type: 'CONFIGURE_REPLY',
    ...values,
    configurationHash: 0,
    minimumPeriodTicks: minimum.ticks,
    patternBytes,
    limitingTerm: limitingTermOnWire(minimum),
  };
  return { ...reply, configurationHash: crc32c(encodeConfigureReply(reply), 0, HASHED_BYTES) };
}
