import type { Ticks } from '@opu/protocol';
import type { NdArray } from 'ndarray';
import type { Observable } from 'rxjs';

/** Who a device is, as it says itself in the handshake. */
export interface DeviceIdentity {
  readonly vendor: string;
  readonly model: string;
  readonly serial: string;
  readonly firmwareVersion: string;
  /** Name of the profile that it follows, `opu-1m-300k` for instance. */
  readonly profile: string;
}

/** A rectangle of sensor pixels. */
export interface RegionOfInterest {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type ModulatorKind = 'dmd' | 'liquid-crystal';
export type BitDepth = 8 | 10 | 12 | 32;
export type OverrunMode = 'hold' | 'drop';
export type TriggerMode = 'internal' | 'software' | 'external';

/** What a device can do; asked of the device, never configured on the host. */
export interface DeviceLimits {
  readonly modulator: { readonly kind: ModulatorKind; readonly width: number; readonly height: number };
  readonly sensor: { readonly width: number; readonly height: number; readonly xStep: number; readonly yStep: number };
  /** `Nram`: patterns that fit in pattern RAM. */
  readonly patternSlots: number;
  /** `Nbuf`: camera frame buffers. */
  readonly frameBuffers: number;
  /** Offered bit depths; 32 is the float read-out of an ideal emulator. */
  readonly bitDepths: readonly BitDepth[];
  readonly exposureTicks: { readonly minimum: Ticks; readonly maximum: Ticks };
  readonly periodTicks: { readonly minimum: Ticks; readonly maximum: Ticks };
  /** Length of one tick of this device's clock, picoseconds; 10 000 unless the device says otherwise. */
  readonly tickPicoseconds: number;
  readonly features: ReadonlySet<string>;
  /** How long each stage of a frame takes, where the device tells it. */
  readonly stages?: StageDurations;
  /** Stored sequences, and patterns in all of them together; absent where there are none. */
  readonly storedSequences?: { readonly sequences: number; readonly patterns: number };
}

/** Durations of the sequencer's stages, in ticks. */
export interface StageDurations {
  /** `L`: loading one pattern into the modulator; `loadRowTicks` is one row's share of it, 0 where there is none. */
  readonly loadTicks: Ticks;
  readonly loadRowTicks: Ticks;
  /** `S`: reset pulse to mirrors settled. */
  readonly settleTicks: Ticks;
  /** `D`: camera trigger to start of exposure. */
  readonly triggerDelayTicks: Ticks;
  /** `T`: end of exposure to start of readout. */
  readonly transferTicks: Ticks;
  /** Reading one row of the sensor: `Q` is the rows of the region of interest times this. */
  readonly readoutRowTicks: Ticks;
  /** `V`: refresh period of the modulator; 1 for one that can be reset at any time. */
  readonly refreshTicks: Ticks;
}

/**
 * How frames are made. Durations are in ticks of 10 ns; a field that is left out keeps its value.
 */
export interface ConfigurationRequest {
  readonly periodTicks?: Ticks;
  readonly exposureTicks?: Ticks;
  readonly extraSettleTicks?: Ticks;
  readonly regionOfInterest?: RegionOfInterest;
  readonly bitDepth?: BitDepth;
  readonly overrun?: OverrunMode;
  readonly trigger?: TriggerMode;
  /** Macro-pixels: a pattern has `columns` x `rows` values, each spread over an equal share of the mirrors; 0 x 0 is raw. */
  readonly macroPixels?: { readonly columns: number; readonly rows: number };
  /** Reference beam: off by default; `phaseSteps` phases are stepped through frame by frame when it is on. */
  readonly reference?: {
    readonly on: boolean;
    /** Amplitude in units of the mean field that every mirror on gives. */
    readonly amplitude: number;
    readonly phaseSteps: number;
    /** Tilt of the plane wave, radians a pixel. */
    readonly tiltX: number;
    readonly tiltY: number;
  };
}

/** What the device applied: it rounds, and it answers with what it did. */
export interface AppliedConfiguration extends Required<ConfigurationRequest> {
  /** Shortest frame period that this configuration allows, and the term that sets it. */
  readonly minimumPeriodTicks: Ticks;
  readonly limitingTerm: 'modulator-exposure' | 'modulator-load' | 'camera-readout';
  /** Bytes of one pattern in this layout: ceil(values / 8). */
  readonly patternBytes: number;
  /** Hash of the configuration, to compare after a reconnection. */
  readonly hash: string;
}

/** Pixels of one readout, shape [height, width] of the region of interest. */
export type Image = NdArray<Uint8Array> | NdArray<Uint16Array> | NdArray<Float32Array>;

export interface Readout {
  /** Counts every frame of the device since it was switched on; never wraps. */
  readonly frame: number;
  /** The pattern that was on the mirrors: known from its id, never from counting. */
  readonly patternId: number;
  readonly resetTick: Ticks;
  readonly exposureStartTick: Ticks;
  readonly exposureTicks: Ticks;
  /** Phase of the reference beam in radians; 0 when it is off. */
  readonly referencePhaseRadians: number;
  /** Frames that the device discarded just before this one (`drop` mode). */
  readonly droppedBefore: number;
  /** Share of saturated pixels, 0 to 1. */
  readonly saturatedShare: number;
  readonly ghostRisk: boolean;
  readonly image: Image;
}

/** Patterns as the device takes them: bit-packed rows (most significant bit first), shape [n, patternBytes]. */
export type PatternBatch = NdArray<Uint8Array>;

export interface OperationOptions {
  readonly signal?: AbortSignal;
}

/** A stream of readouts: pull it as an AsyncIterable, or watch it as an Observable. */
export interface ReadoutStream extends AsyncIterable<Readout> {
  readonly readouts$: Observable<Readout>;
}

export type PatternSource = Iterable<Uint8Array> | AsyncIterable<Uint8Array> | Observable<Uint8Array>;

/** All readouts of a batch: `pixels` has shape [n, height x width]. */
export interface ReadoutBatch {
  readonly pixels: NdArray<Uint8Array> | NdArray<Uint16Array> | NdArray<Float32Array>;
  readonly readouts: readonly Omit<Readout, 'image'>[];
  /** Largest `saturatedShare` of all readouts, 0 to 1, where the device tells it without an object a frame. */
  readonly largestSaturatedShare?: number;
}

export interface StopReport {
  /** Frames done since the start. */
  readonly framesDone: number;
}

/**
 * What every OPU is to its user: hardware, the emulator, a replay, somebody else's driver.
 */
export interface OpuDevice {
  readonly address: string;
  readonly identity: DeviceIdentity;
  readonly limits: DeviceLimits;
  readonly configuration: AppliedConfiguration;
  /** Applies a configuration whole, or rejects with CONFIGURATION_REFUSED and leaves the old one in place. */
  configure(request: ConfigurationRequest, options?: OperationOptions): Promise<AppliedConfiguration>;
  /** Shows patterns one after the other; readouts come in the order of the patterns, each exactly once. */
  stream(patterns: PatternSource, options?: OperationOptions): ReadoutStream;
  /** Shows every pattern of a batch and resolves with all readouts. */
  project(patterns: PatternBatch, options?: OperationOptions): Promise<ReadoutBatch>;
  /** Counters by name: frames, underrun, stall, overrun, ignored_trigger, crc_errors ... Reading resets nothing. */
  counters(options?: OperationOptions): Promise<ReadonlyMap<string, number>>;
  /** Patterns not yet shown stay in the device; a frame under way is finished. */
  stop(options?: OperationOptions): Promise<StopReport>;
  /** Like `stop`, but patterns not yet shown are thrown away. */
  abort(options?: OperationOptions): Promise<StopReport>;
  /** The device's time now, ticks. */
  now(options?: OperationOptions): Promise<Ticks>;
  /** Ends the session: the sequencer is stopped, the light is off. Safe to call more than once. */
  close(): Promise<void>;
}
