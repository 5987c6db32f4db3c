import { expect } from 'chai';
import ndarray from 'ndarray';
import { lastValueFrom, of, timer, toArray } from 'rxjs';
import { map } from 'rxjs/operators';
import { TestScheduler } from 'rxjs/testing';
import type { Readout } from '../device/opu-device.js';
import { averageReadouts } from './average-readouts.js';
import { boundedConcatMap } from './bounded-concat-map.js';
import { decimate } from './decimate.js';

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
