import { portablePower } from '../math/portable.js';
import type { ComputePool } from '../pool/compute-pool.js';
import { requireLength, tilesOf, vectorTile } from './vectors.js';

export interface SgdMomentum {
  readonly weights: Float32Array;
  readonly gradient: Float32Array;
  readonly velocity: Float32Array;
  readonly learningRate: number;
  readonly momentum: number;
  /** L2 penalty added to the gradient; default 0. */
  readonly weightDecay?: number;
}

/** velocity = momentum velocity + gradient + weightDecay weights; weights -= learningRate velocity. In place. */
export function sgdMomentum(pool: ComputePool, of: SgdMomentum): void {
  const { weights, gradient, velocity } = of;
  requireLength('gradient', gradient, weights.length);
  requireLength('velocity', velocity, weights.length);
  pool.run(
    'sgdMomentum',
    tilesOf(weights),
    ...[pool.pointer(weights), pool.pointer(gradient), pool.pointer(velocity), weights.length],
    ...[of.learningRate, of.momentum, of.weightDecay ?? 0, vectorTile],
  );
}

export interface Adam {
  readonly weights: Float32Array;
  readonly gradient: Float32Array;
  /** Running means of the gradient and of its square, zero before the first step. */
  readonly first: Float32Array;
  readonly second: Float32Array;
  /** Number of this step, from 1. */
  readonly step: number;
  readonly learningRate: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** L2 penalty added to the gradient; default 0. */
  readonly weightDecay?: number;
}

/** Adam with bias correction (Kingma and Ba 2015, arXiv 1412.6980), betas 0.9 and 0.999, epsilon 1e-8. In place. */
export function adam(pool: ComputePool, of: Adam): void {
  const { weights, gradient, first, second } = of;
  requireLength('gradient', gradient, weights.length);
  requireLength('first', first, weights.length);
  requireLength('second', second, weights.length);
  const p = adamParameters(of);
  pool.run(
    'adam',
    tilesOf(weights),
    ...[pool.pointer(weights), pool.pointer(gradient), pool.pointer(first), pool.pointer(second), weights.length],
    ...[p.rate, p.beta1, p.beta2, p.rest1, p.rest2, p.correction, p.epsilon, p.decay, vectorTile],
  );
}

/** The step's numbers with the bias corrections folded in, as the kernel takes them (rounded to f32 there). */
export function adamParameters(of: Adam) {
  const beta1 = of.beta1 ?? 0.9;
  const beta2 = of.beta2 ?? 0.999;
  return {
    rate: of.learningRate / (1 - portablePower(beta1, of.step)),
    beta1,
    beta2,
    rest1: 1 - beta1,
    rest2: 1 - beta2,
    correction: Math.sqrt(1 / (1 - portablePower(beta2, of.step))),
    epsilon: of.epsilon ?? 1e-8,
    decay: of.weightDecay ?? 0,
  };
}
