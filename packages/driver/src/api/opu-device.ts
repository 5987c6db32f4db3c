import type { Ticks } from '@opu/core';
import type { BitDepth } from '@opu/protocol';
import type { NdArray } from 'ndarray';
import type { Observable } from 'rxjs';
import type { DeviceExtras } from './device-extras.js';
import type { OperationOptions } from './operation-options.js';
import type { StreamFacts, StreamOptions } from './stream-options.js';

export type * from './device-extras.js';
export type { OperationOptions } from './operation-options.js';
export type * from './stream-options.js';

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
export type { BitDepth };
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
  /** Equal for equal configurations; a change of any field changes it. */
  readonly hash: string;
}

/** Pixels of one readout, shape [height, width] of the region of interest. */
export type Image = NdArray<Uint8Array> | NdArray<Uint16Array> | NdArray<Float32Array>;

export interface Readout {
  /** Counts every frame of the device since it was switched on; never wraps. */
  readonly frame: number;
  /** The pattern that was on the mirrors: known from its id, never from counting. */
  readonly patternId: number;
  /** Device time of the reset pulse that showed the pattern, exact to the tick. */
  readonly resetTick: Ticks;
  /** Device time at which the exposure began, exact to the tick. */
  readonly exposureStartTick: Ticks;
  /** Length of the exposure, as it is configured. */
  readonly exposureTicks: Ticks;
  /** Phase of the reference beam in radians; 0 when it is off. */
  readonly referencePhaseRadians: number;
  /** Frames that the device discarded just before this one (`drop` mode). */
  readonly droppedBefore: number;
  /** Share of saturated pixels, 0 to 1. */
  readonly saturatedShare: number;
  /** The device says that the mirrors may not have been at rest for the whole exposure. */
  readonly ghostRisk: boolean;
  /** It belongs to the reader: nobody writes to it any more. */
  readonly image: Image;
}

/**
 * Patterns as the device takes them: bit-packed rows (most significant bit first), shape [n, patternBytes]. Rows may lie in
 * memory in any way that strides can say. Another shape is INVALID_ARGUMENT.
 */
export type PatternBatch = NdArray<Uint8Array>;

/**
 * A stream of readouts: pull it as an AsyncIterable, or watch it as an Observable. It starts when it is first read. It is
 * read once: a second reader gets INVALID_STATE. A reader that leaves it ends the run on the device.
 */
export interface ReadoutStream extends AsyncIterable<Readout>, StreamFacts {
  readonly readouts$: Observable<Readout>;
}

/**
 * Where the patterns of a stream come from. An iterable is pulled no faster than the device has room: a reader that pauses
 * pauses the source. When it throws, the stream ends with that very error. When nothing more is wanted of it, it is told
 * (`return`). Patterns are never written to. One of the wrong length ends the stream with INVALID_ARGUMENT.
 */
export type PatternSource = Iterable<Uint8Array> | AsyncIterable<Uint8Array> | Observable<Uint8Array>;

/** All readouts of a batch: `pixels` has shape [n, height x width]. It belongs to the caller: nobody writes to it any more. */
export interface ReadoutBatch {
  readonly pixels: NdArray<Uint8Array> | NdArray<Uint16Array> | NdArray<Float32Array>;
  readonly readouts: readonly Omit<Readout, 'image'>[];
  /** Largest `saturatedShare` of all readouts, 0 to 1, where the device tells it without an object a frame. */
  readonly largestSaturatedShare?: number;
}

export interface StopReport {
  /** Frames done since the start of the run. */
  readonly framesDone: number;
}

/**
 * What every OPU is to its user: hardware, the emulator, a replay, somebody else's driver.
 *
 * Every error is an OpuError whose code says who is to blame. Nothing is rejected where nobody can listen. Batches and
 * streams that are asked for at the same time are shown one after the other, in the order of asking. One host at a time
 * controls a device: another one's open rejects with DEVICE_BUSY.
 *
 * A link that is lost and comes back leaves no trace in what is read: nothing twice, nothing missing. One that stays away
 * ends everything within a bounded time with an error that blames the link. A device that was switched off and on, or
 * configured by somebody else, while the link was down ends everything with an error.
 */
export interface OpuDevice extends Partial<DeviceExtras> {
  /** Where the device is, as it was opened. */
  readonly address: string;
  readonly identity: DeviceIdentity;
  readonly limits: DeviceLimits;
  /** What `configure` answered last. */
  readonly configuration: AppliedConfiguration;
  /**
   * Applies a configuration whole, or rejects with CONFIGURATION_REFUSED and leaves the old one in place. `details` of the
   * refusal has `field`, `value` and `bound`.
   */
  configure(request: ConfigurationRequest, options?: OperationOptions): Promise<AppliedConfiguration>;
  /** Shows patterns one after the other; readouts come in the order of the patterns, each exactly once. */
  stream(patterns: PatternSource, options?: StreamOptions): ReadoutStream;
  /** Shows every pattern of a batch and resolves with all readouts, in the order of the patterns. */
  project(patterns: PatternBatch, options?: OperationOptions): Promise<ReadoutBatch>;
  /** Counters by name: frames, underrun, stall, overrun, ignored_trigger, crc_errors ... Reading resets nothing. */
  counters(options?: OperationOptions): Promise<ReadonlyMap<string, number>>;
  /**
   * Patterns not yet shown stay in the device; a frame under way is finished. A stream under way ends with what was shown,
   * and the next one shows first what stayed. A projection under way rejects with ABORTED, unless all of its readouts have
   * come. What was asked for before, and whose turn it is, is under way, whatever the device has heard of it. When it
   * resolves, the device is in no run, and of the run that it ended no readout is still to come.
   */
  stop(options?: OperationOptions): Promise<StopReport>;
  /** Like `stop`, but patterns not yet shown are thrown away. */
  abort(options?: OperationOptions): Promise<StopReport>;
  /** The device's time now, ticks. It never goes back. */
  now(options?: OperationOptions): Promise<Ticks>;
  /**
   * Ends the session: the sequencer is stopped, the light is off. What is under way, and whatever is asked for afterwards,
   * rejects. Every link is closed. Safe to call more than once.
   */
  close(): Promise<void>;
}
