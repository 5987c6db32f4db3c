import type { NpyArray } from '@opu/core';
import { type EncoderName, OpuError, openLinearProjection, type RemoteDevice } from '@opu/driver';
import ndarray from 'ndarray';
import { type ProjectOptions, parseCount } from './project-options.js';

/** Projects the rows of a matrix linearly: real numbers with `anchor`, complex ones with the other modes. */
export async function projectLinear(
  device: RemoteDevice,
  input: NpyArray,
  options: ProjectOptions,
  signal: AbortSignal,
): Promise<NpyArray> {
  if (options.mode === 'intensity') throw new OpuError('BUG', 'intensity is no linear mode.');
  if (options.packed) throw new OpuError('INVALID_ARGUMENT', '--packed goes with --mode intensity.');
  if (options.roi !== undefined) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `--roi goes with --mode intensity; ${options.mode} takes --outputs n and chooses its pixels.`,
    );
  }
  const [count = 0, inputs = 0] = input.shape;
  const isComplex = options.mode !== 'anchor';
  const { width, height } = device.configuration.regionOfInterest;
  const wanted = options.outputs === undefined ? width * height : parseCount('--outputs', options.outputs);
  const projection = await openLinearProjection(device, {
    mode: options.mode,
    inputs,
    outputs: isComplex ? 2 * wanted : wanted,
    encoder: (options.encoder ?? 'ternary') as EncoderName,
    signal,
    ...(options.layout === undefined ? {} : { layout: options.layout }),
    ...(options.grain === undefined ? {} : { grainPixels: Number(options.grain) }),
  });
  const result = await projection.project(ndarray(valuesOf(input), [count, inputs]), { signal });
  return {
    type: isComplex ? 'complex64' : 'float32',
    shape: [count, wanted],
    data: result.data,
  };
}

function valuesOf(input: NpyArray): Float32Array {
  if (input.type === 'complex64') {
    throw new OpuError(
      'INVALID_ARGUMENT',
      'The input is complex64; project its real and its imaginary part one after the other.',
    );
  }
  return input.data instanceof Float32Array ? input.data : Float32Array.from(input.data, Number);
}
