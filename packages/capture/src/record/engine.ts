import { isOpuError, OpuError, type OpuErrorCode } from '@opu/protocol';
import { channelOf } from '../format/channels.js';
import type { EncodedRecord } from '../format/encode.js';
import { LIBRARY } from '../format/library.js';
import type { ByteSink } from '../write/byte-sink.js';
import { CaptureWriter, type MetadataValues } from '../write/capture-writer.js';
import { wholeBuffers } from './buffer-pool.js';

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
}

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

/** With more records than this waiting, a chunk is written as it is: packing it takes longer than writing it. */
const NO_TIME_TO_PACK = 8;
/** Where more than this wait after a chunk was packed, packing is too slow here, and is left alone for a while. */
const PACKED_TOO_LONG = 24;
const LONGEST_PAUSE = 256;

/** The engine itself, in whatever thread: one command after the other, and after a failure none. */
export class EngineCore {
  readonly #sink: ByteSink;
  readonly #writer: CaptureWriter;
  readonly #tell: (news: EngineNews) => void;
  readonly #posted: () => number;
  readonly #safety: Safety;
  #over = false;
  #inChunk: EncodedRecord[] = [];
  #records = 0;
  #frames = 0;
  #recordBytes = 0;
  #chunkedRecords = 0;
  #pause = 0;
  #unpackedToCome = 0;
  /** What is written; `safe` lags behind it by a sync. */
  #written: SafeCounts = { records: 0, frames: 0, recordBytes: 0, fileBytes: 0 };
  #syncing = false;
  #syncAgain = false;
  #ending = false;

  /**
   * @param posted how many records were posted so far: what was and is not yet handled waits
   * @throws OpuError when the sink cannot take the first bytes
   */
  constructor(sink: ByteSink, tell: (news: EngineNews) => void, posted: () => number, safety: Safety = 'power-cut') {
    this.#safety = safety;
    this.#sink = sink;
    this.#tell = tell;
    this.#posted = posted;
    this.#writer = new CaptureWriter(sink, { library: LIBRARY });
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
        this.#writer.addMetadata('opu.totals', command.totals);
        this.#writer.end({ compress: true });
        this.#ending = true;
        this.#count();
        this.#sync();
        break;
    }
  }

  #flush(): void {
    if (this.#records === this.#chunkedRecords) return;
    this.#chunkedRecords = this.#records;
    const compress = this.#isTimeToPack();
    this.#writer.flush({ compress });
    if (compress) this.#judgePacking();
    this.#tell({ type: 'free', buffers: wholeBuffers(this.#inChunk) });
    this.#inChunk = [];
    this.#count();
    if (this.#safety === 'crash') this.#tell({ type: 'safe', counts: this.#written });
    this.#sync();
  }

  #isTimeToPack(): boolean {
    if (this.#unpackedToCome > 0) {
      this.#unpackedToCome -= 1;
      return false;
    }
    return this.#posted() - this.#records <= NO_TIME_TO_PACK;
  }

  /** Chunks that are not packed: twice as many each time that packing took too long, half as many when it did not. */
  #judgePacking(): void {
    const tooLong = this.#posted() - this.#records > PACKED_TOO_LONG;
    this.#pause = tooLong ? Math.min(LONGEST_PAUSE, Math.max(4, this.#pause * 2)) : this.#pause >> 1;
    this.#unpackedToCome = tooLong ? this.#pause : 0;
  }

  #count(): void {
    this.#written = {
      records: this.#records,
      frames: this.#frames,
      recordBytes: this.#recordBytes,
      fileBytes: this.#writer.bytesWritten,
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
      this.#syncing = false;
      if (this.#over) return;
      if (error !== undefined) {
        this.#fail(error);
        return;
      }
      if (isLast) {
        this.#over = true;
        this.#sink.close();
      }
      if (isLast) this.#tell({ type: 'ended', counts });
      else if (this.#safety === 'power-cut') this.#tell({ type: 'safe', counts });
      if (this.#syncAgain) this.#sync();
    });
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
