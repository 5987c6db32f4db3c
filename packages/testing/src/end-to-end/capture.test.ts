import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createReplayDevice, indexCapture, openFileSource, openRecorder, recordDevice } from '@opu/capture';
import { runCli, schemes } from '@opu/cli';
import { mountSerial, mountTcp } from '@opu/device';
import { type OpuDevice, openOpu, type Readout } from '@opu/driver';
import { createEmulatedDevice, RealTimeClock } from '@opu/emulator';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { RecordingTerminal } from '../recording-terminal.js';

/** What a session in a laboratory does: several configurations, a batch and streams. */
async function session(device: OpuDevice): Promise<Readout[]> {
  const readouts: Readout[] = [];
  const patterns = (count: number, seed: number): Uint8Array[] => {
    const { patternBytes } = device.configuration;
    return Array.from({ length: count }, (_, n) =>
      Uint8Array.from(
        { length: patternBytes },
        (_, i) => Math.imul(n * 7919 + i * 104_729 + seed, 2_654_435_761) >>> 24,
      ),
    );
  };
  const keep = async (stream: AsyncIterable<Readout>): Promise<void> => {
    for await (const readout of stream) readouts.push(readout);
  };
  await keep(device.stream(patterns(50, 1)));
  await device.configure({ regionOfInterest: { x: 4, y: 8, width: 16, height: 8 }, bitDepth: 12 });
  await keep(device.stream(patterns(20, 2)));
  await device.configure({ macroPixels: { columns: 8, rows: 8 }, bitDepth: 10 });
  const rows = patterns(30, 3);
  const batch = await device.project(ndarray(new Uint8Array(Buffer.concat(rows)), [30, rows[0]!.length]));
  const pixels = batch.pixels.data;
  for (const [n, facts] of batch.readouts.entries()) {
    readouts.push({ ...facts, image: ndarray(pixels.slice(n * 128, (n + 1) * 128) as Uint16Array, [8, 16]) });
  }
  return readouts;
}

async function use<T>(address: string, work: (device: OpuDevice) => Promise<T>): Promise<T> {
  const device = await openOpu(address, { schemes });
  try {
    return await work(device);
  } finally {
    await device.close();
  }
}

describe('captures, end to end', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'opu-captures-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('a record made over TCP replays in process and over TCP: same bytes, same ticks, as without a recorder', async () => {
    const file = join(folder, 'tcp.mcap');
    const plain = await use('emulator:tiny?seed=7', session);
    const emulated = createEmulatedDevice({ profile: 'tiny', seed: 7 });
    const mount = await mountTcp(emulated, { port: 0 });
    const live = await use(mount.address, async (device) => {
      const recorded = await recordDevice(device, await openRecorder(file));
      const readouts = await session(recorded);
      await recorded.close();
      return readouts;
    });
    await mount.close();
    await emulated.close();
    const images = (readouts: readonly Readout[]): unknown => readouts.map((r) => r.image.data);
    expect(live).to.have.length(100);
    expect(new Set(live.map((r) => r.image.data.constructor.name))).to.deep.equal(
      new Set(['Uint8Array', 'Uint16Array']),
    );
    expect(images(live)).to.deep.equal(images(plain));

    expect(await use(`replay:${file}`, session)).to.deep.equal(live);
    const replay = await createReplayDevice(file);
    const served = await mountTcp(replay, { port: 0 });
    expect(await use(served.address, session)).to.deep.equal(live);
    await served.close();
    await replay.close();
  });

  it('a record made over a serial line replays over TCP, and over a serial line: same bytes, same ticks', async () => {
    const file = join(folder, 'serial.mcap');
    const clock = new RealTimeClock();
    const emulated = createEmulatedDevice({ profile: 'tiny', seed: 7 });
    const line = mountSerial(emulated, { clock });
    const live = await use(line.address, async (device) => {
      const recorded = await recordDevice(device, await openRecorder(file));
      const readouts = await session(recorded);
      await recorded.close();
      return readouts;
    });
    await line.close();
    await emulated.close();
    expect(live).to.have.length(100);

    const overTcp = await createReplayDevice(file);
    const tcp = await mountTcp(overTcp);
    expect(await use(tcp.address, session)).to.deep.equal(live);
    await tcp.close();
    await overTcp.close();
    const overSerial = await createReplayDevice(file);
    const serial = mountSerial(overSerial, { clock });
    expect(await use(serial.address, session)).to.deep.equal(live);
    await serial.close();
    await overSerial.close();
  });

  it('a record of a device that drops frames and tells events replays the drops and holds the events', async () => {
    const file = join(folder, 'drops.mcap');
    const slowLink = createEmulatedDevice({ profile: 'tiny', seed: 7, link: 'serial-12000000' });
    const mount = await mountTcp(slowLink, { port: 0 });
    const run = async (device: OpuDevice): Promise<Readout[]> => {
      await device.configure({ overrun: 'drop' });
      const readouts: Readout[] = [];
      const patterns = Array.from({ length: 57 }, (_, n) => new Uint8Array(128).fill(n + 1));
      for await (const readout of device.stream(patterns)) readouts.push(readout);
      return readouts;
    };
    const live = await use(mount.address, async (device) => {
      const recorded = await recordDevice(device, await openRecorder(file));
      const readouts = await run(recorded);
      await recorded.close();
      return readouts;
    });
    await mount.close();
    await slowLink.close();
    expect(live.length).to.be.within(5, 50);
    expect(live.at(-1)!.patternId, 'patterns at the end are dropped too').to.be.below(56);
    const source = await openFileSource(file);
    const index = await indexCapture(source);
    await source.close();
    expect(index.events.map((event) => event.name)).to.include('overrun');
    expect(index.dropped.length).to.be.at.least(live.reduce((sum, r) => sum + r.droppedBefore, 0));
    const again = await use(`replay:${file}`, run);
    expect(again).to.deep.equal(live);
  });

  it('a record of software triggers replays, triggered on the same ticks: same bytes, same ticks, same edges ignored', async () => {
    const file = join(folder, 'triggers.mcap');
    /** A device that the recorder hands its extras through. */
    type Triggered = OpuDevice & { trigger(): Promise<number>; spend(ticks: number): Promise<number> };
    const run = async (plain: OpuDevice): Promise<unknown[]> => {
      const device = plain as Triggered;
      await device.configure({ trigger: 'software' });
      const patterns = Array.from({ length: 12 }, (_, n) => new Uint8Array(128).fill(17 * n + 1));
      const readouts = device.stream(patterns)[Symbol.asyncIterator]();
      const seen: unknown[] = [];
      let next = readouts.next();
      for (let n = 0; n < 12; n++) {
        await device.spend(20_000 * (n + 1) - (await device.now()));
        seen.push(await device.trigger());
        // The next pattern is not loaded yet.
        seen.push(await device.trigger().catch((error: { code: string }) => error.code));
        const { value } = await next;
        const { image, ...facts } = value as Readout;
        seen.push(facts, image.data);
        next = readouts.next();
      }
      await next;
      seen.push((await device.counters()).get('ignored_triggers'));
      return seen;
    };
    const live = await use('emulator:tiny?seed=7', async (device) => {
      const recorded = await recordDevice(device, await openRecorder(file));
      const seen = await run(recorded);
      await recorded.close();
      return seen;
    });
    expect(
      live.filter((entry) => entry === 'INVALID_STATE'),
      'edges ignored',
    ).to.have.length(12);
    const again = await use(`replay:${file}`, run);
    expect(again).to.deep.equal(live);
  });

  it('a recorded training run replays to the same weights, bit for bit, in a process without an emulator', async function () {
    this.timeout(60_000);
    const file = join(folder, 'training.mcap');
    const config = join(folder, 'small.json');
    writeFileSync(config, JSON.stringify({ trainCount: 320, testCount: 100, hidden: [24, 16], batch: 32, epochs: 2 }));
    const train = (device: string, out: string): string[] => [
      ...['train', '--config', config, '--mode', 'optical', '--json', '--device', device, '--out', join(folder, out)],
    ];
    const weights = (output: string): string => {
      const last = JSON.parse(output.trim().split('\n').at(-1)!);
      return last.summaries[0].weightsHash as string;
    };
    const terminal = new RecordingTerminal();
    const code = await runCli([...train('emulator:tiny?seed=3', 'live'), '--record', file], terminal);
    expect(code, terminal.errors).to.equal(0);

    const noEmulator =
      'export const resolve=(s,c,n)=>{if(s==="@opu/emulator")throw new Error("the emulator was asked for");return n(s,c)}';
    const hook = `import{register}from"node:module";register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(noEmulator)}`)})`;
    const bin = fileURLToPath(new URL('../../../cli/bin/opu.js', import.meta.url));
    const replayed = (device: string, out: string) =>
      spawnSync(
        process.execPath,
        ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, bin, ...train(device, out)],
        { encoding: 'utf8' },
      );
    const child = replayed(`replay:${file}`, 'replayed');
    expect(child.status, child.stderr).to.equal(0);
    expect(weights(child.stdout)).to.equal(weights(terminal.output));
    const control = replayed('emulator:tiny?seed=3', 'control');
    expect(control.stderr).to.contain('the emulator was asked for');
  });
});
