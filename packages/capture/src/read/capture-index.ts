import { createHash } from 'node:crypto';
import { OpuError, type Ticks } from '@opu/core';
import { TOTALS } from '../format/metadata.js';
import type { ConfigurationRecord, CountersRecord, DeviceRecord, EventRecord, LogRecord } from '../format/records.js';
import type { ByteSource } from './byte-source.js';
import { readChunk } from './chunk.js';
import type { Damage } from './damage.js';
import type { MissingFrames } from './missing-frames.js';
import { noCapture, whyNoCapture } from './no-capture.js';
import { salvage } from './salvage.js';
import { readRecord } from './scan.js';

/** Where a message lies. */
export interface Location {
  readonly chunkOffset: number;
  /** Length of the chunk's record, bytes. */
  readonly chunkLength: number;
  /** Place among the messages of its chunk. */
  readonly index: number;
}

export interface FrameEntry extends Location {
  readonly frame: number;
  readonly patternId: number;
  readonly stream: number;
  readonly resetTick: Ticks;
  readonly exposureStartTick: Ticks;
  readonly exposureTicks: Ticks;
  readonly configurationHash: string;
  /** Content of the pattern, as `patternKey` makes it; undefined when the pattern is not in the file. */
  readonly patternKey: string | undefined;
}

/** A pattern that was shown and whose readout the device discarded. */
export interface DroppedEntry {
  readonly patternId: number;
  readonly configurationHash: string;
  readonly patternKey: string;
  /** Place in `frames` of the readout that came next. */
  readonly before: number;
}

/** What is in a capture, without its images. */
export interface CaptureIndex {
  readonly metadata: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly device: DeviceRecord | undefined;
  readonly configurations: readonly ConfigurationRecord[];
  readonly counters: readonly CountersRecord[];
  readonly events: readonly EventRecord[];
  readonly log: readonly LogRecord[];
  /** In the order of the recording. */
  readonly frames: readonly FrameEntry[];
  readonly dropped: readonly DroppedEntry[];
  readonly patterns: number;
  /** Frames that the recorder could not take. */
  readonly framesNotRecorded: number;
  /** Of them, those whose numbers are known: what a recovered file lost by damage. */
  readonly missing: readonly MissingFrames[];
  readonly chunks: number;
  readonly damage: readonly Damage[];
}

/** Identifies a pattern by its content. */
export function patternKey(pattern: Uint8Array): string {
  return createHash('sha256').update(pattern).digest('base64');
}

/**
 * Reads a capture through and says what is in it and where; damaged parts are left out and named.
 * @throws OpuError INVALID_FILE when nothing in it is of a capture
 */
export async function indexCapture(source: ByteSource): Promise<CaptureIndex> {
  const metadata = new Map<string, ReadonlyMap<string, string>>();
  const configurations: ConfigurationRecord[] = [];
  const counters: CountersRecord[] = [];
  const events: EventRecord[] = [];
  const log: LogRecord[] = [];
  const frames: FrameEntry[] = [];
  const damage: Damage[] = [];
  const dropped: DroppedEntry[] = [];
  const waiting = new Map<number, { readonly patternKey: string; readonly configurationHash: string }>();
  let device: DeviceRecord | undefined;
  let patterns = 0;
  const missing: MissingFrames[] = [];
  let framesNotRecorded = 0;
  let chunks = 0;
  for await (const part of salvage(source)) {
    if (part.type === 'damage') damage.push(part.damage);
    if (part.type === 'metadata') metadata.set(part.metadata.name, part.metadata.metadata);
    if (part.type !== 'chunk') continue;
    chunks += 1;
    for (const [index, { record }] of part.messages.entries()) {
      switch (record?.kind) {
        case 'device':
          device ??= record;
          break;
        case 'configuration':
          configurations.push(record);
          break;
        case 'counters':
          counters.push(record);
          break;
        case 'event':
          events.push(record);
          break;
        case 'log':
          log.push(record);
          break;
        case 'gap':
          framesNotRecorded += record.frames;
          if (record.firstFrame !== undefined && record.lastFrame !== undefined) {
            missing.push({ from: record.firstFrame, to: record.lastFrame });
          }
          break;
        case 'pattern':
          patterns += 1;
          waiting.set(record.patternId, {
            patternKey: patternKey(record.data),
            configurationHash: record.configurationHash,
          });
          break;
        case 'readout': {
          const own = waiting.get(record.patternId);
          waiting.delete(record.patternId);
          for (const [patternId, pattern] of waiting) dropped.push({ ...pattern, patternId, before: frames.length });
          waiting.clear();
          frames.push({
            chunkOffset: part.offset,
            chunkLength: part.length,
            index,
            frame: record.frame,
            patternId: record.patternId,
            stream: record.stream,
            resetTick: record.resetTick,
            exposureStartTick: record.exposureStartTick,
            exposureTicks: record.exposureTicks,
            configurationHash: record.configurationHash,
            patternKey: own?.patternKey,
          });
          break;
        }
      }
    }
  }
  const isForeign = device === undefined && configurations.length === 0 && frames.length === 0;
  if (isForeign && (metadata.size === 0 || (await whyNoCapture(source)) !== undefined)) {
    throw await noCapture(
      source,
      'holds nothing of a recording that is whole: it was cut off before the first record.',
    );
  }
  // A recording that came to its end holds no pattern whose readout is still to come.
  if (metadata.has(TOTALS)) {
    for (const [patternId, pattern] of waiting) dropped.push({ ...pattern, patternId, before: frames.length });
  }
  return {
    metadata,
    device,
    configurations,
    counters,
    events,
    log,
    frames,
    dropped,
    patterns,
    framesNotRecorded,
    missing,
    chunks,
    damage,
  };
}

/** Reads messages by their location; the last chunks read are kept. */
export class RecordReader {
  readonly #source: ByteSource;
  readonly #kept = new Map<number, ReturnType<typeof readChunk>>();
  readonly #keep: number;

  constructor(source: ByteSource, keepChunks = 4) {
    this.#source = source;
    this.#keep = keepChunks;
  }

  /** @throws OpuError INVALID_FILE when the file changed since it was indexed */
  async read(location: Location): Promise<NonNullable<ReturnType<typeof readChunk>[number]['record']>> {
    let messages = this.#kept.get(location.chunkOffset);
    if (messages === undefined) {
      const raw = await readRecord(this.#source, location.chunkOffset);
      messages = raw === undefined ? [] : readChunk(raw);
    }
    this.#kept.delete(location.chunkOffset);
    this.#kept.set(location.chunkOffset, messages);
    if (this.#kept.size > this.#keep) this.#kept.delete(this.#kept.keys().next().value!);
    const record = messages[location.index]?.record;
    if (record === undefined) {
      throw new OpuError('INVALID_FILE', `${this.#source.name} changed while it was read.`);
    }
    return record;
  }
}
