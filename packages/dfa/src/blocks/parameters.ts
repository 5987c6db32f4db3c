import type { ComputePool } from '@opu/compute';
import { seededRandom } from '../random/draws.js';
import type { Parameter } from './block.js';

/** Weights U(-1, 1) / sqrt(fan in), shape [fanIn, fanOut], drawn from (seed, name). */
export function weightParameter(
  pool: ComputePool,
  seed: number,
  name: string,
  fanIn: number,
  fanOut: number,
): Parameter {
  const bound = 1 / Math.sqrt(fanIn);
  const value = pool.float32(fanIn * fanOut);
  seededRandom(seed, `initial/${name}`).fillUniform(value, -bound, bound);
  return { name, shape: [fanIn, fanOut], value, gradient: pool.float32(value.length), decays: true };
}

/** Numbers of one value, shape [length]: biases (0) and gains (1). */
export function vectorParameter(pool: ComputePool, name: string, length: number, initial = 0): Parameter {
  const value = pool.float32(length).fill(initial);
  return { name, shape: [length], value, gradient: pool.float32(length), decays: false };
}
