import { OpuError } from '@opu/core';
import { pixelFormat } from '@opu/protocol';
import type { BitDepth } from '../api/opu-device.js';

export type PixelArray = Uint8Array | Uint16Array | Float32Array;

/** Memory for pixels of a bit depth: one element a pixel. */
export function allocatePixels(depth: BitDepth, count: number): PixelArray {
  if (depth === 8) return new Uint8Array(count);
  return depth === 32 ? new Float32Array(count) : new Uint16Array(count);
}

/**
 * Puts the pixels of one or more images, as they come over the wire, into `target` from `at` on.
 * @param data images one after the other, `imageBytes` each
 * @param pixels of one image
 */
export function decodePixels(
  format: number,
  data: Uint8Array,
  imageBytes: number,
  pixels: number,
  images: number,
  target: PixelArray,
  at: number,
): void {
  switch (format) {
    case pixelFormat.MONO8:
      if (imageBytes === pixels) target.set(data.subarray(0, images * pixels), at);
      break;
    case pixelFormat.MONO10_PACKED:
    case pixelFormat.MONO12_PACKED: {
      const bits = format === pixelFormat.MONO10_PACKED ? 10 : 12;
      for (let i = 0; i < images; i++) unpack(bits, data, i * imageBytes, pixels, target, at + i * pixels);
      break;
    }
    case pixelFormat.MONO16:
    case pixelFormat.FLOAT32: {
      // Little-endian on the wire as on every machine that runs this; only the alignment differs.
      const bytes = new Uint8Array(target.buffer, target.byteOffset + at * target.BYTES_PER_ELEMENT);
      bytes.set(data.subarray(0, images * imageBytes));
      break;
    }
    default:
      throw new OpuError('PROTOCOL_VIOLATION', `A readout has pixel format ${format}; 0 to 4 are known.`);
  }
}

/** Pixels of 10 or 12 bits without gaps, least significant bit first. */
function unpack(bits: 10 | 12, data: Uint8Array, from: number, pixels: number, target: PixelArray, at: number): void {
  const mask = (1 << bits) - 1;
  let held = 0;
  let count = 0;
  let read = from;
  for (let i = 0; i < pixels; i++) {
    while (count < bits) {
      held |= data[read++]! << count;
      count += 8;
    }
    target[at + i] = held & mask;
    held >>>= bits;
    count -= bits;
  }
}
