import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { memorySource } from '../read/byte-source.js';
import { recoverTo } from '../read/recover.js';
import { salvage } from '../read/salvage.js';
import { verifyCapture } from '../read/verify.js';
import { memorySink, sampleCapture } from './sample.js';

/** True when a file is not taken for whole. */
export async function findsDamage(bytes: Uint8Array): Promise<boolean> {
  try {
    return !(await verifyCapture(memorySource(bytes))).ok;
  } catch (error) {
    return isOpuError(error, 'INVALID_FILE');
  }
}

/** One flipped bit in every byte, or in one of `step`, is found. */
export async function expectFlipsFound(compress: boolean, step: number): Promise<void> {
  const file = await sampleCapture(2, { chunkFrames: 1, compress });
  const missed: number[] = [];
  for (let at = 0; at < file.length; at += step) {
    const damaged = file.slice();
    damaged[at]! ^= 1 << (at % 8);
    if (!(await findsDamage(damaged))) missed.push(at);
  }
  expect(file.length).to.be.greaterThan(1_000);
  expect(missed).to.deep.equal([]);
}

/** Ends of the chunks of a file, with the frames that are whole up to there. */
export async function chunkEnds(file: Uint8Array): Promise<{ end: number; frames: number }[]> {
  const ends: { end: number; frames: number }[] = [];
  let frames = 0;
  for await (const part of salvage(memorySource(file))) {
    if (part.type !== 'chunk') continue;
    frames += part.messages.filter((m) => m.record?.kind === 'readout').length;
    ends.push({ end: part.offset + part.length, frames });
  }
  return ends;
}

/** A file that was cut at any byte, or at one of `step`, becomes a whole one with every frame of every whole chunk. */
export async function expectCutsRecovered(compress: boolean, step: number): Promise<void> {
  const file = await sampleCapture(2, { chunkFrames: 1, compress });
  const ends = await chunkEnds(file);
  expect(ends.map((e) => e.frames)).to.deep.equal([1, 2, 2]);
  for (let cut = 0; cut <= file.length; cut += step) {
    const expected = ends.filter((e) => e.end <= cut).at(-1);
    const sink = memorySink();
    try {
      const report = await recoverTo(memorySource(file.subarray(0, cut)), sink);
      expect(report.frames, `cut at ${cut}`).to.equal(expected?.frames);
      // Cuts within a chunk give the same file but for a number in it.
      if (cut % 8 > 0 && !ends.some(({ end }) => Math.abs(end - cut) < 4)) continue;
      const check = await verifyCapture(memorySource(sink.bytes()));
      expect(check, `cut at ${cut}`).to.deep.include({ ok: true, complete: true, frames: expected?.frames });
    } catch (error) {
      if (!isOpuError(error, 'INVALID_FILE')) throw error;
      expect(expected, `cut at ${cut}`).to.equal(undefined);
    }
  }
}
