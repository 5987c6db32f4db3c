import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { sampleCapture, sampleRecords } from '../testing/sample.js';
import { memorySource } from './byte-source.js';
import { verifyCapture } from './verify.js';

async function finds(bytes: Uint8Array): Promise<boolean> {
  try {
    return !(await verifyCapture(memorySource(bytes))).ok;
  } catch (error) {
    return isOpuError(error, 'INVALID_FILE');
  }
}

describe('verifyCapture', () => {
  it('counts what a whole file holds', async () => {
    const report = await verifyCapture(memorySource(await sampleCapture(10)));
    expect(report).to.deep.include({ ok: true, complete: true, frames: 10, chunks: 3, damage: [] });
    expect(report.messages).to.equal(sampleRecords(10).length);
  });

  for (const { compress, step, title } of [
    { compress: true, step: 1, title: 'every single flipped byte of a file' },
    { compress: false, step: 1, title: 'every single flipped byte of a file that is not compressed' },
  ]) {
    it(`finds ${title}`, async function () {
      this.timeout(60_000);
      const file = await sampleCapture(2, { chunkFrames: 1, compress });
      const missed: number[] = [];
      for (let at = 0; at < file.length; at += step) {
        const damaged = file.slice();
        damaged[at]! ^= 1 << (at % 8);
        if (!(await finds(damaged))) missed.push(at);
      }
      expect(file.length).to.be.greaterThan(1_000);
      expect(missed).to.deep.equal([]);
    });
  }

  it('finds bytes that are missing at the end, or too many', async () => {
    const file = await sampleCapture(3);
    for (const cut of [1, 8, 9, 100]) expect(await finds(file.subarray(0, file.length - cut))).to.equal(true);
    expect(await finds(new Uint8Array([...file, 0]))).to.equal(true);
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
