import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpuError, VirtualClock } from '@opu/core';
import type { Readout } from '@opu/driver';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { memorySource, openFileSource } from '../read/byte-source.js';
import { indexCapture, patternKey, RecordReader } from '../read/capture-index.js';
import { verifyCapture } from '../read/verify.js';
import { BenchDevice, benchPatterns } from '../testing/bench-device.js';
import { readIndependently } from '../testing/independent-reader.js';
import { inlineEngine } from '../testing/inline-engine.js';
import { memorySink } from '../testing/sample.js';
import { loadCompression } from '../write/compression.js';
import { openRecorder } from './open-recorder.js';
import { recordDevice } from './record-device.js';
import { Recorder } from './recorder.js';

async function recorded() {
  await loadCompression();
  const clock = new VirtualClock();
  const bench = new BenchDevice(clock);
  const sink = memorySink();
  const recorder = new Recorder(inlineEngine(sink), { clock });
  return { clock, bench, sink, recorder, device: await recordDevice(bench, recorder) };
}

async function all(readouts: AsyncIterable<Readout>): Promise<Readout[]> {
  const list: Readout[] = [];
  for await (const readout of readouts) list.push(readout);
  return list;
}

describe('recordDevice', () => {
  it('hands out what the device hands out, and the file holds the same', async () => {
    const { device, sink } = await recorded();
    const readouts = await all(device.stream(benchPatterns(30)));
    const plain = await all(new BenchDevice(new VirtualClock()).stream(benchPatterns(30)));
    expect(readouts).to.deep.equal(plain);
    await device.close();
    const source = memorySource(sink.bytes());
    const index = await indexCapture(source);
    const reader = new RecordReader(source);
    const patterns = [...benchPatterns(30)];
    expect(index.device?.identity).to.deep.equal(device.identity);
    expect(index.frames).to.have.length(30);
    for (const [n, entry] of index.frames.entries()) {
      expect(entry.patternKey).to.equal(patternKey(patterns[n]!));
      const record = await reader.read(entry);
      const { image, ...facts } = readouts[n]!;
      expect(record).to.deep.include({ ...facts, data: image.data, width: 4, height: 3, format: 'mono8' });
    }
  });

  it('pairs patterns and readouts over several streams, with frames that the device dropped', async () => {
    const { device, bench, sink } = await recorded();
    for (const dropped of [0, 1, 7, 19, 20, 33]) bench.dropped.add(dropped);
    await all(device.stream(benchPatterns(20)));
    await device.configure({ exposureTicks: 3_000 });
    const batch = [...benchPatterns(20, 20)];
    const { readouts, pixels } = await device.project(ndarray(new Uint8Array(Buffer.concat(batch)), [20, 8]));
    expect(readouts).to.have.length(18);
    expect(pixels.shape).to.deep.equal([18, 12]);
    for (const [n, { patternId }] of readouts.entries()) {
      expect(pixels.get(n, 0), `row ${n}`).to.equal([...benchPatterns(40)][patternId]![0]);
    }
    await device.close();
    const index = await indexCapture(memorySource(sink.bytes()));
    const patterns = [...benchPatterns(40)];
    expect(index.frames).to.have.length(34);
    for (const entry of index.frames) expect(entry.patternKey).to.equal(patternKey(patterns[entry.frame]!));
    expect(index.frames.map((f) => f.stream)).to.deep.equal([...Array(16).fill(0), ...Array(18).fill(1)]);
    expect(index.frames.at(-1)!.configurationHash).to.equal('b3000');
    expect(index.configurations.map((c) => c.request?.exposureTicks)).to.deep.equal([undefined, 3_000]);
    expect(index.counters.at(-1)?.counters).to.deep.equal({ frames: 40 });
  });

  it('keeps the patterns of a stream as they were handed over', async () => {
    const { device, sink } = await recorded();
    const one = new Uint8Array(8);
    function* reused(): Generator<Uint8Array> {
      for (let n = 0; n < 5; n++) yield one.fill(n);
    }
    await all(device.stream(reused()));
    await device.close();
    const { frames } = await indexCapture(memorySource(sink.bytes()));
    const expected = [0, 1, 2, 3, 4].map((n) => patternKey(new Uint8Array(8).fill(n)));
    expect(frames.map((f) => f.patternKey)).to.deep.equal(expected);
  });

  it('is an Observable too, and a stream that is left early is recorded up to there', async () => {
    const { device, sink } = await recorded();
    const seen: number[] = [];
    await new Promise<void>((resolve, reject) => {
      device.stream(benchPatterns(10)).readouts$.subscribe({
        next: (readout) => seen.push(readout.frame),
        error: reject,
        complete: resolve,
      });
    });
    for await (const readout of device.stream(benchPatterns(10))) if (readout.frame === 13) break;
    await device.close();
    expect(seen).to.have.length(10);
    const index = await indexCapture(memorySource(sink.bytes()));
    expect(index.frames.map((f) => f.frame)).to.deep.equal(Array.from({ length: 14 }, (_, i) => i));
  });

  it('ends a batch that is aborted while what stayed of a stopped run is thrown away', async () => {
    const { device } = await recorded();
    await device.stop();
    const pattern = [...benchPatterns(1)][0]!;
    const running = device.project(ndarray(pattern.slice(), [1, pattern.length])).catch((error: unknown) => error);
    await device.abort();
    expect(await running).to.include({ code: 'ABORTED' });
    await device.close();
  });

  it('writes a file in a thread of its own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'opu-record-'));
    try {
      const path = join(folder, 'a.mcap');
      const clock = new VirtualClock();
      const recorder = await openRecorder(path, { clock, provenance: { profile: 'tiny' } });
      const bench = new BenchDevice(clock, { width: 3_000 });
      const device = await recordDevice(bench, recorder);
      const readouts = await all(device.stream(benchPatterns(200)));
      await device.close();
      await device.close();
      expect(bench.closed).to.equal(1);
      const source = await openFileSource(path);
      expect(await verifyCapture(source)).to.deep.include({ ok: true, frames: 200 });
      const reader = new RecordReader(source);
      const index = await indexCapture(source);
      for (const n of [0, 17, 199]) {
        expect(await reader.read(index.frames[n]!)).to.deep.include({ data: readouts[n]!.image.data });
      }
      await source.close();
      readIndependently(readFileSync(path));
      const again = await openRecorder(path, { clock }).catch((error: unknown) => error);
      expect(isOpuError(again, 'INVALID_FILE')).to.equal(true);
      expect((again as Error).message).to.contain('exists already');
      expect(existsSync(join(folder, 'b.mcap'))).to.equal(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
