import { existsSync, renameSync, rmSync } from 'node:fs';
import { OpuError } from '@opu/core';
import { channelOfTopic } from '../format/channels.js';
import { encodeRecord } from '../format/encode.js';
import { LIBRARY } from '../format/library.js';
import { TOTALS } from '../format/metadata.js';
import { type ByteSink, createFileSink, synced } from '../write/byte-sink.js';
import { CaptureWriter } from '../write/capture-writer.js';
import { type ByteSource, openFileSource, withFileSource } from './byte-source.js';
import type { Damage } from './damage.js';
import { MissingFrameFinder, type MissingFrames } from './missing-frames.js';
import { whyNoCapture } from './no-capture.js';
import { salvage } from './salvage.js';
import { type VerifyReport, verifyCapture } from './verify.js';

export interface RecoverReport {
  readonly frames: number;
  readonly messages: number;
  readonly chunks: number;
  /** Messages on topics that this version does not know; they are not in the recovered file. */
  readonly unknownMessages: number;
  /** Frames that were recorded and are lost: those between what is whole before and behind a damaged part. */
  readonly missing: readonly MissingFrames[];
  /** Empty when the file was whole. */
  readonly damage: readonly Damage[];
}

/**
 * Writes what is whole of a damaged or cut capture to `sink` as a whole, indexed capture.
 * @throws OpuError INVALID_FILE when nothing of it is
 */
export async function recoverTo(source: ByteSource, sink: ByteSink): Promise<RecoverReport> {
  const writer = new CaptureWriter(sink, { library: LIBRARY });
  const counts = { frames: 0, messages: 0, chunks: 0, unknownMessages: 0 };
  const damage: Damage[] = [];
  const missing: MissingFrames[] = [];
  const finder = new MissingFrameFinder();
  let tickPicoseconds = 10_000;
  const kept = { patterns: 0, framesNotRecorded: 0 };
  let isEnded = false;
  for await (const part of salvage(source)) {
    if (part.type === 'damage') {
      damage.push(part.damage);
      finder.damaged();
    }
    if (part.type === 'metadata') {
      // Totals of what was recorded are not those of what is left.
      if (part.metadata.name === TOTALS) isEnded = true;
      else writer.addMetadata(part.metadata.name, Object.fromEntries(part.metadata.metadata));
    }
    if (part.type !== 'chunk') continue;
    counts.chunks += 1;
    for (const { message, topic, record } of part.messages) {
      const channel = channelOfTopic(topic);
      if (channel === undefined) {
        counts.unknownMessages += 1;
        continue;
      }
      const lost = record === undefined ? undefined : finder.see(record);
      if (lost !== undefined && record?.kind === 'readout') {
        missing.push(lost);
        const frames = lost.to - lost.from + 1;
        kept.framesNotRecorded += frames;
        const { resetTick: tick } = record;
        const framesInAll = kept.framesNotRecorded;
        writer.add(
          encodeRecord(
            { kind: 'gap', tick, frames, framesInAll, firstFrame: lost.from, lastFrame: lost.to },
            tickPicoseconds,
          ),
        );
        counts.messages += 1;
      }
      counts.messages += 1;
      if (record?.kind === 'readout') counts.frames += 1;
      if (record?.kind === 'pattern') kept.patterns += 1;
      if (record?.kind === 'device') tickPicoseconds = record.limits.tickPicoseconds;
      if (record?.kind !== 'gap') writer.add({ channelId: channel.id, logTime: message.logTime, data: message.data });
      else {
        kept.framesNotRecorded += record.frames;
        writer.add(encodeRecord({ ...record, framesInAll: kept.framesNotRecorded }, tickPicoseconds));
      }
    }
    writer.flush({ compress: part.compressed });
  }
  if (counts.messages === 0) {
    const why = await whyNoCapture(source);
    const because = why === undefined ? `none of its ${source.size} bytes belong to a whole chunk.` : `it ${why}`;
    throw new OpuError('INVALID_FILE', `Nothing can be recovered from ${source.name}: ${because}`, {
      details: { bytes: source.size },
    });
  }
  if (isEnded) {
    writer.addMetadata(TOTALS, {
      frames: String(counts.frames),
      patterns: String(kept.patterns),
      framesNotRecorded: String(kept.framesNotRecorded),
    });
  }
  writer.addMetadata('opu.recovery', {
    bytesRead: String(source.size),
    frames: String(counts.frames),
    damage: JSON.stringify(damage),
    missingFrames: JSON.stringify(missing),
  });
  writer.end({ compress: true });
  await synced(sink);
  return { ...counts, missing, damage };
}

/**
 * Recovers the file `input` into the new file `output`, and verifies `output` before it gets its name.
 * @throws OpuError INVALID_FILE when nothing can be recovered or `output` exists
 */
export async function recoverFile(
  input: string,
  output: string,
): Promise<RecoverReport & { readonly verified: VerifyReport }> {
  if (existsSync(output)) {
    throw new OpuError('INVALID_FILE', `The file ${output} exists already: choose another name, or delete it first.`);
  }
  const partial = `${output}.partial`;
  const source = await openFileSource(input);
  try {
    const sink = createFileSink(partial, { overwrite: true });
    let report: RecoverReport;
    try {
      report = await recoverTo(source, sink);
    } finally {
      sink.close();
    }
    const verified = await withFileSource(partial, verifyCapture);
    if (!verified.ok || verified.frames !== report.frames || verified.messages !== report.messages) {
      throw new OpuError(
        'INVALID_FILE',
        `What was recovered from ${input} did not verify (${verified.damage[0]?.message ?? 'messages are missing'}): the disk that ${output} is on may be at fault.`,
      );
    }
    renameSync(partial, output);
    return { ...report, verified };
  } finally {
    await source.close();
    rmSync(partial, { force: true });
  }
}
