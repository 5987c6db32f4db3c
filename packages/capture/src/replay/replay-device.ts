import { basename } from 'node:path';
import {
  type BookableClock,
  type Clock,
  OpuError,
  RealTimeClock,
  type Ticks,
  type Transport,
  VirtualClock,
} from '@opu/core';
import { createSoftwareDevice, type SoftwareDevice } from '@opu/device';
import { withFileSource } from '../read/byte-source.js';
import { type CaptureIndex, indexCapture } from '../read/capture-index.js';
import { FrameStore } from './frame-store.js';
import { ReplayLibrary } from './library.js';
import { OffsetClock } from './offset-clock.js';
import { ReplaySource } from './replay-source.js';

export interface ReplayDeviceOptions {
  /** `virtual` (default): time jumps from event to event. `realtime`: the same events against the wall clock. */
  readonly clock?: 'virtual' | 'realtime';
  /** Readouts of a pattern start over when all were given. */
  readonly loop?: boolean;
  /** The first readouts are those from this frame of the recording on (its own number). */
  readonly fromFrame?: number;
  /** The first readouts are those from this tick of the recording on. */
  readonly fromTick?: Ticks;
}

/** A recording as a device at the wire. It serves any number of connections: one host controls, others look. */
export interface ReplayDevice {
  /** The device's time; it begins where the recording does. */
  readonly clock: Clock | BookableClock;
  readonly index: CaptureIndex;
  /** Serves a host at the other end of a transport that was not opened yet. */
  attach(transport: Transport): void;
  /** A new connection inside this process: the host's end. */
  connect(): Transport;
  /** The next readouts are those of the recording from this frame (its own number) on. */
  seekFrame(frame: number): void;
  /** The next readouts are those of the recording whose exposure began on this tick or later. */
  seekTick(tick: Ticks): void;
  close(): Promise<void>;
}

/**
 * Opens a capture as a device that answers each pattern with the readout that was recorded for it.
 * @throws OpuError INVALID_FILE when the file is no capture or holds no frames, INVALID_ARGUMENT for a bad seek
 */
export async function createReplayDevice(path: string, options: ReplayDeviceOptions = {}): Promise<ReplayDevice> {
  const index = await withFileSource(path, indexCapture);
  if (index.device === undefined || index.frames.length === 0) {
    throw new OpuError('INVALID_FILE', `${path} holds no frames of a device, so there is nothing to replay.`);
  }
  return new Replay(path, index, options);
}

class Replay implements ReplayDevice {
  readonly index: CaptureIndex;
  readonly #library: ReplayLibrary;
  readonly #store: FrameStore;
  readonly #device: SoftwareDevice;
  #closed: Promise<void> | undefined;

  constructor(path: string, index: CaptureIndex, options: ReplayDeviceOptions) {
    this.index = index;
    const { tick } = index.device!;
    this.#library = new ReplayLibrary(index, options.loop ?? false);
    if (options.fromFrame !== undefined) this.seekFrame(options.fromFrame);
    if (options.fromTick !== undefined) this.seekTick(options.fromTick);
    this.#store = new FrameStore(path);
    const source = { file: basename(path), index, library: this.#library, store: this.#store };
    this.#device = createSoftwareDevice({
      source: () => new ReplaySource(source),
      name: `replay:${path}`,
      clock: options.clock === 'realtime' ? new OffsetClock(new RealTimeClock(), tick) : new VirtualClock(tick),
      stepsClock: true,
    });
  }

  get clock(): Clock {
    return this.#device.clock;
  }

  attach(transport: Transport): void {
    this.#device.attach(transport);
  }

  connect(): Transport {
    return this.#device.connect();
  }

  seekFrame(frame: number): void {
    const { frames } = this.index;
    const place = frames.findIndex((entry) => entry.frame >= frame);
    if (place < 0 || !Number.isSafeInteger(frame) || frame < 0) {
      const last = frames.at(-1)!.frame;
      throw new OpuError('INVALID_ARGUMENT', `The recording has frames ${frames[0]!.frame} to ${last}; got ${frame}.`);
    }
    this.#library.seek(place);
  }

  seekTick(tick: Ticks): void {
    const { frames } = this.index;
    const place = frames.findIndex((entry) => entry.exposureStartTick >= tick);
    if (place < 0 || !Number.isSafeInteger(tick) || tick < 0) {
      const last = frames.at(-1)!.exposureStartTick;
      throw new OpuError('INVALID_ARGUMENT', `The last exposure of the recording begins on tick ${last}; got ${tick}.`);
    }
    this.#library.seek(place);
  }

  close(): Promise<void> {
    this.#closed ??= this.#device.close().finally(() => this.#store.close());
    return this.#closed;
  }
}
