import { pixelFormat, pixelFormatBit } from '@opu/protocol';

/** Bits of a pixel; 32 is intensity as a float. */
export type BitDepth = 8 | 10 | 12 | 32;

const formats: readonly { readonly bits: BitDepth; readonly format: number; readonly bit: number }[] = [
  { bits: 8, format: pixelFormat.MONO8, bit: pixelFormatBit.MONO8 },
  { bits: 10, format: pixelFormat.MONO10_PACKED, bit: pixelFormatBit.MONO10_PACKED },
  { bits: 12, format: pixelFormat.MONO12_PACKED, bit: pixelFormatBit.MONO12_PACKED },
  { bits: 32, format: pixelFormat.FLOAT32, bit: pixelFormatBit.FLOAT32 },
];

/** The pixel format of a bit depth on the wire. */
export function formatOfDepth(depth: BitDepth): number {
  return formats.find(({ bits }) => bits === depth)!.format;
}

/** Nothing for a format that no device in software offers. */
export function depthOfFormat(format: number): BitDepth | undefined {
  return formats.find((entry) => entry.format === format)?.bits;
}

/** What DESCRIBE_REPLY says of the bit depths that a device offers. */
export function pixelFormatBits(depths: readonly BitDepth[]): number {
  return formats.reduce((all, { bits, bit }) => (depths.includes(bits) ? all | bit : all), 0);
}

/** Bytes of an image of `pixels` pixels with `bits` bits each, packed without gaps; the last byte is filled with zeros. */
export function packedBytes(pixels: number, bits: number): number {
  return Math.ceil((pixels * bits) / 8);
}

/** Bytes of an image on the wire. */
export function imageBytesOf(values: {
  readonly regionWidth: number;
  readonly regionHeight: number;
  readonly pixelFormat: number;
}): number {
  return packedBytes(values.regionWidth * values.regionHeight, depthOfFormat(values.pixelFormat) ?? 8);
}
