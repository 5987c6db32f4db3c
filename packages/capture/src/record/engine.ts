import { type Clock, isOpuError, OpuError, type OpuErrorCode, type Ticks } from '@opu/core';
import { channelOf } from '../format/channels.js';
import type { EncodedRecord } from '../format/encode.js';
import { LIBRARY } from '../format/library.js';
import { TOTALS } from '../format/metadata.js';
import type { ByteSink } from '../write/byte-sink.js';
import { CaptureWriter, type MetadataValues } from '../write/capture-writer.js';
import { TimedSink } from '../write/timed-sink.js';
import { wholeBuffers } from './buffer-pool.js';
import { Packing } from './packing.js';

/** What the recorder tells its engine, in order. */
export type EngineCommand =
  | { readonly type: 'records'; readonly records: readonly EncodedRecord[] }
  | { readonly type: 'metadata'; readonly name: string; readonly values: MetadataValues }
  | { readonly type: 'flush' }
  | { readonly type: 'end'; readonly totals: MetadataValues };

/** Counts since the recording began. */
export interface SafeCounts {
  readonly records: number;
  readonly frames: number;
  readonly recordBytes: number;
  /** Length of the file. */
  readonly fileBytes: number;
  /** Longest time that the disk took for a write, and for a sync, ticks of 10 ns of the host's clock. */
  readonly longestWriteTicks: Ticks;
  readonly longestSyncTicks: Ticks;
}

export const nothingSafe: SafeCounts = {
  records: 0,
  frames: 0,
  recordBytes: 0,
  fileBytes: 0,
  longestWriteTicks: 0,
  longestSyncTicks: 0,
};

/** What the engine tells the recorder. */
export type EngineNews =
  /** What was counted here survives a crash and a power cut. */
  | { readonly type: 'safe'; readonly counts: SafeCounts }
  /** Memory of records that is not needed any more. */
  | { readonly type: 'free'; readonly buffers: readonly ArrayBuffer[] }
  | { readonly type: 'ended'; readonly counts: SafeCounts }
  | { readonly type: 'failed'; readonly code: OpuErrorCode; readonly message: string };

/** Takes encoded records and makes a file of them, somewhere else. */
export interface RecordEngine {
  /** Buffers of the records are handed over. */
  post(command: EngineCommand): void;
  listen(listener: (news: EngineNews) => void): void;
  /** Ends it; nothing is written after that. */
  dispose(): void;
}

const READOUT = channelOf('readout').id;

/**
 * What a recording is safe against, when it counts as safe.
 * - `power-cut`: the disk has said that it is written for good. A slow sync holds the stream back.
 * - `crash`: the system has it, and a crash or SIGKILL of the process cannot harm it; the disk is told to sync all the
 *   time, and a power cut costs what it has not finished.
 */
export type Safety = 'power-cut' | 'crash';

/** The engine itself, in whatever thread: one command after the other, and after a failure none. */
export class EngineCore {
  readonly #sink: TimedSink;
  readonly #writer: CaptureWriter;
  readonly #tell: (news: EngineNews) => void;
  readonly #packing: Packing;
  readonly #safety: Safety;
  #over = false;
  #inChunk: EncodedRecord[] = [];
  #records = 0;
  #frames = 0;
  #recordBytes = 0;
  #chunkedRecords = 0;
  #chunkedBytes = 0;
  /** What is written; `safe` lags behind it by a sync. */
  #written: SafeCounts = nothingSafe;
  #syncing = false;
  #syncAgain = false;
  #ending = false;

  /**
   * @param options.posted how many records were posted so far: what was and is not yet handled waits
   * @param options.clock the host's time
   * @throws OpuError when the sink cannot take the first bytes
   */
  constructor(
    sink: ByteSink,
    tell: (news: EngineNews) => void,
    options: { readonly posted: () => number; readonly clock: Clock; readonly safety?: Safety },
  ) {
    this.#safety = options.safety ?? 'power-cut';
    this.#sink = new TimedSink(sink, options.clock);
    this.#tell = tell;
    this.#packing = new Packing(options.clock, () => options.posted() - this.#records);
    this.#writer = new CaptureWriter(this.#sink, { library: LIBRARY });
  }

  handle(command: EngineCommand): void {
    if (this.#over || this.#ending) return;
    try {
      this.#do(command);
    } catch (error) {
      this.#fail(error);
    }
  }

  #do(command: EngineCommand): void {
    switch (command.type) {
      case 'records':
        for (const record of command.records) {
          this.#records += 1;
          this.#recordBytes += record.data.length;
          if (record.channelId === READOUT) this.#frames += 1;
          this.#inChunk.push(record);
          if (this.#writer.add(record)) this.#flush();
        }
        break;
      case 'metadata':
        this.#writer.addMetadata(command.name, command.values);
        break;
      case 'flush':
        this.#flush();
        break;
      case 'end':
        this.#writer.flush({ compress: true });
        this.#writer.addMetadata(TOTALS, command.totals);
        this.#writer.end({ compress: true });
        this.#ending = true;
        this.#count();
        this.#sync();
        break;
    }
  }

  #flush(): void {
    if (this.#records === this.#chunkedRecords) return;
    const compress = this.#packing.pays(this.#recordBytes - this.#chunkedBytes, this.#sample);
    this.#chunkedRecords = this.#records;
    this.#chunkedBytes = this.#recordBytes;
    this.#writer.flush({ compress });
    if (compress) this.#packing.packed();
    this.#tell({ type: 'free', buffers: wholeBuffers(this.#inChunk) });
    this.#inChunk = [];
    this.#count();
    if (this.#safety === 'crash') this.#tell({ type: 'safe', counts: this.#written });
    this.#sync();
  }

  /** The latest image of the open chunk. */
  get #sample(): Uint8Array | undefined {
    return this.#inChunk.findLast((record) => record.channelId === READOUT)?.data;
  }

  #count(): void {
    this.#written = {
      records: this.#records,
      frames: this.#frames,
      recordBytes: this.#recordBytes,
      fileBytes: this.#writer.bytesWritten,
      longestWriteTicks: this.#sink.longestWrite,
      longestSyncTicks: this.#sink.longestSync,
    };
  }

  /** One sync covers all that was written before it began; what is written meanwhile waits for the next one. */
  #sync(): void {
    if (this.#syncing) {
      this.#syncAgain = true;
      return;
    }
    this.#syncing = true;
    this.#syncAgain = false;
    const counts = this.#written;
    const isLast = this.#ending;
    this.#sink.sync((error) => {
      const safe = { ...counts, longestSyncTicks: this.#sink.longestSync };
      this.#syncing = false;
      if (this.#over) return;
      if (error !== undefined) {
        this.#fail(error);
        return;
      }
      if (isLast && !this.#close()) return;
      if (isLast) this.#tell({ type: 'ended', counts: safe });
      else if (this.#safety === 'power-cut') this.#tell({ type: 'safe', counts: safe });
      if (this.#syncAgain) this.#sync();
    });
  }

  #close(): boolean {
    this.#over = true;
    try {
      this.#sink.close();
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #fail(error: unknown): void {
    this.#over = true;
    this.#tell(failure(error));
  }
}

export function failure(error: unknown): EngineNews {
  const known = isOpuError(error);
  return { type: 'failed', code: known ? error.code : 'BUG', message: (error as Error).message };
}

export function failureError(news: EngineNews & { readonly type: 'failed' }): OpuError {
  return new OpuError(news.code, news.message);
}
