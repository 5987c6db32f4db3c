import type { DescribeReply, deviceFeature } from '@opu/protocol';
import type { BitDepth } from './pixel-formats.js';

/** Who a device says that it is. */
export interface DeviceIdentity {
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly firmwareVersion: string;
  /** Name of the kind of device. */
  readonly profile: string;
  /** Changes with every power-on; hosts that reconnect compare it. */
  readonly bootId: number;
}

/** What the firmware says of itself. */
type FirmwareFacts =
  | 'type'
  | 'features'
  | 'pixelFormats'
  | 'storedReplies'
  | 'retainedReadouts'
  | 'minimumHeartbeatMicroseconds'
  | 'maximumHeartbeatMicroseconds';

/** What a device is and can do, as DESCRIBE_REPLY names it; sizes in pixels and mirrors, durations in ticks. */
export interface DeviceFacts extends Omit<DescribeReply, FirmwareFacts> {
  readonly features: readonly (keyof typeof deviceFeature)[];
  /** Bits of a pixel that the camera offers; the first one is the default. */
  readonly bitDepths: readonly BitDepth[];
  /** Reading one row when the region of interest has all rows of the sensor, where that differs, ticks. */
  readonly fullHeightReadoutRowTicks?: number;
}

/** What a frame source says that answers patterns and can do nothing else; durations are over at once. */
const plainFacts: Omit<DeviceFacts, 'modulatorWidth' | 'modulatorHeight' | 'sensorWidth' | 'sensorHeight'> = {
  modulatorKind: 0,
  regionXStep: 1,
  regionYStep: 1,
  bitDepths: [8],
  patternSlots: 1024,
  frameBuffers: 16,
  minimumExposureTicks: 1,
  maximumExposureTicks: 1_000_000_000,
  minimumPeriodTicks: 1,
  maximumPeriodTicks: 360_000_000_000,
  loadTicks: 0,
  loadRowTicks: 0,
  settleTicks: 0,
  triggerDelayTicks: 0,
  transferTicks: 0,
  readoutRowTicks: 0,
  refreshTicks: 1,
  tickPicoseconds: 10_000,
  maximumPhaseSteps: 4096,
  sequenceSlots: 256,
  sequencePatterns: 1023,
  features: [
    'SOFTWARE_TRIGGER',
    'EXTERNAL_TRIGGER',
    'MACRO_PIXELS',
    'STORED_SEQUENCES',
    'ROW_PATTERNS',
    'RUN_LENGTH_PATTERNS',
  ],
};

/** The facts of a device of which only the sizes, and what differs from a plain device, are given. */
export function deviceFacts(
  given: Partial<DeviceFacts> &
    Pick<DeviceFacts, 'modulatorWidth' | 'modulatorHeight' | 'sensorWidth' | 'sensorHeight'>,
): DeviceFacts {
  const facts = { ...plainFacts, ...given };
  return { ...facts, sequencePatterns: given.sequencePatterns ?? facts.patternSlots - 1 };
}
