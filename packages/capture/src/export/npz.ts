import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type NpyType, npyHeader, OpuError } from '@opu/core';
import { ZipFile } from 'yazl';
import { pixelBytes } from '../format/encode.js';
import type { PixelFormat, ReadoutRecord } from '../format/records.js';
import type { ByteSource } from '../read/byte-source.js';
import { noCapture } from '../read/no-capture.js';
import { readRecords } from '../read/records.js';
import { fileError } from '../write/byte-sink.js';

/** Frames that were made under one configuration: one set of arrays. */
interface Group {
  readonly configurationHash: string;
  readonly format: PixelFormat;
  readonly width: number;
  readonly height: number;
  readonly patternBytes: number;
  readonly facts: Omit<ReadoutRecord, 'data'>[];
}

export interface NpzReport {
  readonly frames: number;
  /** Names of the arrays in the file. */
  readonly arrays: readonly string[];
}

const descriptions: Readonly<Record<PixelFormat, NpyType>> = { mono8: 'uint8', mono16: 'uint16', '32FC1': 'float32' };

/** The same in every file, so that equal captures give equal files. */
const MODIFIED = new Date(Date.UTC(2000, 0, 1));

/**
 * Writes the frames of a capture as `.npz`, which `numpy.load` reads. Arrays, for n frames of h x w pixels:
 * `images` (n, h, w), `patterns` (n, bytes), `frame`, `pattern_id`, `reset_tick`, `exposure_start_tick`,
 * `exposure_ticks`, `reference_phase_radians`, `dropped_before`, `saturated_share`, `ghost_risk`, `stream`, each (n).
 * Where a capture has several configurations, each has its own arrays with `_0`, `_1` ... behind the names.
 * @throws OpuError INVALID_FILE when there are no frames or the file cannot be written
 */
export async function exportNpz(source: ByteSource, path: string): Promise<NpzReport> {
  const groups = await groupFrames(source);
  if (groups.length === 0) throw await noCapture(source, 'holds no frames to export.');
  const zip = new ZipFile();
  const arrays: string[] = [];
  for (const [n, group] of groups.entries()) {
    const suffix = groups.length === 1 ? '' : `_${n}`;
    const add = (name: string, header: Uint8Array, dataBytes: number, parts: () => AsyncIterable<Uint8Array>): void => {
      arrays.push(`${name}${suffix}`);
      // Readable.from of a generator starts it when it is read: the arrays are made one after the other.
      zip.addReadStream(Readable.from(withHeader(header, parts)), `${name}${suffix}.npy`, {
        compress: false,
        mtime: MODIFIED,
        size: header.length + dataBytes,
      });
    };
    const count = group.facts.length;
    const { height, width, patternBytes } = group;
    const imageBytes = height * width * pixelBytes[group.format];
    add('images', npyHeader(descriptions[group.format], [count, height, width]), count * imageBytes, () =>
      images(source, group),
    );
    add('patterns', npyHeader('uint8', [count, patternBytes]), count * patternBytes, () => patterns(source, group));
    for (const [name, description, data] of columns(group)) {
      add(name, npyHeader(description, [count]), data.length, async function* () {
        yield data;
      });
    }
  }
  zip.end();
  const partial = `${path}.partial`;
  try {
    await pipeline(zip.outputStream as Readable, createWriteStream(partial));
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw cause instanceof OpuError ? cause : fileError(path, cause);
  }
  return { frames: groups.reduce((sum, group) => sum + group.facts.length, 0), arrays };
}

async function* withHeader(header: Uint8Array, parts: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield header;
  yield* parts();
}

async function groupFrames(source: ByteSource): Promise<Group[]> {
  const groups = new Map<string, Group>();
  let patternBytes = 0;
  for await (const record of readRecords(source)) {
    if (record.kind === 'pattern') patternBytes = record.data.length;
    if (record.kind !== 'readout') continue;
    const { data: _, ...facts } = record;
    const { format, width, height, configurationHash } = facts;
    const name = `${configurationHash} ${format} ${width} ${height} ${patternBytes}`;
    const group = groups.get(name) ?? { configurationHash, format, width, height, patternBytes, facts: [] };
    groups.set(name, group);
    group.facts.push(facts);
  }
  return [...groups.values()];
}

function belongs(record: ReadoutRecord, group: Group): boolean {
  return (
    record.configurationHash === group.configurationHash &&
    record.format === group.format &&
    record.width === group.width &&
    record.height === group.height
  );
}

async function* images(source: ByteSource, group: Group): AsyncGenerator<Uint8Array> {
  for await (const record of readRecords(source)) {
    if (record.kind === 'readout' && belongs(record, group)) yield record.data;
  }
}

/** The pattern of each readout; zeros where it is not in the file. */
async function* patterns(source: ByteSource, group: Group): AsyncGenerator<Uint8Array> {
  const none = new Uint8Array(group.patternBytes);
  let last: { readonly patternId: number; readonly data: Uint8Array } | undefined;
  for await (const record of readRecords(source)) {
    if (record.kind === 'pattern') last = record;
    if (record.kind !== 'readout' || !belongs(record, group)) continue;
    yield last?.patternId === record.patternId && last.data.length === group.patternBytes ? last.data : none;
  }
}

function* columns({ facts }: Group): Generator<[string, NpyType, Uint8Array]> {
  const integers = (pick: (fact: Group['facts'][number]) => number): Uint8Array =>
    bytesOf(BigInt64Array.from(facts, (fact) => BigInt(pick(fact))));
  const floats = (pick: (fact: Group['facts'][number]) => number): Uint8Array =>
    bytesOf(Float64Array.from(facts, pick));
  yield ['frame', 'int64', integers((f) => f.frame)];
  yield ['pattern_id', 'int64', integers((f) => f.patternId)];
  yield ['reset_tick', 'int64', integers((f) => f.resetTick)];
  yield ['exposure_start_tick', 'int64', integers((f) => f.exposureStartTick)];
  yield ['exposure_ticks', 'int64', integers((f) => f.exposureTicks)];
  yield ['reference_phase_radians', 'float64', floats((f) => f.referencePhaseRadians)];
  yield ['dropped_before', 'int64', integers((f) => f.droppedBefore)];
  yield ['saturated_share', 'float64', floats((f) => f.saturatedShare)];
  yield ['ghost_risk', 'bool', Uint8Array.from(facts, (f) => (f.ghostRisk ? 1 : 0))];
  yield ['stream', 'int64', integers((f) => f.stream)];
}

function bytesOf(array: BigInt64Array | Float64Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
