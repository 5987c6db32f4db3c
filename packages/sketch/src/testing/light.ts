import { SeededRandom } from '@opu/compute';
import { openOpu } from '@opu/driver';
import { emulatorScheme } from '@opu/emulator';
import ndarray, { type NdArray } from 'ndarray';
import { openOpticalSketch } from '../sketch/optical-sketch.js';
import type { Sketch } from '../sketch/sketch.js';

/** Runs with a sketch of a small emulated device, camera noise on, and closes it. */
export async function withLight<T>(
  size: { readonly inputs: number; readonly outputs: number; readonly seed?: number },
  work: (sketch: Sketch) => Promise<T>,
): Promise<T> {
  const device = await openOpu(`emulator:tiny?seed=${size.seed ?? 1}`, { schemes: { emulator: emulatorScheme } });
  try {
    return await work(await openOpticalSketch(device, size));
  } finally {
    await device.close();
  }
}

export function normal(rows: number, columns: number, seed: number): NdArray<Float32Array> {
  return ndarray(new SeededRandom(seed, 'matrix').fillNormal(new Float32Array(rows * columns)), [rows, columns]);
}

/** A B^T, plainly. */
export function timesTransposed(a: NdArray<Float32Array>, b: NdArray<Float32Array>): NdArray<Float32Array> {
  const [rows, inner] = a.shape as [number, number];
  const columns = b.shape[0]!;
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      for (let k = 0; k < inner; k++) out[i * columns + j]! += a.get(i, k) * b.get(j, k);
    }
  }
  return ndarray(out, [rows, columns]);
}

/** |A - B|_F / |A|_F. */
export function farness(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [off, size] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    off += (a[i]! - b[i]!) ** 2;
    size += a[i]! ** 2;
  }
  return Math.sqrt(off / size);
}

/** What a promise failed with. */
export async function failure(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  return promise.then(
    () => new Error('nothing failed'),
    (error: Error) => error,
  );
}

/** Largest entry of A - I, A of shape [n, n]. */
export function farthestFromIdentity(a: ArrayLike<number>, n: number): number {
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - (i % (n + 1) === 0 ? 1 : 0)));
  return most;
}
