import { expF32 } from '../math/approximations.js';
import type { AttentionShape } from './attention.js';

const { fround } = Math;

/** Products of one head's columns, summed in four lanes and then the columns that are left. */
function dot(a: Float32Array, b: Float32Array): number {
  const lanes = [0, 0, 0, 0];
  const whole = a.length - (a.length % 4);
  for (let i = 0; i < whole; i++) lanes[i % 4] = fround(lanes[i % 4]! + fround(a[i]! * b[i]!));
  let sum = fround(fround(lanes[0]! + lanes[1]!) + fround(lanes[2]! + lanes[3]!));
  for (let i = whole; i < a.length; i++) sum = fround(sum + fround(a[i]! * b[i]!));
  return sum;
}

function addScaled(a: number, x: Float32Array, y: Float32Array): void {
  for (let i = 0; i < x.length; i++) y[i] = fround(y[i]! + fround(a * x[i]!));
}

/** The rows of one head of one sequence in an array with `parts` times `width` columns; part 0 is Q, 1 is K, 2 is V. */
function headRows(
  { context, width, heads }: AttentionShape,
  data: Float32Array,
  tile: number,
  parts: number,
  part: number,
): Float32Array[] {
  const size = width / heads;
  const first = Math.floor(tile / heads) * context * parts * width + part * width + (tile % heads) * size;
  return Array.from({ length: context }, (_, row) => {
    const start = first + row * parts * width;
    return data.subarray(start, start + size);
  });
}

/** `causalAttention` in plain TypeScript, bit for bit. */
export function causalAttentionReference(
  shape: AttentionShape,
  input: Float32Array,
  weights: Float32Array,
  out: Float32Array,
): void {
  const { context, width, heads } = shape;
  const factor = fround(1 / Math.sqrt(width / heads));
  for (let tile = 0; tile < (out.length / (context * width)) * heads; tile++) {
    const [q, k, v] = [0, 1, 2].map((part) => headRows(shape, input, tile, 3, part)) as [
      Float32Array[],
      Float32Array[],
      Float32Array[],
    ];
    for (const [row, y] of headRows(shape, out, tile, 1, 0).entries()) {
      const start = (tile * context + row) * context;
      const line = weights.subarray(start, start + row + 1);
      for (let i = 0; i <= row; i++) line[i] = dot(q[row]!, k[i]!);
      const greatest = line.reduce((a, b) => Math.max(a, b));
      let sum = 0;
      for (let i = 0; i <= row; i++) {
        line[i] = expF32(fround(factor * fround(line[i]! - greatest)));
        sum = fround(sum + line[i]!);
      }
      y.fill(0);
      for (let i = 0; i <= row; i++) {
        line[i] = fround(line[i]! / sum);
        addScaled(line[i]!, v[i]!, y);
      }
    }
  }
}

/** `causalAttentionBackward` in plain TypeScript, bit for bit. */
export function causalAttentionBackwardReference(
  shape: AttentionShape,
  input: Float32Array,
  weights: Float32Array,
  outGradient: Float32Array,
  gradient: Float32Array,
): void {
  const { context, width, heads } = shape;
  const factor = fround(1 / Math.sqrt(width / heads));
  gradient.fill(0);
  for (let tile = 0; tile < (outGradient.length / (context * width)) * heads; tile++) {
    const [q, k, v] = [0, 1, 2].map((part) => headRows(shape, input, tile, 3, part));
    const [dq, dk, dv] = [0, 1, 2].map((part) => headRows(shape, gradient, tile, 3, part));
    for (const [row, delta] of headRows(shape, outGradient, tile, 1, 0).entries()) {
      const line = weights.subarray((tile * context + row) * context);
      const slopes: number[] = [];
      let sum = 0;
      for (let i = 0; i <= row; i++) {
        slopes[i] = dot(delta, v![i]!);
        sum = fround(sum + fround(line[i]! * slopes[i]!));
        addScaled(line[i]!, delta, dv![i]!);
      }
      for (let i = 0; i <= row; i++) {
        const slope = fround(fround(factor * line[i]!) * fround(slopes[i]! - sum));
        addScaled(slope, k![i]!, dq![row]!);
        addScaled(slope, q![row]!, dk![i]!);
      }
    }
  }
}
