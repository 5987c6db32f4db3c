import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { chunkEnds, expectCutsRecovered } from '../testing/every-byte.js';
import { readIndependently } from '../testing/independent-reader.js';
import { memorySink, sampleCapture, sampleReadout } from '../testing/sample.js';
import { memorySource } from './byte-source.js';
import { indexCapture, RecordReader } from './capture-index.js';
import { readRecords } from './records.js';
import { recoverFile, recoverTo } from './recover.js';
import { verifyCapture } from './verify.js';

/** Flips, zeros, moves, repeats or cuts out a part. */
function damaged(file: Uint8Array, chance: (below: number) => number): Uint8Array {
  const at = chance(file.length);
  const length = 1 + chance(chance(2) === 0 ? 16 : 2_000);
  const part = file.slice(at, at + length);
  const before = file.subarray(0, at);
  const after = file.subarray(at + length);
  switch (chance(5)) {
    case 0:
      return new Uint8Array(Buffer.concat([before, part.map((byte) => byte ^ (1 << chance(8))), after]));
    case 1:
      return new Uint8Array(Buffer.concat([before, part.fill(0), after]));
    case 2:
      return new Uint8Array(Buffer.concat([before, part, part, after]));
    case 3:
      return new Uint8Array(Buffer.concat([before, after]));
    default:
      return new Uint8Array(Buffer.concat([before, after, part]));
  }
}

describe('recover', () => {
  for (const compress of [true, false]) {
    it(`makes a whole file of one cut at every 13th byte${compress ? ' (compressed)' : ''}, with every frame of every whole chunk`, async () => {
      await expectCutsRecovered(compress, 13);
    });
  }

  it('takes zeros behind the last chunk, which a recorder leaves that is cut off, for the end of the file', async () => {
    const file = await sampleCapture(6, { chunkFrames: 2 });
    const { end } = (await chunkEnds(file)).at(-1)!;
    for (const zeros of [1, 8, 9, 4_095, 3 << 20]) {
      const padded = new Uint8Array(Buffer.concat([file.subarray(0, end), Buffer.alloc(zeros)]));
      const { ok, complete, frames, damage } = await verifyCapture(memorySource(padded));
      expect({ ok, complete, frames }).to.deep.equal({ ok: false, complete: false, frames: 6 });
      expect(damage).to.deep.equal([{ offset: end, message: 'The file has no end: the recording was cut off.' }]);
      const report = await recoverTo(memorySource(padded), memorySink());
      expect(report).to.deep.include({ frames: 6, damage });
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

  it('hands out nothing but what was recorded, however a file is damaged: 400 cases, seed 1', async function () {
    this.timeout(60_000);
    const files = [
      await sampleCapture(8, { chunkFrames: 2 }),
      await sampleCapture(8, { chunkFrames: 2, compress: false }),
    ];
    let state = 1;
    const chance = (below: number): number => (state = (state * 48_271) % 2_147_483_647) % below;
    let frames = 0;
    for (let n = 0; n < 400; n++) {
      const file = damaged(files[n % 2]!, chance);
      const sink = memorySink();
      try {
        await recoverTo(memorySource(file), sink);
      } catch (error) {
        if (!isOpuError(error, 'INVALID_FILE')) throw error;
        continue;
      }
      const source = memorySource(sink.bytes());
      expect((await verifyCapture(source)).ok, `case ${n}`).to.equal(true);
      for await (const record of readRecords(source)) {
        if (record.kind !== 'readout') continue;
        expect(record, `case ${n}`).to.deep.equal(sampleReadout(record.frame));
        frames += 1;
      }
    }
    expect(frames).to.be.above(800);
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
