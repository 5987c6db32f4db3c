import { OpuError } from '@opu/core';
import ndarray, { type NdArray } from 'ndarray';
import { Observable, type OperatorFunction } from 'rxjs';
import type { Readout } from '../api/opu-device.js';

/** The mean of readouts that followed each other. */
export interface AveragedReadout {
  /** Mean grey values, shape [height, width]. */
  readonly image: NdArray<Float32Array>;
  readonly patternIds: readonly number[];
  /** Largest share of saturated pixels among the readouts: a mean of clipped pixels is too low. */
  readonly saturatedShare: number;
}

/**
 * Averages every `count` readouts into one, to take the camera's noise down by the square root of `count`. Readouts at the
 * end that do not fill a group are not emitted. Errors with INVALID_ARGUMENT when the region of interest changes in a group.
 */
export function averageReadouts(count: number): OperatorFunction<Readout, AveragedReadout> {
  if (!Number.isInteger(count) || count < 1) {
    throw new OpuError('INVALID_ARGUMENT', `averageReadouts takes a whole number of 1 or more; got ${count}.`);
  }
  return (source) =>
    new Observable((subscriber) => {
      let sums = new Float64Array(0);
      let ids: number[] = [];
      let saturatedShare = 0;
      return source.subscribe({
        next: ({ image, patternId, saturatedShare: share }) => {
          const { data, shape } = image;
          const pixels = shape[0]! * shape[1]!;
          if (ids.length === 0) sums = new Float64Array(pixels);
          else if (pixels !== sums.length) {
            subscriber.error(
              new OpuError(
                'INVALID_ARGUMENT',
                `Readouts of ${sums.length} and of ${pixels} pixels cannot be averaged.`,
              ),
            );
            return;
          }
          for (let i = 0; i < pixels; i++) sums[i]! += data[image.offset + i]!;
          ids.push(patternId);
          saturatedShare = Math.max(saturatedShare, share);
          if (ids.length < count) return;
          const mean = Float32Array.from(sums, (sum) => sum / count);
          const averaged = { image: ndarray(mean, [...shape]), patternIds: ids, saturatedShare };
          ids = [];
          saturatedShare = 0;
          subscriber.next(averaged);
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => subscriber.complete(),
      });
    });
}
