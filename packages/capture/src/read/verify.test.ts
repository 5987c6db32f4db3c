import { expect } from 'chai';
import { expectFlipsFound, findsDamage } from '../testing/every-byte.js';
import { sampleCapture, sampleRecords } from '../testing/sample.js';
import { memorySource } from './byte-source.js';
import { verifyCapture } from './verify.js';

describe('verifyCapture', () => {
  it('counts what a whole file holds', async () => {
    const report = await verifyCapture(memorySource(await sampleCapture(10)));
    expect(report).to.deep.include({ ok: true, complete: true, frames: 10, chunks: 3, damage: [] });
    expect(report.messages).to.equal(sampleRecords(10).length);
  });

  for (const compress of [true, false]) {
    it(`finds a flipped bit in every 7th byte of a file${compress ? '' : ' that is not compressed'}`, async () => {
      await expectFlipsFound(compress, 7);
    });
  }

  it('finds bytes that are missing at the end, or too many', async () => {
    const file = await sampleCapture(3);
    for (const cut of [1, 8, 9, 100]) expect(await findsDamage(file.subarray(0, file.length - cut))).to.equal(true);
    expect(await findsDamage(new Uint8Array([...file, 0]))).to.equal(true);
  });

  it('says where a chunk is damaged and counts the frames of the others', async () => {
    const file = await sampleCapture(12, { chunkFrames: 4, compress: false });
    file[Math.floor(file.length / 2)]! ^= 4;
    const report = await verifyCapture(memorySource(file));
    expect(report.ok).to.equal(false);
    expect(report.frames).to.equal(8);
    expect(report.damage[0]!.message).to.match(/chunk at byte \d+ is damaged: its CRC/);
  });
});
