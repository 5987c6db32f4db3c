import type { Image, PatternBatch, Readout, ReadoutBatch } from '@opu/driver';
import ndarray from 'ndarray';
import { imageBytes, imageOf } from '../format/image.js';

/** Rows of a batch of patterns: views where a row's bytes lie together, copies otherwise. */
export function* rowsOf(patterns: PatternBatch): Generator<Uint8Array> {
  const [count = 0, length = 0] = patterns.shape;
  const [down = 0, right = 0] = patterns.stride;
  for (let n = 0; n < count; n++) {
    const start = patterns.offset + n * down;
    yield right === 1
      ? patterns.data.subarray(start, start + length)
      : Uint8Array.from({ length }, (_, i) => patterns.data[start + i * right]!);
  }
}

/** All readouts of a stream as one batch: pixels of shape [n, height x width]. */
export async function collectBatch(stream: AsyncIterable<Readout>): Promise<ReadoutBatch> {
  const readouts: Omit<Readout, 'image'>[] = [];
  const images: Image[] = [];
  for await (const { image, ...readout } of stream) {
    readouts.push(readout);
    images.push(image);
  }
  const parts = images.map(imageBytes);
  const [first] = parts;
  const pixelsEach = first === undefined ? 0 : first.width * first.height;
  const all = imageOf({
    format: first?.format ?? 'mono8',
    height: images.length,
    width: pixelsEach,
    data: Buffer.concat(parts.map((part) => part.data)),
  });
  return { pixels: ndarray(all.data, [images.length, pixelsEach]) as ReadoutBatch['pixels'], readouts };
}
