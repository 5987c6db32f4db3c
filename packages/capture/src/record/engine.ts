import { isOpuError, OpuError, type OpuErrorCode } from '@opu/protocol';
import { channelOf } from '../format/channels.js';
import type { EncodedRecord } from '../format/encode.js';
import { LIBRARY } from '../format/library.js';
import type { ByteSink } from '../write/byte-sink.js';
import { CaptureWriter, type MetadataValues } from '../write/capture-writer.js';

/** What the recorder tells its engine, in order. */
export type EngineCommand =
  /** `hurry`: the queue is long, compression has to wait. */
  | { readonly type: 'records'; readonly records: readonly EncodedRecord[]; readonly hurry: boolean }
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

/** The engine itself, in whatever thread: one command after the other, and after a failure none. */
export class EngineCore {
  readonly #sink: ByteSink;
  readonly #writer: CaptureWriter;
  readonly #tell: (news: EngineNews) => void;
  #failed = false;
  #hurry = false;
  #safe: SafeCounts = { records: 0, frames: 0, recordBytes: 0, fileBytes: 0 };
  #records = 0;
  #frames = 0;
  #recordBytes = 0;

  /** @throws OpuError when the sink cannot take the first bytes */
  constructor(sink: ByteSink, tell: (news: EngineNews) => void) {
    this.#sink = sink;
    this.#tell = tell;
    this.#writer = new CaptureWriter(sink, { library: LIBRARY });
  }

  handle(command: EngineCommand): void {
    if (this.#failed) return;
    try {
      this.#do(command);
    } catch (error) {
      this.#failed = true;
      this.#tell(failure(error));
    }
  }

  #do(command: EngineCommand): void {
    switch (command.type) {
      case 'records':
        this.#hurry = command.hurry;
        for (const record of command.records) {
          this.#records += 1;
          this.#recordBytes += record.data.length;
          if (record.channelId === READOUT) this.#frames += 1;
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
        this.#sink.close();
        this.#failed = true;
        this.#tell({ type: 'ended', counts: this.#count() });
        break;
    }
  }

  #flush(): void {
    if (this.#records === this.#safe.records) return;
    this.#writer.flush({ compress: !this.#hurry });
    this.#tell({ type: 'safe', counts: this.#count() });
  }

  #count(): SafeCounts {
    this.#safe = {
      records: this.#records,
      frames: this.#frames,
      recordBytes: this.#recordBytes,
      fileBytes: this.#writer.bytesWritten,
    };
    return this.#safe;
  }
}

export function failure(error: unknown): EngineNews {
  const known = isOpuError(error);
  return { type: 'failed', code: known ? error.code : 'BUG', message: (error as Error).message };
}

export function failureError(news: EngineNews & { readonly type: 'failed' }): OpuError {
  return new OpuError(news.code, news.message);
}
