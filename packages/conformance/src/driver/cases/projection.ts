import type { Readout } from '@opu/driver';
import { patternEncoding, readoutFlag } from '@opu/protocol';
import ndarray from 'ndarray';
import { check, informational, same } from '../../runner/case.js';
import { batchOf, brightOnes, type DriverBench } from '../bench/driver-bench.js';
import { casesOf } from '../bench/driver-case.js';

type Facts = Omit<Readout, 'image'>;

const MARKS = [0, 0, 1, 1, 0, 1];

/** Frames, ids and ticks of a run: one frame a pattern, nothing left out. */
export function inOrder(readouts: readonly Facts[], count: number): void {
  same('The number of readouts', readouts.length, count);
  const first = readouts[0]!;
  const all = readouts.map((_, k) => k);
  same(
    'Pattern ids',
    readouts.map((r) => r.patternId - first.patternId),
    all,
  );
  same(
    'Frames',
    readouts.map((r) => r.frame - first.frame),
    all,
  );
}

/** Rows of a batch. */
function rowsOf(
  pixels: { readonly data: ArrayLike<number> & { subarray(a: number, b: number): ArrayLike<number> } },
  n: number,
) {
  const size = pixels.data.length / n;
  return Array.from({ length: n }, (_, k) => pixels.data.subarray(k * size, (k + 1) * size));
}

async function project(bench: DriverBench, count: number) {
  return await bench.within('project', bench.device.project(batchOf(bench.patterns(count))));
}

export const projectionCases = casesOf('projection', [
  [
    'I-04',
    'project',
    'One readout a pattern, in order, frames and ids without a gap; pixels have the shape [n, height x width].',
    'OpuDevice.project.all ReadoutBatch.shape Readout.frame.counts Readout.patternId.known',
    async (bench) => {
      const { device } = bench;
      const count = Math.min(2 * device.limits.patternSlots + 1, 64);
      const { pixels, readouts } = await project(bench, count);
      const { width, height } = device.configuration.regionOfInterest;
      same('The shape', pixels.shape, [count, width * height]);
      inOrder(readouts, count);
    },
  ],
  [
    'I-21',
    'project with dark and bright patterns',
    'The row of a bright pattern is bright, that of a dark one dark.',
    'OpuDevice.project.all PatternBatch.bits',
    async (bench) => {
      const { pixels } = await bench.within('project', bench.device.project(batchOf(bench.marked(MARKS))));
      same('What is bright', brightOnes(rowsOf(pixels, MARKS.length)), MARKS);
    },
  ],
  [
    'I-65',
    'The bits of a batch on the wire',
    'They are those of the batch, in its order, the most significant bit first.',
    'PatternBatch.bits OpuDevice.project.all',
    async (bench) => {
      bench.needWire();
      const patterns = bench.patterns(5);
      await bench.within('project', bench.device.project(batchOf(patterns)));
      const sent = bench.wire.sent.filter((message) => message.type === 'PATTERNS');
      if (sent.some(({ encoding }) => encoding !== patternEncoding.BITS)) informational('The patterns went packed.');
      const bytes = sent.flatMap(({ data }) => Array.from(data));
      same(
        'The bits',
        bytes,
        patterns.flatMap((pattern) => Array.from(pattern)),
      );
    },
  ],
  [
    'I-22',
    'A batch whose rows lie the other way round in memory',
    'Its strides are obeyed: what is bright comes in the order of the rows.',
    'PatternBatch.strides',
    async (bench) => {
      const { data, shape } = batchOf(bench.marked([...MARKS].reverse()));
      const [n, width] = shape as [number, number];
      const reversed = ndarray(data, [n, width], [-width, 1], (n - 1) * width);
      const { pixels } = await bench.within('project', bench.device.project(reversed));
      same('What is bright', brightOnes(rowsOf(pixels, n)), MARKS);
    },
  ],
  [
    'I-23',
    'A batch of patterns that are a byte too long',
    'It rejects with INVALID_ARGUMENT, and the device stays usable.',
    'PatternBatch.refused OpuDevice.blame',
    async (bench) => {
      const width = bench.dark().length + 1;
      const batch = ndarray(new Uint8Array(2 * width), [2, width]);
      const { code } = await bench.rejection('project', bench.device.project(batch));
      same('The code', code, 'INVALID_ARGUMENT');
      await bench.stillWorks();
    },
  ],
  [
    'I-24',
    'A batch without patterns',
    'It resolves with no readouts.',
    'OpuDevice.project.all ReadoutBatch.shape',
    async (bench) => {
      const batch = ndarray(new Uint8Array(), [0, bench.device.configuration.patternBytes]);
      const { pixels, readouts } = await bench.within('project', bench.device.project(batch));
      same('The number of readouts', readouts.length, 0);
      same('The rows', pixels.shape[0], 0);
    },
  ],
  [
    'I-25',
    'Two batches and a stream that are asked for at once',
    'Each gets its own readouts, in the order of asking.',
    'OpuDevice.order-of-asking',
    async (bench) => {
      const { device } = bench;
      const first = device.project(batchOf(bench.marked([1, 0, 0])));
      const second = device.project(batchOf(bench.marked([0, 1, 0, 1])));
      const third = bench.collect(bench.marked([0, 1]));
      const results = await bench.within('all three', Promise.all([first, second, third]));
      const [a, b, c] = results;
      same('What is bright in the first', brightOnes(rowsOf(a.pixels, 3)), [1, 0, 0]);
      same('What is bright in the second', brightOnes(rowsOf(b.pixels, 4)), [0, 1, 0, 1]);
      same('What is bright in the third', brightOnes(c.map((r) => r.image.data)), [0, 1]);
      inOrder([...a.readouts, ...b.readouts, ...c], 9);
    },
  ],
  [
    'I-26',
    'Pixels of a batch while another one is shown',
    'They belong to the caller and do not change.',
    'ReadoutBatch.kept',
    async (bench) => {
      const { pixels } = await bench.within('project', bench.device.project(batchOf(bench.marked(MARKS))));
      const before = Array.from(pixels.data);
      const marks = MARKS.map((mark) => 1 - mark);
      await bench.within('project', bench.device.project(batchOf(bench.marked(marks))));
      check(
        before.every((value, i) => pixels.data[i] === value),
        'The pixels of the first batch changed with the second.',
      );
    },
  ],
  [
    'I-27',
    'Ticks of a batch whose period is an odd number of ticks',
    'Resets lie whole periods apart; exposures begin the same number of ticks after them and last as configured.',
    'Readout.resetTick.exact Readout.exposureStartTick.exact Readout.exposureTicks.configured',
    async (bench) => {
      const { minimumPeriodTicks, exposureTicks } = bench.device.configuration;
      const longer = exposureTicks + 7;
      const { periodTicks } = await bench.configure({
        periodTicks: (2 * minimumPeriodTicks + 1001) | 1,
        exposureTicks: longer,
        trigger: 'internal',
      });
      const { readouts } = await project(bench, 8);
      const first = readouts[0]!;
      for (const r of readouts) {
        check(Number.isInteger(r.resetTick), `A reset tick is ${r.resetTick}.`);
        same('Ticks beyond whole periods', (r.resetTick - first.resetTick) % periodTicks, 0);
        same('From reset to exposure', r.exposureStartTick - r.resetTick, first.exposureStartTick - first.resetTick);
        same('exposureTicks', r.exposureTicks, longer);
      }
      check(first.exposureStartTick >= first.resetTick, 'An exposure starts before its reset.');
    },
  ],
  [
    'I-28',
    'Readouts whose flags the suite sets on their way',
    'A reader gets number, id, ticks, phase, drops, saturation and ghost risk as they stand in the message.',
    'Readout.frame.counts Readout.patternId.known Readout.resetTick.exact Readout.exposureStartTick.exact Readout.droppedBefore.said Readout.saturatedShare.share Readout.ghostRisk.said Readout.referencePhaseRadians.phase ReadoutBatch.largestSaturatedShare.said',
    async (bench) => {
      bench.needWire();
      bench.needFreedom();
      const truth: Record<string, unknown>[] = [];
      const { width, height } = bench.device.configuration.regionOfInterest;
      bench.wire.rewrite = (message) => {
        if (message.type !== 'READOUTS') return message;
        const { frames } = message;
        for (let i = 0; i < frames.count; i++) {
          const k = truth.length;
          const ghostRisk = k % 2 === 1;
          frames.setFlags(i, ghostRisk ? readoutFlag.GHOST_RISK : 0);
          frames.setDroppedBefore(i, k % 3);
          frames.setSaturatedPixels(i, k);
          truth.push({
            frame: frames.frame(i),
            patternId: frames.patternId(i),
            resetTick: frames.resetTick(i),
            exposureStartTick: frames.exposureStartTick(i),
            exposureTicks: frames.exposureTicks(i),
            referencePhaseRadians: frames.referencePhase(i),
            droppedBefore: k % 3,
            saturatedShare: k / (width * height),
            ghostRisk,
          });
        }
        return message;
      };
      const device = await bench.reopen();
      if (bench.wire.heard.length === 0) informational('Nothing came over the wire.');
      const facts = (r: Facts): unknown =>
        Object.fromEntries(Object.keys(truth[0]!).map((n) => [n, r[n as keyof Facts]]));
      const { readouts, largestSaturatedShare } = await bench.within(
        'project',
        device.project(batchOf(bench.patterns(6))),
      );
      if (largestSaturatedShare !== undefined)
        same('largestSaturatedShare', largestSaturatedShare, 5 / (width * height));
      const batch = readouts.map(facts);
      same('The readouts of a batch', batch, truth);
      const streamed: unknown[] = [];
      const read = async (): Promise<void> => {
        for await (const readout of device.stream(bench.patterns(6))) streamed.push(facts(readout));
      };
      await bench.within('the stream', read());
      same('The readouts of a stream', streamed, truth.slice(6));
    },
  ],
  [
    'I-29',
    'The share of saturated pixels',
    'It is from 0 to 1, and above 0 if and only if a pixel has the highest value.',
    'Readout.saturatedShare.share',
    async (bench) => {
      const { device } = bench;
      const { exposureTicks, bitDepth } = device.configuration;
      const longest = Math.min(device.limits.exposureTicks.maximum, exposureTicks * 1000);
      await bench.configure({ exposureTicks: longest, periodTicks: longest * 2 });
      const readouts = await bench.collect([bench.dark(), bench.pattern(0)]);
      const highest = bitDepth === 32 ? Number.POSITIVE_INFINITY : 2 ** bitDepth - 1;
      let seen = false;
      for (const { saturatedShare, image } of readouts) {
        const saturated = (image.data as ArrayLike<number> & { includes(value: number): boolean }).includes(highest);
        check(saturatedShare >= 0 && saturatedShare <= 1, `A share of saturated pixels is ${saturatedShare}.`);
        same('Whether a pixel is saturated', saturatedShare > 0, saturated);
        seen ||= saturated;
      }
      if (!seen) informational('Even the longest exposure that was tried saturates nothing.');
    },
  ],
]);
