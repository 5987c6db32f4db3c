import { OpuError } from '@opu/core';
import { expect } from 'chai';
import ndarray from 'ndarray';
import { lastValueFrom, of, timer, toArray } from 'rxjs';
import { map } from 'rxjs/operators';
import { TestScheduler } from 'rxjs/testing';
import type { Readout } from '../api/opu-device.js';
import { averageReadouts } from './average-readouts.js';
import { batchReadouts } from './batch-readouts.js';
import { boundedConcatMap } from './bounded-concat-map.js';
import { decimate } from './decimate.js';
import { retryLink } from './retry-link.js';

const marbles = (): TestScheduler =>
  new TestScheduler((actual, expected) => {
    expect(actual).to.deep.equal(expected);
  });

const readout = (patternId: number, values: readonly number[]): Readout => ({
  frame: patternId,
  patternId,
  resetTick: 0,
  exposureStartTick: 0,
  exposureTicks: 0,
  referencePhaseRadians: 0,
  droppedBefore: 0,
  saturatedShare: patternId / 100,
  ghostRisk: false,
  image: ndarray(Uint8Array.from(values), [1, values.length]),
});

describe('averageReadouts', () => {
  it('averages groups exactly and leaves an unfinished one out', async () => {
    const source = of(
      readout(0, [1, 2]),
      readout(1, [3, 5]),
      readout(2, [255, 0]),
      readout(3, [0, 255]),
      readout(4, [9, 9]),
    );
    const averaged = await lastValueFrom(source.pipe(averageReadouts(2), toArray()));
    expect(averaged.map((a) => [...a.image.data])).to.deep.equal([
      [2, 3.5],
      [127.5, 127.5],
    ]);
    expect(averaged.map((a) => a.patternIds)).to.deep.equal([
      [0, 1],
      [2, 3],
    ]);
    expect(averaged.map((a) => a.saturatedShare)).to.deep.equal([0.01, 0.03]);
    expect(averaged[0]!.image.shape).to.deep.equal([1, 2]);
  });

  it('refuses a bad count and readouts of different sizes', async () => {
    expect(() => averageReadouts(0)).to.throw('whole number of 1 or more');
    const mixed = of(readout(0, [1, 2]), readout(1, [1, 2, 3])).pipe(averageReadouts(2));
    expect(await lastValueFrom(mixed).catch((e: Error) => e.message)).to.contain('2 and of 3 pixels');
  });
});

describe('decimate', () => {
  it('passes one of three on and counts the others', () => {
    marbles().run(({ hot, expectObservable }) => {
      const source = hot('  abcdefg|');
      const expected = '    a--d--g|';
      const values = {
        a: { value: 'a', skippedBefore: 0 },
        d: { value: 'd', skippedBefore: 2 },
        g: { value: 'g', skippedBefore: 2 },
      };
      expectObservable(source.pipe(decimate(3))).toBe(expected, values);
    });
    expect(() => decimate(1.5)).to.throw('whole number');
  });
});

describe('boundedConcatMap', () => {
  it('works one off at a time and drops the oldest that waits', () => {
    const dropped: number[] = [];
    marbles().run(({ hot, expectObservable }) => {
      const source = hot('  abcd------e|');
      const expected = '    ---a--c--d---(e|)';
      const work = (value: string) => timer(3).pipe(map(() => value));
      const options = { buffer: 2, onDrop: (count: number) => dropped.push(count) };
      expectObservable(source.pipe(boundedConcatMap(work, options))).toBe(expected);
    });
    expect(dropped).to.deep.equal([1]);
  });

  it('drops nothing when the work is done at once, and passes errors on', () => {
    marbles().run(({ hot, expectObservable }) => {
      const source = hot('  abc#');
      expectObservable(source.pipe(boundedConcatMap((v) => of(v), { buffer: 1 }))).toBe('abc#');
    });
    expect(() => boundedConcatMap((v) => of(v), { buffer: 0 })).to.throw('whole number');
  });
});

describe('batchReadouts', () => {
  it('gathers readouts as project gives them, and a smaller batch at the end', async () => {
    const source = of(...[0, 1, 2, 3, 4].map((id) => readout(id, [id, 10 + id])));
    const batches = await lastValueFrom(source.pipe(batchReadouts(2), toArray()));
    expect(batches.map(({ pixels }) => [pixels.shape, [...pixels.data]])).to.deep.equal([
      [
        [2, 2],
        [0, 10, 1, 11],
      ],
      [
        [2, 2],
        [2, 12, 3, 13],
      ],
      [
        [1, 2],
        [4, 14],
      ],
    ]);
    expect(batches.flatMap(({ readouts }) => readouts.map((r) => r.patternId))).to.deep.equal([0, 1, 2, 3, 4]);
    expect(batches[0]!.readouts[0]).to.not.have.property('image');
  });

  it('keeps the kind of pixels, and refuses a bad count and readouts that do not fit together', async () => {
    const wide = (id: number) => ({ ...readout(id, []), image: ndarray(Uint16Array.of(4000), [1, 1]) });
    const [batch] = await lastValueFrom(of(wide(0), wide(1)).pipe(batchReadouts(2), toArray()));
    expect(batch!.pixels.data).to.deep.equal(Uint16Array.of(4000, 4000));
    expect(() => batchReadouts(0)).to.throw('whole number of 1 or more');
    for (const mixed of [of(readout(0, [1, 2]), readout(1, [1])), of(readout(0, [1]), wide(1))]) {
      const error = await lastValueFrom(mixed.pipe(batchReadouts(3))).catch((e: Error) => e.message);
      expect(error).to.contain('do not fit into one batch');
    }
  });

  it('passes errors on and lets its source go', () => {
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const values = { a: readout(0, [1]), b: readout(1, [2]) };
      const source = cold<Readout>('ab#', values);
      expectObservable(source.pipe(batchReadouts(5))).toBe('--#');
      expectSubscriptions(source.subscriptions).toBe('^-!');
    });
  });
});

describe('retryLink', () => {
  const lost = new OpuError('LINK_LOST', 'unplugged');

  it('tries again with growing pauses, starts anew after a value, and gives up with the last error', () => {
    const tries: number[] = [];
    marbles().run(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<string>('-a#', undefined, lost);
      const again = retryLink<string>({ count: 2, delay: 2, onRetry: (_error, attempt) => tries.push(attempt) });
      // A value comes each time, so that every pause is the first.
      expectObservable(source.pipe(again), '^---------!').toBe('-a---a---a');
      expectSubscriptions(source.subscriptions).toBe(['^-!', '----^-!', '--------^-!']);
    });
    expect(tries).to.deep.equal([1, 1]);
    const attempts: number[] = [];
    marbles().run(({ cold, expectObservable }) => {
      const source = cold<string>('#', undefined, lost);
      const again = retryLink<string>({ count: 3, delay: 2, longestDelay: 5, onRetry: (_e, n) => attempts.push(n) });
      expectObservable(source.pipe(again)).toBe('-----------#', undefined, lost);
    });
    expect(attempts).to.deep.equal([1, 2, 3]);
  });

  it('passes on at once what another try cannot mend', () => {
    const refused = new OpuError('CONFIGURATION_REFUSED', 'no');
    marbles().run(({ cold, expectObservable }) => {
      expectObservable(cold('--#', undefined, refused).pipe(retryLink({ count: 9 }))).toBe('--#', undefined, refused);
      const other = new Error('not ours');
      expectObservable(cold('--#', undefined, other).pipe(retryLink({ count: 9 }))).toBe('--#', undefined, other);
    });
    expect(() => retryLink({ count: -1 })).to.throw('whole number of tries');
  });
});
