import { expF32, tanhF32 } from '../math/approximations.js';
import { portableLog } from '../math/portable.js';
import type { Activation } from './activation.js';
import { type Adam, adamParameters, type SgdMomentum } from './optimisers.js';
import type { SoftmaxCrossEntropy } from './softmax.js';

/** The trainer's kernels in plain TypeScript, one number after another, with the same roundings. */
const { fround } = Math;

export function biasActivationReference(x: Float32Array, bias: Float32Array, kind: Activation): void {
  for (let i = 0; i < x.length; i++) {
    const sum = fround(x[i]! + bias[i % bias.length]!);
    x[i] = kind === 'tanh' ? tanhF32(sum) : kind === 'relu' ? Math.max(0, sum) : sum;
  }
}

export function activationBackwardReference(delta: Float32Array, output: Float32Array, kind: Activation): void {
  for (let i = 0; i < delta.length; i++) {
    const y = output[i]!;
    if (kind === 'tanh') delta[i] = delta[i]! * fround(1 - fround(y * y));
    if (kind === 'relu' && !(y > 0)) delta[i] = 0;
  }
}

export function softmaxCrossEntropyReference(of: SoftmaxCrossEntropy): void {
  const rows = of.labels.length;
  const columns = of.logits.length / rows;
  const factor = fround(of.scale);
  for (let row = 0; row < rows; row++) {
    const logits = of.logits.slice(row * columns, (row + 1) * columns);
    const error = of.error.subarray(row * columns, (row + 1) * columns);
    const label = of.labels[row]!;
    if (label < 0 || label >= columns) {
      error.fill(0);
      of.loss[row] = 0;
      continue;
    }
    const greatest = logits.reduce((x, y) => Math.max(x, y));
    let sum = 0;
    for (let j = 0; j < columns; j++) {
      error[j] = expF32(fround(logits[j]! - greatest));
      sum = fround(sum + error[j]!);
    }
    of.loss[row] = portableLog(sum) - fround(logits[label]! - greatest);
    for (let j = 0; j < columns; j++) {
      error[j] = fround(fround(error[j]! / sum) - (j === label ? 1 : 0)) * factor;
    }
  }
}

export function columnSumsReference(x: Float32Array, out: Float32Array, factor = 1): void {
  out.fill(0);
  for (let i = 0; i < x.length; i++) out[i % out.length]! += x[i]!;
  for (let j = 0; j < out.length; j++) out[j]! *= fround(factor);
}

export function sgdMomentumReference(of: SgdMomentum): void {
  const { weights, gradient, velocity } = of;
  const [rate, momentum, decay] = [of.learningRate, of.momentum, of.weightDecay ?? 0].map(fround) as [
    number,
    number,
    number,
  ];
  for (let i = 0; i < weights.length; i++) {
    const g = fround(gradient[i]! + fround(decay * weights[i]!));
    velocity[i] = fround(momentum * velocity[i]!) + g;
    weights[i] = weights[i]! - fround(rate * velocity[i]!);
  }
}

export function adamReference(of: Adam): void {
  const { weights, gradient, first, second } = of;
  const exact = adamParameters(of);
  const p = Object.fromEntries(Object.entries(exact).map(([key, value]) => [key, fround(value)])) as typeof exact;
  for (let i = 0; i < weights.length; i++) {
    const g = fround(gradient[i]! + fround(p.decay * weights[i]!));
    first[i] = fround(p.beta1 * first[i]!) + fround(p.rest1 * g);
    second[i] = fround(p.beta2 * second[i]!) + fround(p.rest2 * fround(g * g));
    const root = fround(fround(fround(Math.sqrt(second[i]!)) * p.correction) + p.epsilon);
    weights[i] = weights[i]! - fround(p.rate * fround(first[i]! / root));
  }
}

export function ternariseReference(x: Float32Array, threshold: number, out: Int8Array): void {
  const bound = fround(threshold);
  for (let i = 0; i < x.length; i++) out[i] = x[i]! > bound ? 1 : x[i]! < -bound ? -1 : 0;
}

export function axpyReference(a: number, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = y[i]! + fround(fround(a) * x[i]!);
}

export function scaleReference(a: number, x: Float32Array): void {
  for (let i = 0; i < x.length; i++) x[i] = fround(a) * x[i]!;
}
