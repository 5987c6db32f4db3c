import { readFile } from 'node:fs/promises';
import { decodeNpy, type NpyArray, OpuError } from '@opu/core';
import type { SketchInput } from '@opu/sketch';
import ndarray, { type NdArray } from 'ndarray';
import { decodeSparseNpz } from './read-npz.js';

/** A matrix from a `.npy` file, or a sparse one from a `.npz` file of scipy. */
export async function readSketchInput(path: string): Promise<SketchInput> {
  const bytes = await readFile(path);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return decodeSparseNpz(bytes, path);
  return matrixOf(decodeNpy(bytes, path), path);
}

/** A dense matrix from a `.npy` file. */
export async function readDense(path: string): Promise<NdArray<Float32Array>> {
  return matrixOf(decodeNpy(await readFile(path), path), path);
}

/** Classes of samples, whole numbers, from a `.npy` file of one dimension. */
export async function readLabels(path: string): Promise<Int32Array> {
  const { shape, data } = decodeNpy(await readFile(path), path);
  const labels = Int32Array.from(data, Number);
  const wrong = labels.findIndex((label, i) => label < 0 || label !== Number(data[i]));
  if (shape.length !== 1 || wrong >= 0) {
    const found = wrong >= 0 ? `it has ${data[wrong]} at ${wrong}` : `its shape is (${shape.join(', ')})`;
    throw new OpuError('INVALID_FILE', `${path} must be a row of classes, whole numbers from 0 on; ${found}.`);
  }
  return labels;
}

function matrixOf({ type, shape, data }: NpyArray, path: string): NdArray<Float32Array> {
  if (type === 'complex64') {
    throw new OpuError(
      'INVALID_FILE',
      `${path} is complex64; sketch its real and its imaginary part one after the other.`,
    );
  }
  if (shape.length !== 2 || shape.includes(0)) {
    throw new OpuError(
      'INVALID_FILE',
      `${path} has the shape (${shape.join(', ')}); a matrix of rows and columns is needed.`,
    );
  }
  return ndarray(data instanceof Float32Array ? data : Float32Array.from(data, Number), [...shape]);
}

/** Shape of an input, dense or sparse. */
export function sizeOf(input: SketchInput): readonly [rows: number, columns: number] {
  return 'indptr' in input ? [input.rows, input.columns] : (input.shape as [number, number]);
}
