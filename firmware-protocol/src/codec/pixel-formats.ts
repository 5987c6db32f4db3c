import { pixelFormat, pixelFormatBit } from '../generated/enums.js';

/** Bits of a pixel, as a camera offers them; 32 is the float read-out of an ideal emulator. */
export type BitDepth = 8 | 10 | 12 | 32;

/** The format that carries pixels of a depth. */
export const formatOfDepth: Readonly<Record<BitDepth, number>> = {
  8: pixelFormat.MONO8,
  10: pixelFormat.MONO10_PACKED,
  12: pixelFormat.MONO12_PACKED,
  32: pixelFormat.FLOAT32,
};

/** The bit with which a description offers a depth. */
export const formatBitOfDepth: Readonly<Record<BitDepth, number>> = {
  8: pixelFormatBit.MONO8,
  10: pixelFormatBit.MONO10_PACKED,
  12: pixelFormatBit.MONO12_PACKED,
  32: pixelFormatBit.FLOAT32,
};

/** Depth of the pixels that a format carries; 12 for one that is not known, MONO16 among them. */
export function depthOfFormat(format: number): BitDepth {
  switch (format) {
    case pixelFormat.MONO8:
      return 8;
    case pixelFormat.MONO10_PACKED:
      return 10;
    case pixelFormat.FLOAT32:
      return 32;
    default:
      return 12;
  }
}

/** Bytes of one image of so many pixels; NaN for a format that is not known. */
export function imageBytesOf(format: number, pixels: number): number {
  switch (format) {
    case pixelFormat.MONO8:
      return pixels;
    case pixelFormat.MONO10_PACKED:
      return Math.ceil((pixels * 10) / 8);
    case pixelFormat.MONO12_PACKED:
      return Math.ceil((pixels * 12) / 8);
    case pixelFormat.MONO16:
      return pixels * 2;
    case pixelFormat.FLOAT32:
      return pixels * 4;
    default:
      return Number.NaN;
  }
}
