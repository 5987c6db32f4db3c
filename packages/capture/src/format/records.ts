import type { AppliedConfiguration, ConfigurationRequest, DeviceIdentity, DeviceLimits, Ticks } from '@opu/driver';

/** `DeviceLimits` with its set as a list, as JSON holds it. */
export type RecordedLimits = Omit<DeviceLimits, 'features'> & { readonly features: readonly string[] };

/** Who was recorded; the first record of a capture. */
export interface DeviceRecord {
  readonly kind: 'device';
  readonly tick: Ticks;
  readonly address: string;
  readonly identity: DeviceIdentity;
  readonly limits: RecordedLimits;
}

/** A configuration in force from here on. */
export interface ConfigurationRecord {
  readonly kind: 'configuration';
  readonly tick: Ticks;
  /** What was asked for; absent when the recording began with it in force. */
  readonly request?: ConfigurationRequest;
  readonly applied: AppliedConfiguration;
}

/** A pattern as it was handed to the device: bit-packed, most significant bit first. */
export interface PatternRecord {
  readonly kind: 'pattern';
  readonly tick: Ticks;
  readonly patternId: number;
  /** Counts the streams of a recording from 0. */
  readonly stream: number;
  /** Place in its stream, from 0. */
  readonly index: number;
  readonly configurationHash: string;
  readonly data: Uint8Array;
}

export type PixelFormat = 'mono8' | 'mono16' | '32FC1';

/** A readout: what the driver hands out, and the bytes of its image, little-endian, row by row. */
export interface ReadoutRecord {
  readonly kind: 'readout';
  readonly frame: number;
  readonly patternId: number;
  readonly resetTick: Ticks;
  readonly exposureStartTick: Ticks;
  readonly exposureTicks: Ticks;
  readonly referencePhaseRadians: number;
  readonly droppedBefore: number;
  readonly saturatedShare: number;
  readonly ghostRisk: boolean;
  readonly stream: number;
  readonly configurationHash: string;
  readonly width: number;
  readonly height: number;
  readonly format: PixelFormat;
  readonly data: Uint8Array;
}

/** Something that the device told of its own accord. */
export interface EventRecord {
  readonly kind: 'event';
  readonly tick: Ticks;
  readonly name: string;
  readonly value?: number;
  readonly text?: string;
}

export interface CountersRecord {
  readonly kind: 'counters';
  readonly tick: Ticks;
  readonly counters: Readonly<Record<string, number>>;
}

export type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'fatal';

/** What the host noted. */
export interface LogRecord {
  readonly kind: 'log';
  readonly tick: Ticks;
  readonly level: LogLevel;
  readonly message: string;
  readonly name: string;
}

/** Frames that the device made and handed over, and that are not in the file: left out (`drop` policy), or lost by damage. */
export interface GapRecord {
  readonly kind: 'gap';
  readonly tick: Ticks;
  /** Frames not recorded between the readout recorded before this and the one after. */
  readonly frames: number;
  /** Frames not recorded since the recording began, these among them. */
  readonly framesInAll: number;
  /** Numbers of the first and the last of them, where they are known: those that a recovered file lost by damage. */
  readonly firstFrame?: number;
  readonly lastFrame?: number;
}

export type CaptureRecord =
  | DeviceRecord
  | ConfigurationRecord
  | PatternRecord
  | ReadoutRecord
  | EventRecord
  | CountersRecord
  | LogRecord
  | GapRecord;

export type RecordKind = CaptureRecord['kind'];

/** Tick that orders a record on the time line: the start of the exposure for a readout. */
export function tickOf(record: CaptureRecord): Ticks {
  return record.kind === 'readout' ? record.exposureStartTick : record.tick;
}
