import { OpuError } from '@opu/core';
import type { Image } from '@opu/driver';
import ndarray from 'ndarray';
import type { PixelFormat } from './records.js';

/** Bytes of an image, row by row, little-endian: a view where it is stored like that, a copy otherwise. */
export function imageBytes(image: Image): { format: PixelFormat; width: number; height: number; data: Uint8Array } {
  const [height = 0, width = 0] = image.shape;
  const format = formatOf(image.data);
  const whole = image.stride[1] === 1 && (image.stride[0] === width || height <= 1);
  const pixels = whole ? image.data.subarray(image.offset, image.offset + width * height) : gather(image);
  return { format, width, height, data: new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength) };
}

/** The image that `imageBytes` took apart, on memory of its own. */
export function imageOf(record: { format: PixelFormat; width: number; height: number; data: Uint8Array }): Image {
  // Not `slice`: a Buffer's shares memory with others.
  const { buffer } = new Uint8Array(record.data);
  const shape = [record.height, record.width];
  switch (record.format) {
    case 'mono8':
      return ndarray(new Uint8Array(buffer), shape);
    case 'mono16':
      return ndarray(new Uint16Array(buffer), shape);
    case '32FC1':
      return ndarray(new Float32Array(buffer), shape);
  }
}

function formatOf(data: Image['data']): PixelFormat {
  if (data instanceof Uint8Array) return 'mono8';
  if (data instanceof Uint16Array) return 'mono16';
  if (data instanceof Float32Array) return '32FC1';
  throw new OpuError('BUG', 'A readout has pixels that are neither uint8, uint16 nor float32.');
}

function gather(image: Image): Image['data'] {
  const [height = 0, width = 0] = image.shape;
  const [down = 0, right = 0] = image.stride;
  const { data, offset } = image;
  const Pixels = data.constructor as new (length: number) => Image['data'];
  const pixels = new Pixels(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels[i++] = data[offset + y * down + x * right]!;
  }
  return pixels;
}
