import { OpuError } from '@opu/core';
import { requireInteger } from '../checks/require-integer.js';
import { philox4x32 } from '../random/philox.js';
import { streamOf } from '../random/random.js';

/** Figures of a sensor (EMVA 1288), electrons where nothing else is said. README.md beside this file has the model. */
export interface CameraParameters {
  /** Integer in [0, 2^53): fixes the pixels' gains and offsets and every frame's noise. */
  readonly seed: number;
  /** False: no shot noise, no read noise, even pixels. */
  readonly noise: boolean;
  /** Photo-response non-uniformity: standard deviation of the pixels' gains, relative (0.01 is 1 %). */
  readonly prnu: number;
  /** Dark-signal non-uniformity: standard deviation of the pixels' offsets. */
  readonly dsnu: number;
  readonly readNoise: number;
  readonly fullWell: number;
  /** K: grey values an electron. */
  readonly greyPerElectron: number;
  /** Grey value of no electrons. */
  readonly blackLevel: number;
  /** 1 ... 16; up to 8 the read-out is u8, above u16. */
  readonly bitDepth: number;
}

/** What a frame is exposed with. */
export interface FrameExposure {
  /** Number of the frame, integer in [0, 2^53): the noise is drawn by it. */
  readonly frame: number;
  /** Electrons that an intensity of 1 gives over this frame's exposure: flux x exposure x quantum efficiency. */
  readonly electronsPerIntensity: number;
  readonly darkElectrons: number;
  /** Cosine and sine of the reference beam's phase; default 1 and 0. */
  readonly phaseCosine?: number;
  readonly phaseSine?: number;
}

const noiseStream = streamOf('camera noise');
const pixelStream = streamOf('camera pixels');

function keys(seed: number, counter: number, stream: number): Uint32Array {
  const out = new Uint32Array(4);
  philox4x32(counter, Math.floor(counter / 2 ** 32), stream, 0, seed, Math.floor(seed / 2 ** 32), out);
  return out;
}

/** Keys of one frame's noise. */
export const frameKeys = (seed: number, frame: number) => keys(seed, frame, noiseStream);

/** Keys of the pixels' gains and offsets. */
export const pixelKeys = (seed: number) => keys(seed, 0, pixelStream);

/** @throws INVALID_ARGUMENT for figures out of range */
export function checkCamera(parameters: CameraParameters): void {
  requireInteger('seed', parameters.seed, 0, Number.MAX_SAFE_INTEGER);
  requireInteger('bitDepth', parameters.bitDepth, 1, 16);
  for (const name of ['prnu', 'dsnu', 'readNoise', 'fullWell', 'greyPerElectron'] as const) {
    const value = parameters[name];
    if (Number.isFinite(value) && value >= 0) continue;
    throw new OpuError('INVALID_ARGUMENT', `${name} is ${value}; it must be a finite number from 0 on`);
  }
  if (Number.isFinite(parameters.blackLevel)) return;
  throw new OpuError('INVALID_ARGUMENT', `blackLevel is ${parameters.blackLevel}; it must be a finite number`);
}
