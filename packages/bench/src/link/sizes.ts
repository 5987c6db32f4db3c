import type { ConfigurationRequest } from '@opu/driver';
import type { RawExchange } from './exchange.js';

/** What is sent in one round, on which device. */
export interface Size extends RawExchange {
  readonly name: string;
  readonly profile: string;
  readonly configuration: ConfigurationRequest;
}

export const tiny: Size = {
  name: 'tiny, 128 B up, 1 KiB down a frame',
  profile: 'tiny',
  // So many that a machine that was at rest is at its pace for most of a round.
  frames: 16_384,
  configuration: {},
  patternBytes: 128,
  imageBytes: 1024,
  window: 16,
};

export const training: Size = {
  name: 'training, 2 B up, 2 KiB down a frame',
  profile: 'opu-1m-300k',
  frames: 4096,
  configuration: {
    regionOfInterest: { x: 0, y: 0, width: 2048, height: 1 },
    macroPixels: { columns: 4, rows: 4 },
  },
  patternBytes: 2,
  imageBytes: 2048,
  window: 1024,
};

export const full: Size = {
  name: 'opu-1m-300k, 130 kB up, 301 kB down a frame',
  profile: 'opu-1m-300k',
  // So many that filling the link before the first image and emptying it after the last pattern count little.
  frames: 512,
  configuration: {},
  patternBytes: 129_960,
  imageBytes: 301_056,
  window: 1024,
};

/** Large patterns and one line of the sensor: what limits is the way to the device. */
export const upward: Size = {
  name: 'upward, 130 kB up, 2 KiB down a frame',
  profile: 'opu-1m-300k',
  frames: 512,
  configuration: { regionOfInterest: { x: 0, y: 0, width: 2048, height: 1 } },
  patternBytes: 129_960,
  imageBytes: 2048,
  window: 1024,
};

export const sizes = { tiny, training, full } as const;

export function megabytesOf({ frames, patternBytes, imageBytes }: Size): number {
  return (frames * (patternBytes + imageBytes)) / 1e6;
}
