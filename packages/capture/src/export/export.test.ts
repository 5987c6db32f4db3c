import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { isOpuError } from '@opu/core';
import { expect } from 'chai';
import { memorySource } from '../read/byte-source.js';
import { sampleCapture, samplePattern, sampleReadout } from '../testing/sample.js';
import { exportNpz } from './npz.js';
import { encodePng, exportPngs } from './png.js';

describe('export', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-export-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('npz: an archive whose arrays have the headers and bytes that numpy expects', async () => {
    const path = join(folder, 'a.npz');
    const report = await exportNpz(memorySource(await sampleCapture(5)), path);
    expect(report.frames).to.equal(5);
    const entries = storedEntries(readFileSync(path));
    expect([...entries.keys()].sort()).to.deep.equal(report.arrays.map((name) => `${name}.npy`).sort());
    const images = parseNpy(entries.get('images.npy')!);
    expect(images.header).to.contain("'descr': '|u1'").and.to.contain("'shape': (5, 3, 4)");
    expect(images.data).to.deep.equal(Buffer.concat([0, 1, 2, 3, 4].map((n) => sampleReadout(n).data)));
    const patterns = parseNpy(entries.get('patterns.npy')!);
    expect(patterns.data).to.deep.equal(Buffer.concat([0, 1, 2, 3, 4].map((n) => samplePattern(n).data)));
    const ticks = parseNpy(entries.get('exposure_start_tick.npy')!);
    expect(ticks.header).to.contain("'descr': '<i8'").and.to.contain("'shape': (5,)");
    expect(ticks.data.readBigInt64LE(32)).to.equal(BigInt(sampleReadout(4).exposureStartTick));
  });

  // numpy is no tool that the tests ask for: the test above holds the format without it.
  const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;
  (hasNumpy ? it : () => {})('npz: numpy loads it', async () => {
    const path = join(folder, 'b.npz');
    await exportNpz(memorySource(await sampleCapture(5)), path);
    const script =
      'import numpy,sys;a=numpy.load(sys.argv[1]);' +
      'print(a["images"].shape,a["images"].dtype,int(a["images"].sum()),a["frame"].tolist(),a["ghost_risk"].tolist())';
    const { stdout, stderr } = spawnSync('python3', ['-c', script, path], { encoding: 'utf8' });
    const sum = [0, 1, 2, 3, 4].flatMap((n) => [...sampleReadout(n).data]).reduce((a, b) => a + b);
    expect(stdout.trim(), stderr).to.equal(`(5, 3, 4) uint8 ${sum} [0, 1, 2, 3, 4] [False, True, False, True, False]`);
  });

  it('npz: equal captures give equal files', async () => {
    const capture = memorySource(await sampleCapture(3));
    await exportNpz(capture, join(folder, 'c.npz'));
    await exportNpz(capture, join(folder, 'd.npz'));
    expect(readFileSync(join(folder, 'c.npz')).equals(readFileSync(join(folder, 'd.npz')))).to.equal(true);
  });

  it('png: the pixels of 8-bit frames, by the range of frames', async () => {
    const target = join(folder, 'png');
    expect(await exportPngs(memorySource(await sampleCapture(5)), target, { from: 1, to: 3 })).to.equal(3);
    expect(readdirSync(target)).to.deep.equal(['frame-00000001.png', 'frame-00000002.png', 'frame-00000003.png']);
    const png = readFileSync(join(target, 'frame-00000002.png'));
    expect([...png.subarray(16, 29)]).to.deep.equal([0, 0, 0, 4, 0, 0, 0, 3, 8, 0, 0, 0, 0]);
    const rows = inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)));
    const { data } = sampleReadout(2);
    expect([...rows]).to.deep.equal([0, ...data.subarray(0, 4), 0, ...data.subarray(4, 8), 0, ...data.subarray(8)]);
  });

  it('png: 16-bit pixels are big-endian, floats are refused', () => {
    const data = new Uint8Array(Uint16Array.of(0x0102, 0x0fff).buffer);
    const png = Buffer.from(encodePng({ width: 2, height: 1, format: 'mono16', data }));
    expect([...inflateSync(png.subarray(41, 41 + png.readUInt32BE(33)))]).to.deep.equal([0, 1, 2, 0x0f, 0xff]);
    expect(() => encodePng({ width: 1, height: 1, format: '32FC1', data }))
      .to.throw('export npz')
      .that.satisfies((error: unknown) => isOpuError(error, 'NOT_SUPPORTED'));
  });
});

/** Entries of a zip archive without compression, by its central directory. */
function storedEntries(zip: Buffer): Map<string, Buffer> {
  const entries = new Map<string, Buffer>();
  const end = zip.lastIndexOf(Buffer.from('504b0506', 'hex'));
  let at = zip.readUInt32LE(end + 16);
  for (let n = zip.readUInt16LE(end + 10); n > 0; n--) {
    expect(zip.readUInt16LE(at + 10), 'stored').to.equal(0);
    const size = zip.readUInt32LE(at + 20);
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    entries.set(zip.toString('latin1', at + 46, at + 46 + name), zip.subarray(start, start + size));
    at += 46 + name + extra + comment;
  }
  return entries;
}

function parseNpy(bytes: Buffer): { header: string; data: Buffer } {
  expect(bytes.subarray(0, 8).toString('hex')).to.equal('934e554d50590100');
  const length = bytes.readUInt16LE(8);
  expect((10 + length) % 64).to.equal(0);
  return { header: bytes.toString('latin1', 10, 10 + length), data: Buffer.from(bytes.subarray(10 + length)) };
}
