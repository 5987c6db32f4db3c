import { OpuError } from '@opu/core';
import ndarray from 'ndarray';
import { Observable, type OperatorFunction } from 'rxjs';
import type { Readout, ReadoutBatch } from '../api/opu-device.js';

/**
 * Gathers every `count` readouts into one batch, as `project` gives it: pixels of shape [count, height x width], and the
 * facts of each readout. The last batch may be smaller; its number of rows says so. Errors with INVALID_ARGUMENT when the
 * region of interest or the bit depth changes in a batch.
 */
export function batchReadouts(count: number): OperatorFunction<Readout, ReadoutBatch> {
  if (!Number.isInteger(count) || count < 1) {
    throw new OpuError('INVALID_ARGUMENT', `batchReadouts takes a whole number of 1 or more; got ${count}.`);
  }
  return (source) =>
    new Observable((subscriber) => {
      let waiting: Readout[] = [];
      const emit = (): void => {
        const batch = waiting;
        waiting = [];
        subscriber.next(joined(batch));
      };
      return source.subscribe({
        next: (readout) => {
          const first = waiting[0];
          if (first !== undefined && !fit(first, readout)) {
            const sizes = `${describe(first)} and of ${describe(readout)}`;
            subscriber.error(new OpuError('INVALID_ARGUMENT', `Readouts of ${sizes} do not fit into one batch.`));
            return;
          }
          waiting.push(readout);
          if (waiting.length === count) emit();
        },
        error: (error: unknown) => subscriber.error(error),
        complete: () => {
          if (waiting.length > 0) emit();
          subscriber.complete();
        },
      });
    });
}

const pixelsOf = ({ image }: Readout): number => image.shape[0]! * image.shape[1]!;

const describe = (readout: Readout): string => `${pixelsOf(readout)} pixels (${readout.image.data.constructor.name})`;

function fit(a: Readout, b: Readout): boolean {
  return pixelsOf(a) === pixelsOf(b) && a.image.data.constructor === b.image.data.constructor;
}

function joined(batch: readonly Readout[]): ReadoutBatch {
  const size = pixelsOf(batch[0]!);
  const Pixels = batch[0]!.image.data.constructor as Uint8ArrayConstructor;
  const pixels = new Pixels(batch.length * size);
  const readouts: Omit<Readout, 'image'>[] = [];
  for (const [i, { image, ...facts }] of batch.entries()) {
    pixels.set((image.data as Uint8Array).subarray(image.offset, image.offset + size), i * size);
    readouts.push(facts);
  }
  return { pixels: ndarray(pixels, [batch.length, size]) as ReadoutBatch['pixels'], readouts };
}
