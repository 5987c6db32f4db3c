import { OpuError } from '@opu/core';
import {
  type AppliedConfiguration,
  type ConfigurationRequest,
  type DeviceExtras,
  type OperationOptions,
  type OpuDevice,
  observeIterable,
  type PatternBatch,
  type PatternSource,
  type Readout,
  type ReadoutBatch,
  type ReadoutStream,
  type StopReport,
  type StreamOptions,
  type Ticks,
} from '@opu/driver';
import { collectBatch, rowsOf } from './batch.js';
import type { Recorder } from './recorder.js';
import { StreamRecording } from './stream-recording.js';
import { tapPatterns } from './tap.js';

/**
 * The same device, recorded: everything that goes to it and comes from it through the returned object is written into
 * the recorder's file. Closing it closes the device and makes the file whole.
 *
 * `project` runs as a stream, so that a crash in the middle of a large batch loses no more than one of a stream.
 * Patterns of a stream are copied when they are handed over; those of a batch must not be changed until it is done.
 */
export async function recordDevice(device: OpuDevice, recorder: Recorder): Promise<OpuDevice> {
  try {
    recorder.deviceTick = await device.now();
    const recorded = new RecordedDevice(device, recorder);
    // From here on there is a file that can be recovered.
    await recorder.safe();
    return recorded;
  } catch (error) {
    await recorder.close().catch(() => {});
    throw error;
  }
}

class RecordedDevice implements OpuDevice {
  /** What the device has beyond `OpuDevice` is handed through. */
  readonly spend?: DeviceExtras['spend'];
  readonly trigger?: DeviceExtras['trigger'];
  readonly syncClock?: DeviceExtras['syncClock'];
  readonly onEvent?: DeviceExtras['onEvent'];
  readonly events$?: DeviceExtras['events$'];
  readonly #device: OpuDevice;
  readonly #recorder: Recorder;
  #streams = 0;
  #stops = 0;
  /** A stopped run left its patterns in the device; a batch is its own patterns and no others. */
  #keepsPatterns = false;
  /** Streams whose patterns may still be in the device, oldest first. */
  #recordings: StreamRecording[] = [];
  #closing: Promise<void> | undefined;

  constructor(device: OpuDevice, recorder: Recorder) {
    this.#device = device;
    this.#recorder = recorder;
    const { features, ...limits } = device.limits;
    const tick = recorder.deviceTick;
    recorder.tickPicoseconds = limits.tickPicoseconds;
    recorder.write({
      kind: 'device',
      tick,
      address: device.address,
      identity: device.identity,
      limits: { ...limits, features: [...features] },
    });
    recorder.write({ kind: 'configuration', tick, applied: device.configuration });
    if (device.spend !== undefined) this.spend = device.spend.bind(device);
    if (device.trigger !== undefined) this.trigger = device.trigger.bind(device);
    if (device.syncClock !== undefined) this.syncClock = device.syncClock.bind(device);
    if (device.onEvent !== undefined) this.onEvent = device.onEvent.bind(device);
    if (device.events$ !== undefined) this.events$ = device.events$;
    device.onEvent?.(({ kind: name, ...event }) => recorder.write({ kind: 'event', name, ...event }));
  }

  get address(): string {
    return this.#device.address;
  }

  get identity(): OpuDevice['identity'] {
    return this.#device.identity;
  }

  get limits(): OpuDevice['limits'] {
    return this.#device.limits;
  }

  get configuration(): AppliedConfiguration {
    return this.#device.configuration;
  }

  async configure(request: ConfigurationRequest, options?: OperationOptions): Promise<AppliedConfiguration> {
    const applied = await this.#device.configure(request, options);
    this.#recorder.write({ kind: 'configuration', tick: this.#recorder.deviceTick, request, applied });
    return applied;
  }

  stream(patterns: PatternSource, options?: StreamOptions): ReadoutStream {
    return this.#stream(patterns, options, false);
  }

  async project(patterns: PatternBatch, options?: OperationOptions): Promise<ReadoutBatch> {
    const stops = this.#stops;
    if (this.#keepsPatterns) {
      this.#keepsPatterns = false;
      await this.#device.abort(options);
      if (this.#stops !== stops) throw new OpuError('ABORTED', 'The projection was ended before its first frame.');
    }
    const batch = await collectBatch(this.#stream(rowsOf(patterns), options, true));
    // A stream that is stopped ends with what was shown; a batch is whole or an error.
    if (this.#stops !== stops && batch.readouts.length < patterns.shape[0]!) {
      throw new OpuError('ABORTED', `The projection was ended after ${batch.readouts.length} frames.`);
    }
    return batch;
  }

  async counters(options?: OperationOptions): Promise<ReadonlyMap<string, number>> {
    const counters = await this.#device.counters(options);
    const tick = this.#recorder.deviceTick;
    this.#recorder.write({ kind: 'counters', tick, counters: Object.fromEntries(counters) });
    return counters;
  }

  stop(options?: OperationOptions): Promise<StopReport> {
    this.#stops++;
    this.#keepsPatterns = true;
    return this.#device.stop(options);
  }

  abort(options?: OperationOptions): Promise<StopReport> {
    this.#stops++;
    this.#keepsPatterns = false;
    this.#recordings = this.#recordings.slice(-1);
    return this.#device.abort(options);
  }

  now(options?: OperationOptions): Promise<Ticks> {
    return this.#device.now(options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    try {
      await this.counters();
    } catch (error) {
      // The link may be gone; that is no reason to leave the file without its end.
      this.#recorder.log('warning', `The last counters could not be read: ${(error as Error).message}`, 'recorder');
    }
    try {
      await this.#device.close();
    } finally {
      await this.#recorder.close();
    }
  }

  #stream(patterns: PatternSource, options: StreamOptions | undefined, keep: boolean): ReadoutStream {
    const recorder = this.#recorder;
    const recording = new StreamRecording(recorder, this.#streams++, this.#device.configuration.hash);
    const tapped = tapPatterns(patterns, (pattern) => recording.sent(pattern, keep));
    const left = new AbortController();
    const signals = options?.signal === undefined ? [left.signal] : [options.signal, left.signal];
    const stream = this.#device.stream(tapped, { ...options, signal: AbortSignal.any(signals) });
    const drops = this.#device.configuration.overrun === 'drop';
    this.#recordings.push(recording);
    const recordingOf = (readout: Readout): StreamRecording => {
      recording.begins(stream.firstPatternId);
      return this.#recordings.find((one) => one.has(readout.patternId)) ?? recording;
    };
    const ended = (): void => {
      // What a stopped stream left is shown by the next one; of those before it nothing can come any more.
      this.#recordings = this.#recordings.filter((one) => one === recording || one.isWaiting);
      recorder.flush();
    };
    async function* readouts(): AsyncGenerator<Readout, void, void> {
      try {
        for await (const readout of stream) {
          await take(recorder, recordingOf(readout), readout);
          yield readout;
        }
        if (drops) recording.finish(recorder.deviceTick);
      } finally {
        ended();
      }
    }
    return {
      get firstPatternId() {
        return stream.firstPatternId;
      },
      get patternsDropped() {
        return stream.patternsDropped ?? 0;
      },
      [Symbol.asyncIterator]: readouts,
      readouts$: observeIterable((gone) => {
        gone.addEventListener('abort', () => left.abort(), { once: true });
        return { [Symbol.asyncIterator]: readouts };
      }),
    };
  }
}

async function take(recorder: Recorder, recording: StreamRecording, readout: Readout): Promise<void> {
  for (;;) {
    const room = recorder.admit();
    if (room === undefined) {
      recording.record(readout);
      return;
    }
    if (room === false) {
      recording.skip(readout);
      return;
    }
    await room;
  }
}
