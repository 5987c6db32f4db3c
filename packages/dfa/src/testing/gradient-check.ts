import { type ComputePool, SeededRandom } from '@opu/compute';
import type { Block } from '../blocks/block.js';

export interface GradientErrors {
  /** Largest |numerical - analytical| over the root mean square of the analytical gradient, by array. */
  readonly [array: string]: number;
}

/**
 * Compares a block's backward pass with central differences of `sum(weight . forward(x))`, for every parameter and the
 * input (up to `most` entries of each).
 */
export function gradientErrors(
  pool: ComputePool,
  block: Block,
  input: Float32Array,
  rows: number,
  options: { readonly inputToo?: boolean; readonly step?: number; readonly most?: number } = {},
): GradientErrors {
  const { inputToo = true, step = 1e-2, most = 60 } = options;
  const pass = { rows, training: false, step: 0 };
  const weights = new SeededRandom(5, 'gradient check').fillUniform(pool.float32(rows * block.outputs), -1, 1);
  const objective = (): number => {
    const output = block.forward(input, pass);
    let sum = 0;
    for (let i = 0; i < output.length; i++) sum += weights[i]! * output[i]!;
    return sum;
  };
  objective();
  const gradientIn = pool.float32(weights.length);
  gradientIn.set(weights);
  const inputGradient = block.backward(gradientIn, inputToo)?.slice();
  const checked = block.parameters.map(({ name, value, gradient }) => ({ name, value, gradient: gradient.slice() }));
  if (inputToo) checked.push({ name: 'input', value: input, gradient: inputGradient! });
  const errors: Record<string, number> = {};
  for (const { name, value, gradient } of checked) {
    let squares = 0;
    for (const number of gradient) squares += number * number;
    const size = Math.sqrt(squares / gradient.length);
    const stride = Math.max(1, Math.floor(value.length / most));
    let worst = 0;
    for (let i = 0; i < value.length; i += stride) {
      const kept = value[i]!;
      value[i] = kept + step;
      const up = objective();
      value[i] = kept - step;
      const down = objective();
      value[i] = kept;
      worst = Math.max(worst, Math.abs((up - down) / (2 * step) - gradient[i]!) / size);
    }
    errors[name] = worst;
  }
  return errors;
}

/** Normal random numbers on the pool. */
export function normalInput(pool: ComputePool, length: number, seed = 3): Float32Array {
  return new SeededRandom(seed, 'test input').fillNormal(pool.float32(length));
}
