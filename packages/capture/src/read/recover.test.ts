import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpuError } from '@opu/protocol';
import { expect } from 'chai';
import { readIndependently } from '../testing/independent-reader.js';
import { memorySink, sampleCapture, sampleReadout } from '../testing/sample.js';
import { memorySource } from './byte-source.js';
import { indexCapture, RecordReader } from './capture-index.js';
import { recoverFile, recoverTo } from './recover.js';
import { salvage } from './salvage.js';
import { verifyCapture } from './verify.js';

/** Ends of the chunks of a file, with the frames that are whole up to there. */
async function chunkEnds(file: Uint8Array): Promise<{ end: number; frames: number }[]> {
  const ends: { end: number; frames: number }[] = [];
  let frames = 0;
  for await (const part of salvage(memorySource(file))) {
    if (part.type !== 'chunk') continue;
    frames += part.messages.filter((m) => m.record?.kind === 'readout').length;
    ends.push({ end: part.offset + part.length, frames });
  }
  return ends;
}

describe('recover', () => {
  const cuts = [
    { title: 'any byte', step: 1, compress: false },
    { title: 'every 13th byte (compressed)', step: 13, compress: true },
  ];
  for (const { title, step, compress } of cuts)
    it(`makes a whole file of one cut at ${title}, with every frame of every whole chunk`, async function () {
      this.timeout(60_000);
      const file = await sampleCapture(2, { chunkFrames: 1, compress });
      const ends = await chunkEnds(file);
      expect(ends.map((e) => e.frames)).to.deep.equal([1, 2, 2]);
      for (let cut = 0; cut <= file.length; cut += step) {
        const expected = ends.filter((e) => e.end <= cut).at(-1);
        const sink = memorySink();
        try {
          const report = await recoverTo(memorySource(file.subarray(0, cut)), sink);
          expect(report.frames, `cut at ${cut}`).to.equal(expected?.frames);
          const check = await verifyCapture(memorySource(sink.bytes()));
          expect(check, `cut at ${cut}`).to.deep.include({ ok: true, complete: true, frames: expected?.frames });
        } catch (error) {
          if (!isOpuError(error, 'INVALID_FILE')) throw error;
          expect(expected, `cut at ${cut}`).to.equal(undefined);
        }
      }
    });

  it('goes on behind a damaged chunk and behind a damaged length', async () => {
    const file = await sampleCapture(12, { chunkFrames: 4, compress: false });
    const [first] = await chunkEnds(file);
    for (const at of [first!.end - 20, 8 + 3]) {
      const damaged = file.slice();
      damaged[at]! ^= 0x10;
      const sink = memorySink();
      const report = await recoverTo(memorySource(damaged), sink);
      expect(report.damage).to.have.length(1);
      expect(report.frames).to.equal(at < 20 ? 12 : 8);
      readIndependently(sink.bytes());
    }
  });

  it('hands out the very bytes that were recorded', async () => {
    const file = await sampleCapture(9, { chunkFrames: 4 });
    const sink = memorySink();
    await recoverTo(memorySource(file.subarray(0, file.length - 300)), sink);
    const source = memorySource(sink.bytes());
    const index = await indexCapture(source);
    const reader = new RecordReader(source);
    expect(index.frames).to.have.length(9);
    for (const [n, frame] of index.frames.entries()) {
      expect(await reader.read(frame)).to.deep.equal(sampleReadout(n));
    }
  });

  it('names the file only when it verified, leaves an existing one alone, and nothing behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'opu-recover-'));
    try {
      const input = join(folder, 'cut.mcap');
      const output = join(folder, 'whole.mcap');
      const file = await sampleCapture(6);
      writeFileSync(input, file.subarray(0, 30));
      const failure = await recoverFile(input, output).catch((error: unknown) => error);
      expect(isOpuError(failure, 'INVALID_FILE'), String(failure)).to.equal(true);
      expect(existsSync(output) || existsSync(`${output}.partial`)).to.equal(false);
      writeFileSync(input, file.subarray(0, file.length - 40));
      expect((await recoverFile(input, output)).verified.ok).to.equal(true);
      const written = readFileSync(output);
      readIndependently(written);
      const again = await recoverFile(input, output).catch((error: unknown) => error);
      expect((again as Error).message).to.contain('exists already');
      expect(readFileSync(output).equals(written)).to.equal(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
