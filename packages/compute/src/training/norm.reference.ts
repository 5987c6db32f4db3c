import type { NormRows } from './norm.js';

const { fround } = Math;

/** `normRows` in plain TypeScript, bit for bit. */
export function normRowsReference(of: NormRows, input: Float32Array, output: Float32Array): void {
  const { gain, bias, normal, inverse, epsilon } = of;
  const width = gain.length;
  for (let row = 0; row < inverse.length; row++) {
    const x = input.subarray(row * width, (row + 1) * width);
    const mean = x.reduce((sum, value) => sum + value, 0) / width;
    const variance = x.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / width;
    const factor = 1 / Math.sqrt(variance + epsilon);
    inverse[row] = factor;
    for (let i = 0; i < width; i++) {
      const value = fround((x[i]! - mean) * factor);
      normal[row * width + i] = value;
      output[row * width + i] = fround(fround(value * gain[i]!) + bias[i]!);
    }
  }
}

/** `normRowsBackward` in plain TypeScript, bit for bit. */
export function normRowsBackwardReference(
  { gain, normal, inverse }: NormRows,
  delta: Float32Array,
  gradients: { readonly input: Float32Array; readonly gain: Float32Array; readonly bias: Float32Array },
): void {
  const width = gain.length;
  gradients.gain.fill(0);
  gradients.bias.fill(0);
  for (let row = 0; row < inverse.length; row++) {
    const start = row * width;
    let sum = 0;
    let product = 0;
    for (let i = 0; i < width; i++) {
      const scaled = fround(delta[start + i]! * gain[i]!);
      sum += scaled;
      product += scaled * normal[start + i]!;
    }
    for (let i = 0; i < width; i++) {
      const slope = delta[start + i]!;
      const value = normal[start + i]!;
      const scaled = fround(slope * gain[i]!);
      gradients.input[start + i] = inverse[row]! * (scaled - sum / width - value * (product / width));
      gradients.gain[i] = fround(gradients.gain[i]! + fround(slope * value));
      gradients.bias[i] = fround(gradients.bias[i]! + slope);
    }
  }
}
