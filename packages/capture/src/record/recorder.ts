import { type Alarm, type Clock, OpuError, RealTimeClock, TICKS_PER_SECOND, type Ticks } from '@opu/core';
import { type EncodedRecord, encodeRecord } from '../format/encode.js';
import { type CaptureRecord, type LogLevel, tickOf } from '../format/records.js';
import type { MetadataValues } from '../write/capture-writer.js';
import { BufferPool } from './buffer-pool.js';
import { type EngineNews, failureError, nothingSafe, type RecordEngine, type SafeCounts } from './engine.js';

/**
 * What happens when the disk is too slow.
 * - `hold`: the stream waits; every frame that its reader gets is recorded.
 * - `drop`: the stream goes on, frames are left out of the recording, counted, and the count is written into the file.
 */
export type SlowDiskPolicy = 'hold' | 'drop';

export interface RecorderOptions {
  /** The host's time: nothing waits longer than half a second of it before it is made safe. Real time by default. */
  readonly clock?: Clock;
  readonly policy?: SlowDiskPolicy;
  /** Frames that are on their way to the disk at most: a crash loses no more than these. 64 by default. */
  readonly limitFrames?: number;
  /** Bytes on their way to the disk at most; 128 MiB by default. */
  readonly limitBytes?: number;
  /** Written into the file: versions, seed, profile, whatever says where the frames come from. */
  readonly provenance?: MetadataValues;
}

export interface RecorderStatistics {
  /** Frames in the file or on their way there. */
  readonly frames: number;
  readonly patterns: number;
  /** Frames that were left out because the disk was too slow or failed. */
  readonly framesNotRecorded: number;
  /** Frames on their way to the disk now, and the most that there were. */
  readonly queuedFrames: number;
  readonly mostQueuedFrames: number;
  /** Times that the stream had to wait. */
  readonly holds: number;
  /** Length of the file so far, bytes. */
  readonly fileBytes: number;
  /** Longest time that the disk took for a write, and for a sync, ticks of 10 ns of the host's clock. */
  readonly longestWriteTicks: Ticks;
  readonly longestSyncTicks: Ticks;
}

/** The oldest record that is not yet safe is at most this old. */
const FLUSH_AFTER = TICKS_PER_SECOND / 2;
/** Records are handed to the engine together, up to these. */
const BATCH_BYTES = 1 << 20;
const BATCH_RECORDS = 32;

/**
 * Takes records on the acquisition's side, without doing more than encoding them, and hands them to an engine. At most
 * `limitFrames` frames are under way; `admit` is where a too slow disk is felt.
 */
export class Recorder {
  readonly policy: SlowDiskPolicy;
  /** The device's time as far as it was seen; what has no time of its own is put there. */
  deviceTick = 0;
  /** Length of a tick of the recorded device; set before the first record. */
  tickPicoseconds = 10_000;
  readonly #engine: RecordEngine;
  readonly #clock: Clock;
  readonly #limitFrames: number;
  readonly #limitBytes: number;
  readonly #pool = new BufferPool();
  readonly #memory = (length: number): Uint8Array => this.#pool.take(length);
  #batch: EncodedRecord[] = [];
  #batchBytes = 0;
  #handOver = false;
  #flushAlarm: Alarm | undefined;
  #waiting: (() => void)[] = [];
  #failure: OpuError | undefined;
  #closing: Promise<RecorderStatistics> | undefined;
  #ended: (() => void) | undefined;
  #gap = 0;
  #gapTick = 0;
  #gapInAll = 0;
  #records = 0;
  #frames = 0;
  #patterns = 0;
  #recordBytes = 0;
  #mostQueued = 0;
  #holds = 0;
  #safe: SafeCounts = nothingSafe;

  constructor(engine: RecordEngine, options: RecorderOptions = {}) {
    this.#engine = engine;
    this.#clock = options.clock ?? new RealTimeClock();
    this.policy = options.policy ?? 'hold';
    this.#limitFrames = options.limitFrames ?? 64;
    this.#limitBytes = options.limitBytes ?? 128 << 20;
    engine.listen((news) => this.#hear(news));
    if (options.provenance !== undefined) this.addMetadata('opu.provenance', options.provenance);
  }

  get statistics(): RecorderStatistics {
    return {
      frames: this.#frames,
      patterns: this.#patterns,
      framesNotRecorded: this.#gapInAll,
      queuedFrames: this.#frames - this.#safe.frames,
      mostQueuedFrames: this.#mostQueued,
      holds: this.#holds,
      fileBytes: this.#safe.fileBytes,
      longestWriteTicks: this.#safe.longestWriteTicks,
      longestSyncTicks: this.#safe.longestSyncTicks,
    };
  }

  /** Why nothing is recorded any more: the disk is full, for instance. */
  get failure(): OpuError | undefined {
    return this.#failure;
  }

  /** Frames that survive a crash now. */
  get safeFrames(): number {
    return this.#safe.frames;
  }

  /**
   * Asks for room for one frame.
   * - `hold`: undefined when there is; otherwise a promise to await, and ask again. Throws when recording failed.
   * - `drop`: `false` when there is none: count the frame with `skip`.
   */
  admit(): Promise<void> | false | undefined {
    if (this.policy === 'drop') {
      if (this.#failure === undefined && this.#hasRoom) return undefined;
      this.#handOverNow();
      return false;
    }
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#hasRoom) return undefined;
    this.#holds += 1;
    this.#handOverNow();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** One frame is left out of the recording. */
  skip(tick: number): void {
    this.#gap += 1;
    this.#gapInAll += 1;
    this.#gapTick = tick;
  }

  /** Records something. Bytes are copied, and the record may be changed afterwards. */
  write(record: CaptureRecord): void {
    if (this.#failure !== undefined || this.#closing !== undefined) {
      if (record.kind === 'readout') this.skip(record.exposureStartTick);
      return;
    }
    if (this.#gap > 0) {
      const gap = this.#gap;
      this.#gap = 0;
      this.#add({ kind: 'gap', tick: this.#gapTick, frames: gap, framesInAll: this.#gapInAll });
    }
    this.#add(record);
  }

  /** A note of the host's, on the time line of the recording. */
  log(level: LogLevel, message: string, name = 'host'): void {
    this.write({ kind: 'log', tick: this.deviceTick, level, message, name });
  }

  addMetadata(name: string, values: MetadataValues): void {
    this.#handOverNow();
    this.#engine.post({ type: 'metadata', name, values });
  }

  /** Makes safe what was recorded so far, without waiting for a chunk to fill up. */
  flush(): void {
    this.#flushAlarm?.cancel();
    this.#flushAlarm = undefined;
    this.#handOverNow();
    if (this.#closing === undefined) this.#engine.post({ type: 'flush' });
  }

  /** Resolves when all that was recorded before is safe. @throws OpuError when recording failed */
  async safe(): Promise<void> {
    const records = this.#records;
    this.flush();
    while (this.#safe.records < records && this.#failure === undefined) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  /**
   * Writes the rest and the index. Resolves when the file is whole.
   * @throws OpuError when recording failed; `recover` makes a whole file of what is there
   */
  close(): Promise<RecorderStatistics> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<RecorderStatistics> {
    this.#flushAlarm?.cancel();
    try {
      if (this.#failure === undefined) {
        if (this.#gap > 0) {
          this.#add({ kind: 'gap', tick: this.#gapTick, frames: this.#gap, framesInAll: this.#gapInAll });
        }
        this.#handOverNow();
        const totals = {
          frames: String(this.#frames),
          patterns: String(this.#patterns),
          framesNotRecorded: String(this.#gapInAll),
        };
        await new Promise<void>((resolve) => {
          this.#ended = resolve;
          this.#engine.post({ type: 'end', totals });
        });
      }
    } finally {
      this.#engine.dispose();
    }
    if (this.#failure !== undefined) throw this.#failure;
    return this.statistics;
  }

  get #hasRoom(): boolean {
    return (
      this.#frames - this.#safe.frames < this.#limitFrames &&
      this.#recordBytes - this.#safe.recordBytes < this.#limitBytes
    );
  }

  #add(record: CaptureRecord): void {
    this.deviceTick = Math.max(this.deviceTick, tickOf(record));
    const encoded = encodeRecord(record, this.tickPicoseconds, this.#memory);
    this.#records += 1;
    this.#recordBytes += encoded.data.length;
    if (record.kind === 'pattern') this.#patterns += 1;
    if (record.kind === 'readout') {
      this.#frames += 1;
      this.#mostQueued = Math.max(this.#mostQueued, this.#frames - this.#safe.frames);
    }
    this.#batch.push(encoded);
    this.#batchBytes += encoded.data.length;
    if (this.#batch.length >= BATCH_RECORDS || this.#batchBytes >= BATCH_BYTES) this.#handOverNow();
    else this.#handOverSoon();
    this.#flushAlarm ??= this.#clock.at(this.#clock.now() + FLUSH_AFTER, () => this.flush(), { background: true });
  }

  #handOverSoon(): void {
    if (this.#handOver) return;
    this.#handOver = true;
    setImmediate(() => {
      this.#handOver = false;
      this.#handOverNow();
    });
  }

  #handOverNow(): void {
    if (this.#batch.length === 0) return;
    const records = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#engine.post({ type: 'records', records });
  }

  #hear(news: EngineNews): void {
    if (news.type === 'free') {
      this.#pool.giveBack(news.buffers);
      return;
    }
    if (news.type === 'failed') {
      const lost = this.#frames - this.#safe.frames;
      this.#failure = new OpuError(
        failureError(news).code,
        `Recording stopped: ${news.message} ${this.#safe.frames} frames are safe in the file (opu capture recover makes it whole); up to ${lost} on their way there are lost.`,
        { details: { framesSafe: this.#safe.frames, framesLost: lost } },
      );
      this.#gapInAll += lost;
    } else {
      this.#safe = news.counts;
    }
    if (news.type !== 'safe') this.#ended?.();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
