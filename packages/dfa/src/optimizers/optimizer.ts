import { adam, type ComputePool, sgdMomentum } from '@opu/compute';
import type { Parameter } from '../blocks/block.js';
import type { NamedTensor } from '../tensors/safetensors.js';

export interface SgdOptions {
  readonly kind: 'sgd';
  readonly learningRate: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

export interface AdamOptions {
  readonly kind: 'adam';
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export type OptimizerOptions = SgdOptions | AdamOptions;

/** Turns gradients into new weights, and keeps what it has to remember about each parameter. */
export interface Optimizer {
  /**
   * @param parameters those that the step changes
   * @param step number of the step, from 1
   * @param rateFactor the schedule's factor on the learning rate
   */
  update(parameters: readonly Parameter[], step: number, rateFactor: number): void;
  /** Its memory, for a checkpoint; views, not copies. */
  state(): readonly NamedTensor[];
}

export function createOptimizer(
  pool: ComputePool,
  options: OptimizerOptions,
  parameters: readonly Parameter[],
): Optimizer {
  return options.kind === 'sgd' ? new Sgd(pool, options, parameters) : new Adam(pool, options, parameters);
}

/** One zeroed array a parameter. */
class Memory {
  readonly #name: string;
  readonly #arrays = new Map<string, NamedTensor>();

  constructor(pool: ComputePool, name: string, parameters: readonly Parameter[]) {
    this.#name = name;
    for (const { name: parameter, shape, value } of parameters) {
      this.#arrays.set(parameter, { name: `${this.#name}.${parameter}`, shape, data: pool.float32(value.length) });
    }
  }

  of(parameter: Parameter): Float32Array {
    return this.#arrays.get(parameter.name)!.data;
  }

  tensors(): readonly NamedTensor[] {
    return [...this.#arrays.values()];
  }
}

class Sgd implements Optimizer {
  readonly #pool: ComputePool;
  readonly #options: SgdOptions;
  readonly #velocity: Memory;

  constructor(pool: ComputePool, options: SgdOptions, parameters: readonly Parameter[]) {
    this.#pool = pool;
    this.#options = options;
    this.#velocity = new Memory(pool, 'velocity', parameters);
  }

  update(parameters: readonly Parameter[], _step: number, rateFactor: number): void {
    const { learningRate, momentum, weightDecay } = this.#options;
    for (const parameter of parameters) {
      sgdMomentum(this.#pool, {
        weights: parameter.value,
        gradient: parameter.gradient,
        velocity: this.#velocity.of(parameter),
        learningRate: learningRate * rateFactor,
        momentum,
        weightDecay: parameter.decays ? weightDecay : 0,
      });
    }
  }

  state(): readonly NamedTensor[] {
    return this.#velocity.tensors();
  }
}

class Adam implements Optimizer {
  readonly #pool: ComputePool;
  readonly #options: AdamOptions;
  readonly #first: Memory;
  readonly #second: Memory;

  constructor(pool: ComputePool, options: AdamOptions, parameters: readonly Parameter[]) {
    this.#pool = pool;
    this.#options = options;
    this.#first = new Memory(pool, 'first', parameters);
    this.#second = new Memory(pool, 'second', parameters);
  }

  update(parameters: readonly Parameter[], step: number, rateFactor: number): void {
    const { learningRate, beta1, beta2, epsilon, weightDecay } = this.#options;
    for (const parameter of parameters) {
      adam(this.#pool, {
        weights: parameter.value,
        gradient: parameter.gradient,
        first: this.#first.of(parameter),
        second: this.#second.of(parameter),
        step,
        learningRate: learningRate * rateFactor,
        beta1,
        beta2,
        epsilon,
        weightDecay: parameter.decays ? weightDecay : 0,
      });
    }
  }

  state(): readonly NamedTensor[] {
    return [...this.#first.tensors(), ...this.#second.tensors()];
  }
}
