import { OpuError } from '@opu/core';
import type {
  AppliedConfiguration,
  ConfigurationRequest,
  OperationOptions,
  OpuDevice,
  PatternBatch,
  PatternSource,
  Readout,
  ReadoutBatch,
  ReadoutStream,
  StopReport,
  Ticks,
} from '@opu/driver';
import { type Event, eventKindName } from '@opu/protocol';
import { from } from 'rxjs';
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

/** What a device may have beyond `OpuDevice`, and what is handed through. */
interface Extras {
  onEvent?(listener: ((event: Event) => void) | undefined): void;
  spend?(duration: Ticks, options?: OperationOptions): Promise<Ticks>;
  trigger?(options?: OperationOptions): Promise<Ticks>;
}

class RecordedDevice implements OpuDevice, Extras {
  spend?: NonNullable<Extras['spend']>;
  trigger?: NonNullable<Extras['trigger']>;
  onEvent?: NonNullable<Extras['onEvent']>;
  readonly #device: OpuDevice;
  readonly #recorder: Recorder;
  #streams = 0;
  #stops = 0;
  /** A stopped run left its patterns in the device; a batch is its own patterns and no others. */
  #keepsPatterns = false;
  #nextPatternId: number | undefined;
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
    this.#handThrough(device);
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

  stream(patterns: PatternSource, options?: OperationOptions): ReadoutStream {
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
    return this.#device.abort(options);
  }

  now(options?: OperationOptions): Promise<Ticks> {
    return this.#device.now(options);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #handThrough(device: OpuDevice & Extras): void {
    const { spend, trigger } = device;
    if (spend !== undefined) this.spend = (...args) => spend.apply(device, args);
    if (trigger !== undefined) this.trigger = (...args) => trigger.apply(device, args);
    if (device.onEvent === undefined) return;
    let listener: ((event: Event) => void) | undefined;
    this.onEvent = (next) => {
      listener = next;
    };
    device.onEvent((event) => {
      const { tick, value, text } = event;
      this.#recorder.write({ kind: 'event', tick, name: eventName(event), value, text });
      listener?.(event);
    });
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

  #stream(patterns: PatternSource, options: OperationOptions | undefined, keep: boolean): ReadoutStream {
    const recording = new StreamRecording(
      this.#recorder,
      this.#streams++,
      this.#device.configuration.hash,
      this.#nextPatternId,
    );
    const tapped = tapPatterns(patterns, (pattern) => recording.sent(pattern, keep));
    const stream = this.#device.stream(tapped, options);
    const recorder = this.#recorder;
    const drops = this.#device.configuration.overrun === 'drop';
    const ended = (): void => {
      this.#nextPatternId = recording.nextPatternId ?? this.#nextPatternId;
      recorder.flush();
    };
    async function* readouts(): AsyncGenerator<Readout, void, void> {
      try {
        for await (const readout of stream) {
          await take(recorder, recording, readout);
          yield readout;
        }
        if (drops) recording.finish(recorder.deviceTick);
      } finally {
        ended();
      }
    }
    return {
      [Symbol.asyncIterator]: readouts,
      readouts$: from({ [Symbol.asyncIterator]: readouts }),
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

function eventName({ kind }: Event): string {
  return eventKindName(kind)?.toLowerCase().replaceAll('_', '-') ?? `event-${kind}`;
}
