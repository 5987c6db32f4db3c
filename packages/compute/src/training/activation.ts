import { OpuError } from '@opu/core';
import type { ComputePool } from '../pool/compute-pool.js';
import { requireLength, tilesOf, vectorTile } from './vectors.js';

export type Activation = 'identity' | 'tanh' | 'relu';

export const activationNumber = { identity: 0, tanh: 1, relu: 2 } as const satisfies Record<Activation, number>;

/**
 * In place x = f(x + bias) for x of shape [rows, columns] and bias [columns]. tanh is a rational function with a relative
 * error below 4e-7, the same bits on every machine.
 */
export function biasActivation(pool: ComputePool, x: Float32Array, bias: Float32Array, kind: Activation): void {
  const columns = bias.length;
  const rows = columns === 0 ? 0 : x.length / columns;
  if (!Number.isInteger(rows)) {
    throw new OpuError('INVALID_ARGUMENT', `x has ${x.length} numbers; it must be a multiple of bias's ${columns}`);
  }
  const tileRows = Math.max(1, Math.floor(vectorTile / Math.max(1, columns)));
  pool.run(
    'biasActivation',
    Math.ceil(rows / tileRows),
    ...[pool.pointer(x), pool.pointer(bias), rows, columns, activationNumber[kind], tileRows],
  );
}

/** In place delta *= f'(a), where `output` is f(a): 1 - output^2 for tanh, output > 0 for relu. */
export function activationBackward(
  pool: ComputePool,
  delta: Float32Array,
  output: Float32Array,
  kind: Activation,
): void {
  requireLength('output', output, delta.length);
  if (kind === 'identity') return;
  pool.run(
    'activationBackward',
    tilesOf(delta),
    ...[pool.pointer(delta), pool.pointer(output), delta.length, activationNumber[kind], vectorTile],
  );
}
