import { OpuError } from '@opu/core';
import { BitPlaneEncoder } from './bit-planes.js';
import type { Encoder, EncoderName } from './encoder.js';
import { BitEncoder, TernaryEncoder } from './ternary.js';

/** @throws INVALID_ARGUMENT for an unknown name or a number of planes that is not 1 to 16 */
export function encoderByName(name: EncoderName): Encoder {
  if (name === 'bits') return new BitEncoder();
  if (name === 'ternary') return new TernaryEncoder();
  const planes = /^bitplanes:(\d+)$/.exec(name)?.[1];
  if (planes !== undefined && Number(planes) >= 1 && Number(planes) <= 16) return new BitPlaneEncoder(Number(planes));
  throw new OpuError(
    'INVALID_ARGUMENT',
    `There is no encoder "${name}"; there are "bits", "ternary" and "bitplanes:p" with p from 1 to 16.`,
  );
}
