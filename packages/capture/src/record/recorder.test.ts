import { OpuError, VirtualClock } from '@opu/core';
import { expect } from 'chai';
import { memorySource } from '../read/byte-source.js';
import { indexCapture } from '../read/capture-index.js';
import { recoverTo } from '../read/recover.js';
import { verifyCapture } from '../read/verify.js';
import { inlineEngine } from '../testing/inline-engine.js';
import { type MemorySink, memorySink, sampleReadout, sampleRecords } from '../testing/sample.js';
import { loadCompression } from '../write/compression.js';
import { Recorder } from './recorder.js';

describe('Recorder', () => {
  before(loadCompression);

  it('writes everything, and totals and provenance beside it', async () => {
    const sink = memorySink();
    const recorder = new Recorder(inlineEngine(sink), { clock: new VirtualClock(), provenance: { seed: '7' } });
    for (const record of sampleRecords(40)) recorder.write(record);
    const statistics = await recorder.close();
    expect(statistics).to.deep.include({ frames: 40, patterns: 40, framesNotRecorded: 0, queuedFrames: 0 });
    expect(statistics.fileBytes).to.equal(sink.bytes().length);
    expect((await verifyCapture(memorySource(sink.bytes()))).ok).to.equal(true);
    const index = await indexCapture(memorySource(sink.bytes()));
    expect(index.frames).to.have.length(40);
    expect(index.metadata.get('opu.provenance')?.get('seed')).to.equal('7');
    expect(Object.fromEntries(index.metadata.get('opu.totals')!)).to.deep.equal({
      frames: '40',
      patterns: '40',
      framesNotRecorded: '0',
    });
  });

  it('hold: lets at most limitFrames frames wait, and says when there is room again', async () => {
    const engine = inlineEngine(memorySink(), { slow: true });
    const recorder = new Recorder(engine, { clock: new VirtualClock(), limitFrames: 20 });
    let frames = 0;
    let room = recorder.admit();
    for (; room === undefined; room = recorder.admit()) recorder.write(sampleReadout(frames++));
    expect(frames).to.equal(20);
    engine.work();
    await room;
    expect(recorder.admit()).to.equal(undefined);
    expect(recorder.statistics).to.deep.include({ holds: 1, mostQueuedFrames: 20 });
    engine.setSlow(false);
    await recorder.close();
  });

  it('drop: counts what it leaves out and writes the count where the gap is', async () => {
    const sink = memorySink();
    const engine = inlineEngine(sink, { slow: true });
    const recorder = new Recorder(engine, { clock: new VirtualClock(), limitFrames: 20, policy: 'drop' });
    let next = 0;
    const offer = (count: number): void => {
      for (let n = 0; n < count; n++, next++) {
        if (recorder.admit() === undefined) recorder.write(sampleReadout(next));
        else recorder.skip(sampleReadout(next).exposureStartTick);
      }
    };
    offer(50);
    engine.work();
    offer(10);
    engine.setSlow(false);
    const statistics = await recorder.close();
    expect(statistics).to.deep.include({ frames: 30, framesNotRecorded: 30 });
    const index = await indexCapture(memorySource(sink.bytes()));
    expect(index.frames.map((f) => f.frame)).to.deep.equal([
      ...Array.from({ length: 20 }, (_, i) => i),
      ...Array.from({ length: 10 }, (_, i) => 50 + i),
    ]);
    expect(index.framesNotRecorded).to.equal(30);
    expect(index.metadata.get('opu.totals')?.get('framesNotRecorded')).to.equal('30');
  });

  it('has no record older than half a second of the clock that is not safe', () => {
    const clock = new VirtualClock();
    const recorder = new Recorder(inlineEngine(memorySink()), { clock });
    for (let n = 0; n < 6; n++) {
      recorder.write(sampleReadout(n));
      clock.runUntil(clock.now() + 10_000_000);
    }
    expect(recorder.safeFrames).to.equal(5);
    clock.runUntil(clock.now() + 50_000_000);
    expect(recorder.safeFrames).to.equal(6);
  });

  it('counts nothing as safe before the disk has said so, and lets one sync cover what was written before it', async () => {
    const pending: (() => void)[] = [];
    const disk: MemorySink = { ...memorySink(), sync: (done) => void pending.push(() => done()) };
    const recorder = new Recorder(inlineEngine(disk), { clock: new VirtualClock() });
    for (let n = 0; n < 48; n++) recorder.write(sampleReadout(n));
    recorder.flush();
    expect(recorder.safeFrames).to.equal(0);
    expect(pending).to.have.length(1);
    pending.shift()!();
    expect(recorder.safeFrames).to.equal(16);
    pending.shift()!();
    expect(recorder.safeFrames).to.equal(48);
    const closed = recorder.close();
    pending.shift()!();
    expect((await closed).frames).to.equal(48);
  });

  it('has at most 64 frames that are not safe when every frame is admitted, at any moment', () => {
    const engine = inlineEngine(memorySink(), { slow: true });
    const recorder = new Recorder(engine, { clock: new VirtualClock() });
    let written = 0;
    for (let n = 0; n < 5_000; n++) {
      if (recorder.admit() === undefined) recorder.write(sampleReadout(written++));
      else engine.work(1 + (n % 3));
      expect(written - recorder.safeFrames).to.be.at.most(64);
    }
    expect(written).to.be.greaterThan(1_000);
  });

  describe('on a disk that fills up', () => {
    function diskOf(bytes: number): MemorySink {
      const sink = memorySink();
      let left = bytes;
      return {
        ...sink,
        write(pieces) {
          const data = Buffer.concat(pieces as Uint8Array[]);
          sink.write([data.subarray(0, Math.max(0, left))]);
          left -= data.length;
          if (left < 0) throw new OpuError('INVALID_FILE', 'Cannot use the file x.mcap: The disk is full.');
        },
      };
    }

    it('hold: the stream fails, close says how many frames are safe, and recover finds exactly those', async () => {
      for (const size of [6_000, 9_001, 12_345, 20_000]) {
        const disk = diskOf(size);
        const recorder = new Recorder(inlineEngine(disk), { clock: new VirtualClock() });
        const error = (() => {
          try {
            for (let n = 0; n < 1_000; n++) {
              if (recorder.admit() === undefined) recorder.write(sampleReadout(n));
            }
          } catch (thrown) {
            return thrown as OpuError;
          }
          return undefined;
        })();
        expect(error?.code).to.equal('INVALID_FILE');
        expect(error?.message).to.match(/^Recording stopped: .*disk is full.* \d+ frames are safe/);
        expect(await recorder.close().catch((thrown) => thrown)).to.equal(error);
        const safe = error!.details.framesSafe;
        expect(error!.details.framesLost).to.be.at.most(64);
        const recovered = await recoverTo(memorySource(disk.bytes()), memorySink()).catch(() => ({ frames: 0 }));
        expect(recovered.frames).to.equal(safe);
      }
    });

    it('drop: the stream goes on, and the frames that are not in the file are counted', async () => {
      const recorder = new Recorder(inlineEngine(diskOf(9_000)), { clock: new VirtualClock(), policy: 'drop' });
      for (let n = 0; n < 500; n++) {
        if (recorder.admit() === undefined) recorder.write(sampleReadout(n));
        else recorder.skip(0);
      }
      const failure = await recorder.close().catch((thrown) => thrown as OpuError);
      expect(failure).to.be.instanceOf(OpuError);
      const { framesNotRecorded } = recorder.statistics;
      expect(framesNotRecorded).to.equal(500 - recorder.safeFrames);
    });
  });
});
