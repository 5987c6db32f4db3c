import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpuError, type OpuError, VirtualClock } from '@opu/core';
import { type OpuDevice, openOpu, type Readout } from '@opu/driver';
import { expect } from 'chai';
import { openRecorder } from '../record/open-recorder.js';
import { recordDevice } from '../record/record-device.js';
import { BenchDevice, benchPatterns } from '../testing/bench-device.js';
import { sampleCapture } from '../testing/sample.js';
import { createReplayDevice } from './replay-device.js';
import { replayScheme } from './replay-scheme.js';

const schemes = { replay: replayScheme };

async function all(readouts: AsyncIterable<Readout>): Promise<Readout[]> {
  const list: Readout[] = [];
  for await (const readout of readouts) list.push(readout);
  return list;
}

async function* slowly(patterns: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const pattern of patterns) yield await Promise.resolve(pattern);
}

async function failure(promise: Promise<unknown>): Promise<OpuError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!isOpuError(error)) throw new Error(`expected an OpuError, got ${error}`);
  return error;
}

describe('replay:', () => {
  let folder: string;
  let path: string;
  let recorded: Readout[];
  const open: OpuDevice[] = [];
  let recordings = 0;

  async function record(name: string, work: (device: OpuDevice, bench: BenchDevice) => Promise<void>): Promise<string> {
    const file = join(folder, name);
    const clock = new VirtualClock();
    const bench = new BenchDevice(clock);
    const device = await recordDevice(bench, await openRecorder(file, { clock }));
    await work(device, bench);
    await device.close();
    return file;
  }

  /** Longer than the 10 ms that readouts wait for each other, so that a host hears of some before all were shown. */
  async function recordLong(): Promise<{ file: string; readouts: Readout[] }> {
    let readouts: Readout[] = [];
    const file = await record(`long-${recordings++}.mcap`, async (device) => {
      readouts = await all(device.stream(benchPatterns(400)));
    });
    return { file, readouts };
  }

  async function replay(query = '', file = path): Promise<OpuDevice> {
    const device = await openOpu(`replay:${file}${query}`, { schemes });
    open.push(device);
    return device;
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'opu-replay-'));
    path = await record('a.mcap', async (device) => {
      recorded = await all(device.stream(benchPatterns(30)));
      await device.configure({ exposureTicks: 3_000 });
      recorded.push(...(await all(device.stream(benchPatterns(10)))));
    });
  });
  afterEach(async () => {
    for (const device of open.splice(0)) await device.close();
  });
  after(() => rmSync(folder, { recursive: true }));

  it('answers the same run with the same readouts: bytes, ids, flags and every tick', async () => {
    const device = await replay();
    const again = await all(device.stream(benchPatterns(30)));
    await device.configure({ exposureTicks: 3_000 });
    again.push(...(await all(device.stream(benchPatterns(10)))));
    expect(again).to.deep.equal(recorded);
    expect(device.identity).to.deep.equal(new BenchDevice(new VirtualClock()).identity);
    expect((await device.counters()).get('frames')).to.equal(40);
  });

  it('answers by content: patterns in any order get their own readouts', async () => {
    const device = await replay();
    const patterns = [...benchPatterns(30)].reverse();
    const readouts = await all(device.stream(patterns));
    expect(readouts.map((r) => r.image.data)).to.deep.equal(
      recorded
        .slice(0, 30)
        .reverse()
        .map((r) => r.image.data),
    );
    const ticks = readouts.map((r) => r.resetTick);
    for (let n = 1; n < ticks.length; n++) expect(ticks[n]! - ticks[n - 1]!).to.be.at.least(10_000);
  });

  it('says which pattern was never recorded, under another configuration only, or too often', async () => {
    const device = await replay();
    const unknown = await failure(all(device.stream([...benchPatterns(3), new Uint8Array(8).fill(0xab)])));
    expect(unknown.code).to.equal('INVALID_ARGUMENT');
    expect(unknown.message).to.match(/Pattern 3 \(SHA-256 [0-9a-f]{64}\) was never recorded in a\.mcap/);
    await all(device.stream(benchPatterns(30)));
    const once = await failure(all(device.stream(benchPatterns(1, 7))));
    expect(once.message).to.match(/was recorded 1 times .* loop=1 starts over/);
    await device.configure({ exposureTicks: 3_000 });
    const other = await failure(all(device.stream(benchPatterns(1, 20))));
    expect(other.message).to.contain('under another configuration');
    expect(await all(device.stream(benchPatterns(10)))).to.have.length(10);
  });

  it('refuses a configuration that was not recorded, and keeps the old one', async () => {
    const device = await replay();
    const error = await failure(device.configure({ exposureTicks: 77 }));
    expect(error.code).to.equal('CONFIGURATION_REFUSED');
    expect(error.message).to.match(/no frames under this configuration; it was recorded under 2/);
    expect(await all(device.stream(benchPatterns(5)))).to.have.length(5);
  });

  it('loop=1 starts over, with time going on', async () => {
    const device = await replay('?loop=1');
    const first = await all(device.stream(benchPatterns(30)));
    const second = await all(device.stream(benchPatterns(30)));
    expect(second.map((r) => r.image.data)).to.deep.equal(first.map((r) => r.image.data));
    expect(second[0]!.resetTick).to.be.above(first[29]!.resetTick);
    expect(second[29]!.resetTick - second[0]!.resetTick).to.equal(first[29]!.resetTick - first[0]!.resetTick);
  });

  it('gives repeats of a pattern in their order, and seeks by frame and by time', async () => {
    const one = [...benchPatterns(1)];
    const file = await record('repeats.mcap', async (device, bench) => {
      for (let n = 1; n <= 6; n++) {
        bench.configuration = { ...bench.configuration, exposureTicks: 1_000 * n };
        await all(device.stream(one));
      }
    });
    const exposures = async (query: string): Promise<number[]> => {
      const device = await replay(query, file);
      const list: number[] = [];
      for (let n = 0; n < 2; n++) list.push(...(await all(device.stream(one))).map((r) => r.exposureTicks));
      return list;
    };
    expect(await exposures('')).to.deep.equal([1_000, 2_000]);
    expect(await exposures('?frame=3')).to.deep.equal([4_000, 5_000]);
    // A frame every 100 microseconds; the exposure of the third begins 317.5 microseconds after the recording.
    expect(await exposures('?time=0.0003')).to.deep.equal([3_000, 4_000]);
    expect((await failure(replay('?frame=9', file))).message).to.contain('frames 0 to 5');
  });

  it('replays what the device dropped: no readout, and the next one says so', async () => {
    let original: Readout[] = [];
    const file = await record('dropped.mcap', async (device, bench) => {
      for (const n of [0, 4, 5, 11]) bench.dropped.add(n);
      await device.configure({ overrun: 'drop' });
      original = await all(device.stream(benchPatterns(15)));
    });
    const device = await replay('', file);
    await device.configure({ overrun: 'drop' });
    expect(await all(device.stream(benchPatterns(15)))).to.deep.equal(original);
    expect(original.map((r) => r.droppedBefore)).to.deep.equal([1, 0, 0, 2, 0, 0, 0, 0, 1, 0, 0]);
  });

  it('stops and aborts between frames, and gives back what was not shown', async () => {
    const { file, readouts: long } = await recordLong();
    const device = await replay('', file);
    const seen: number[] = [];
    for await (const readout of device.stream(benchPatterns(400))) {
      seen.push(readout.frame);
      if (seen.length === 5) break;
    }
    await device.abort();
    const rest = await all(device.stream(benchPatterns(2, 398)));
    expect(rest.map((r) => r.image.data)).to.deep.equal(long.slice(398, 400).map((r) => r.image.data));
  });

  it('paces in real time: the same bytes, no frame closer to the last than recorded, none before its tick', async () => {
    const device = await replay('?clock=realtime');
    const readouts: Readout[] = [];
    for await (const readout of device.stream(benchPatterns(30))) {
      readouts.push(readout);
      expect(await device.now()).to.be.at.least(readout.exposureStartTick + readout.exposureTicks);
    }
    expect(readouts.map((r) => r.image.data)).to.deep.equal(recorded.slice(0, 30).map((r) => r.image.data));
    for (let n = 1; n < 30; n++) {
      expect(readouts[n]!.resetTick - readouts[n - 1]!.resetTick).to.be.at.least(10_000);
    }
  });

  it('answers a host that lets virtual time run freely with the same bytes', async () => {
    const device = await openOpu(`replay:${path}`, { schemes, pacing: 'free' });
    open.push(device);
    const readouts = await all(device.stream(slowly(benchPatterns(30))));
    expect(readouts.map((r) => r.image.data)).to.deep.equal(recorded.slice(0, 30).map((r) => r.image.data));
  });

  it('goes on after a stop with the patterns that were left', async () => {
    const { file, readouts: long } = await recordLong();
    const device = await replay('', file);
    const readouts = device.stream(benchPatterns(400))[Symbol.asyncIterator]();
    await readouts.next();
    const { framesDone } = await device.stop();
    expect(framesDone).to.be.within(1, 399);
    while ((await readouts.next()).done !== true);
    await device.abort();
    const last = await all(device.stream(benchPatterns(1, 399)));
    expect(last[0]!.image.data).to.deep.equal(long[399]!.image.data);
    expect(last[0]!.resetTick).to.equal(long[399]!.resetTick);
  });

  it('reads the packed depths back: 12 bits and float', async () => {
    for (const [n, format] of (['mono16', '32FC1'] as const).entries()) {
      const file = join(folder, `${format}.mcap`);
      const bitDepth = format === 'mono16' ? 12 : 32;
      const pixels =
        format === 'mono16' ? Uint16Array.from({ length: 12 }, (_, i) => i * 341) : new Float32Array(12).fill(0.7);
      writeFileSync(file, await sampleCapture(3, { bitDepth, format, pixels: new Uint8Array(pixels.buffer) }));
      const device = await replay('', file);
      expect(device.configuration.bitDepth).to.equal(bitDepth);
      const [readout] = await all(device.stream([Uint8Array.from({ length: 8 }, (_, i) => (i * 11) & 0xff)]));
      expect(readout!.image.data).to.deep.equal(pixels);
      expect(n).to.be.below(2);
    }
  });

  it('refuses bad addresses and files that hold nothing, in words', async () => {
    for (const [query, part] of [
      ['?clok=virtual', 'clok'],
      ['?clock=fast', 'virtual or realtime'],
      ['?frame=x', 'no whole number'],
      ['?time=1&frame=1', 'exclude'],
    ] as const) {
      const error = await failure(openOpu(`replay:${path}${query}`, { schemes }));
      expect(error.code, query).to.equal('INVALID_ADDRESS');
      expect(error.message).to.contain(part);
    }
    const empty = join(folder, 'empty.mcap');
    writeFileSync(empty, '');
    for (const file of [empty, join(folder, 'none.mcap'), folder]) {
      expect((await failure(openOpu(`replay:${file}`, { schemes }))).code, file).to.equal('INVALID_FILE');
    }
  });

  it('lets go of its hosts with an error when the file is damaged under it', async () => {
    const file = await record('damaged.mcap', async (device) => {
      await all(device.stream(benchPatterns(20)));
    });
    const device = await replay('', file);
    writeFileSync(file, new Uint8Array(1_000));
    const error = await failure(all(device.stream(benchPatterns(20))));
    expect(error.code).to.equal('LINK_LOST');
    expect(error.message).to.contain('cannot come back');
  });

  it('gives back the slots of pattern RAM: 20 streams of 30 patterns through 16 slots', async () => {
    const device = await replay('?loop=1');
    for (let n = 0; n < 20; n++) expect(await all(device.stream(slowly(benchPatterns(30))))).to.have.length(30);
  });

  it('serves a second connection that looks while the first one controls', async () => {
    const device = await createReplayDevice(path);
    const scheme = async () => ({ transport: device.connect() });
    const first = await openOpu('a:', { schemes: { a: scheme } });
    const second = await failure(openOpu('b:', { schemes: { b: scheme } }));
    expect(second.code).to.equal('DEVICE_BUSY');
    await first.close();
    await device.close();
  });
});
