import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '@opu/core';
import type { Readout } from '@opu/driver';
import {
  counterId,
  createConfigure,
  createPatterns,
  createPlaySequence,
  createStoreSequence,
  eventKind,
  ignoredTriggerReason,
  type Message,
  patternEncoding,
  patternFlag,
  resultCode,
  SequenceStepList,
  triggerMode,
  valuesOfField,
} from '@opu/protocol';
import { WireHost } from '@opu/testing/wire/wire-host.js';
import { expect } from 'chai';
import { openRecorder } from '../record/open-recorder.js';
import { recordDevice } from '../record/record-device.js';
import { BenchDevice, benchPatterns } from '../testing/bench-device.js';
import { createReplayDevice, type ReplayDevice } from './replay-device.js';

const FRAMES = 12;
const PATTERNS = [...benchPatterns(FRAMES, 1)];
const joined = (patterns: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(patterns));

function refusal(message: Message, code: keyof typeof resultCode): string {
  if (message.type !== 'REFUSED') throw new Error(`expected REFUSED, got ${message.type}`);
  expect(message.resultCode, message.text).to.equal(resultCode[code]);
  return message.text;
}

describe('replay: at the wire', () => {
  let folder: string;
  let path: string;
  let recorded: Readout[];
  let device: ReplayDevice;
  let host: WireHost;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'opu-replay-wire-'));
    path = join(folder, 'a.mcap');
    const clock = new VirtualClock();
    const bench = await recordDevice(new BenchDevice(clock), await openRecorder(path, { clock }));
    recorded = [];
    for await (const readout of bench.stream(PATTERNS)) recorded.push(readout);
    await bench.configure({ trigger: 'software' });
    for await (const readout of bench.stream(PATTERNS)) recorded.push(readout);
    await bench.close();
  });
  after(() => rmSync(folder, { recursive: true }));
  beforeEach(() => open({}));
  afterEach(close);

  async function open(options: Parameters<typeof createReplayDevice>[1]): Promise<void> {
    device = await createReplayDevice(path, options);
    host = await new WireHost(device.connect()).open();
    await host.control(7);
  }

  async function close(): Promise<void> {
    await host.close();
    await device.close();
  }

  async function reopen(options: Parameters<typeof createReplayDevice>[1]): Promise<void> {
    await close();
    await open(options);
  }

  const imagesOf = (...numbers: number[]): Uint8Array[] => numbers.map((n) => recorded[n]!.image.data as Uint8Array);
  const images = (): Uint8Array[] => host.frames.map((frame) => frame.image);
  const ended = (): Promise<unknown> => host.until(() => host.all('RUN_ENDED')[0]);
  const counter = async (id: number): Promise<number | undefined> => {
    const { counters } = await host.get({ type: 'GET_COUNTERS' }, 'COUNTERS_REPLY');
    return [...counters].find((record) => record.id === id)?.value;
  };
  const spend = (ticks: number): Promise<Message> => host.get({ type: 'SPEND', ticks }, 'DONE');

  it('describes the stages, features and stored sequences of the recorded device', async () => {
    const description = await host.get({ type: 'DESCRIBE' }, 'DESCRIBE_REPLY');
    expect(description).to.deep.include({
      loadTicks: 128,
      loadRowTicks: 16,
      settleTicks: 1_250,
      triggerDelayTicks: 500,
      transferTicks: 100,
      readoutRowTicks: 100,
      refreshTicks: 1,
      sequenceSlots: 4,
      sequencePatterns: 15,
    });
  });

  it('sends each readout when it is read out: exposure, transfer and rows after the reset', async () => {
    const data = PATTERNS[0]!;
    host.send({ ...createPatterns(), count: 1, patternBytes: 8, flags: patternFlag.LAST, data });
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    const { tick } = (await ended()) as { tick: number };
    const { exposureStartTick, exposureTicks } = recorded[0]!;
    expect(tick).to.equal(exposureStartTick + exposureTicks + 100 + 3 * 100);
  });

  it('takes patterns as rows of the one before and as run lengths, and answers them by what they mean', async () => {
    // Patterns 1 and 2 differ in bytes 0 and 4, the first and the fifth row.
    const [one, two] = PATTERNS as [Uint8Array, Uint8Array];
    const next = { patternBytes: 8, count: 1 };
    const rows = { ...next, encoding: patternEncoding.ROWS };
    host.send({ ...createPatterns(), ...next, data: one });
    host.send({
      ...createPatterns(),
      ...rows,
      firstPatternId: 1,
      firstRow: 0,
      rowCount: 5,
      data: two.subarray(0, 5),
    });
    // Pattern 4: bit 5 and bit 37 are on.
    const runs = Uint8Array.of(5, 1, 31, 1, 26);
    host.send({
      ...createPatterns(),
      ...next,
      encoding: patternEncoding.RUN_LENGTH,
      firstPatternId: 2,
      data: runs,
      flags: patternFlag.LAST,
    });
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    await ended();
    expect(images()).to.deep.equal(imagesOf(0, 1, 3));
  });

  it('plays stored sequences in any order, repeats taking the next readout each time', async () => {
    const store = { ...createStoreSequence(), sequenceId: 5, patternBytes: 8 };
    await host.get({ ...store, count: 3, data: joined(PATTERNS.slice(0, 3)) }, 'DONE');
    const steps = SequenceStepList.from([{ index: 2 }, { index: 0 }]);
    const play = { ...createPlaySequence(), sequenceId: 5, firstPatternId: 5_000 };
    const steppedPlay = { ...play, repetitions: 1, steps };
    await host.get(steppedPlay, 'DONE');
    await ended();
    expect(images()).to.deep.equal(imagesOf(2, 0));
    expect(host.frames.map((frame) => frame.patternId)).to.deep.equal([5_000, 5_001]);
    const text = refusal(await host.ask(steppedPlay), 'OUT_OF_RANGE');
    expect(text).to.match(
      /1\. that is played, \(SHA-256 [0-9a-f]{64}\) has 0 readouts left .* 1 are asked for; loop=1/,
    );
    refusal(await host.ask({ ...play, sequenceId: 6 }), 'UNKNOWN_SEQUENCE');
    await host.get({ type: 'ERASE_SEQUENCE', sequenceId: 5 }, 'DONE');
    refusal(await host.ask(play), 'UNKNOWN_SEQUENCE');
  });

  it('plays until it is stopped with loop=1, goes on with what is in RAM, and shares the slots of pattern RAM', async () => {
    await reopen({ loop: true });
    const store = { ...createStoreSequence(), sequenceId: 1, patternBytes: 8 };
    await host.get({ ...store, count: 2, data: joined(PATTERNS.slice(0, 2)) }, 'DONE');
    const tooMany = joined(Array.from({ length: 14 }, () => PATTERNS[0]!));
    refusal(await host.ask({ ...store, sequenceId: 2, count: 14, data: tooMany }), 'NO_ROOM');
    const data = PATTERNS[7]!;
    host.send({ ...createPatterns(), count: 1, patternBytes: 8, flags: patternFlag.LAST, data });
    await host.get({ ...createPlaySequence(), sequenceId: 1, firstPatternId: 100, repetitions: 0 }, 'DONE');
    await host.until(() => (host.frames.length >= 7 ? true : undefined));
    const { framesDone } = await host.get({ type: 'STOP' }, 'RUN_REPORT');
    await host.until(() => (host.frames.length === framesDone ? true : undefined));
    const played = images();
    for (const [n, image] of played.entries()) expect(image, `frame ${n}`).to.deep.equal(imagesOf(n % 2)[0]);
    await host.get({ type: 'START', flags: 0 }, 'DONE');
    await ended();
    expect(images().at(-1)).to.deep.equal(imagesOf(7)[0]);
  });

  it('tells by an event which pattern of an endless sequence ran out of readouts, and waits to be stopped', async () => {
    const store = { ...createStoreSequence(), sequenceId: 1, patternBytes: 8 };
    await host.get({ ...store, count: 2, data: joined(PATTERNS.slice(0, 2)) }, 'DONE');
    await host.get({ ...createPlaySequence(), sequenceId: 1, firstPatternId: 100, repetitions: 0 }, 'DONE');
    const { kind, text } = await host.until(() => host.all('EVENT')[0]);
    expect(kind).to.equal(eventKind.UNDERRUN);
    expect(text).to.match(/Pattern 102 \(SHA-256 .*\) was recorded 1 times in a\.mcap/);
    const { framesDone } = await host.get({ type: 'STOP' }, 'RUN_REPORT');
    expect(framesDone).to.equal(2);
    expect(images()).to.deep.equal(imagesOf(0, 1));
    expect(await counter(counterId.UNDERRUN)).to.equal(1);
  });

  it('stores no pattern that was never recorded, and says which', async () => {
    const data = joined([PATTERNS[0]!, new Uint8Array(8).fill(0xab)]);
    const store = { ...createStoreSequence(), sequenceId: 3, count: 2, patternBytes: 8, data };
    expect(refusal(await host.ask(store), 'OUT_OF_RANGE')).to.match(/Pattern 1 of sequence 3 .* never recorded/);
    refusal(await host.ask({ ...createPlaySequence(), sequenceId: 3 }), 'UNKNOWN_SEQUENCE');
  });

  describe('with software triggers', () => {
    beforeEach(async () => {
      const [bit] = valuesOfField.find(([, names]) => (names as readonly string[]).includes('triggerMode'))!;
      const configure = { ...createConfigure(), fields: bit, triggerMode: triggerMode.SOFTWARE };
      await host.get(configure, 'CONFIGURE_REPLY');
      const data = joined(PATTERNS.slice(0, 4));
      host.send({ ...createPatterns(), count: 4, patternBytes: 8, flags: patternFlag.LAST, data });
    });
    const ignored = async (reason: keyof typeof ignoredTriggerReason): Promise<void> => {
      const reply = await host.ask({ type: 'SOFTWARE_TRIGGER' });
      refusal(reply, 'TRIGGER_IGNORED');
      expect(reply).to.include({ value: ignoredTriggerReason[reason] });
      expect(host.all('EVENT').at(-1)).to.include({
        kind: eventKind.IGNORED_TRIGGER,
        value: ignoredTriggerReason[reason],
      });
    };
    const fire = async (): Promise<number> => (await host.get({ type: 'SOFTWARE_TRIGGER' }, 'DONE')).tick;

    it('shows one pattern on the tick of each edge, with the delays of the recording', async () => {
      await host.get({ type: 'START', flags: 0 }, 'DONE');
      const edges: number[] = [];
      for (const pause of [128, 20_000, 3_750, 50_000]) {
        await spend(pause);
        edges.push(await fire());
      }
      await ended();
      expect(images()).to.deep.equal(imagesOf(12, 13, 14, 15));
      expect(host.frames.map((frame) => frame.resetTick)).to.deep.equal(edges);
      for (const frame of host.frames) expect(frame.exposureStartTick - frame.resetTick).to.equal(1_750);
      expect(host.frames.map((frame) => frame.patternId)).to.deep.equal([0, 1, 2, 3]);
    });

    it('ignores an edge without a run, before the pattern is loaded and too early; counts and tells it', async () => {
      await ignored('NOT_RUNNING');
      await host.get({ type: 'START', flags: 0 }, 'DONE');
      await spend(127);
      await ignored('NOT_LOADED');
      await spend(1);
      await fire();
      // Settling and loading the next pattern take 1 378 ticks, the shortest period is 3 750.
      await spend(1_377);
      await ignored('NOT_LOADED');
      await spend(1);
      await ignored('TOO_EARLY');
      await spend(2_372);
      await fire();
      expect(await counter(counterId.IGNORED_TRIGGERS)).to.equal(4);
      await host.get({ type: 'RESET_COUNTERS' }, 'DONE');
      expect(await counter(counterId.IGNORED_TRIGGERS)).to.equal(0);
    });

    it('keeps patterns at a stop, and shows them on the edges of the next run', async () => {
      await host.get({ type: 'START', flags: 0 }, 'DONE');
      await spend(1_000);
      await fire();
      expect(await host.get({ type: 'STOP' }, 'RUN_REPORT')).to.include({ framesDone: 1 });
      await host.get({ type: 'START', flags: 0 }, 'DONE');
      for (let n = 0; n < 3; n++) {
        await spend(5_000);
        await fire();
      }
      await ended();
      expect(images()).to.deep.equal(imagesOf(12, 13, 14, 15));
    });
  });
});
