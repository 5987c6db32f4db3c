import { readFile } from 'node:fs/promises';
import { decodeNpy, type NpyArray, OpuError } from '@opu/core';

/**
 * Reads a matrix (n, features) from a `.npy` file; an array of one dimension is one row.
 * @throws OpuError INVALID_FILE for what is no array of one or two dimensions
 */
export async function readMatrix(path: string): Promise<NpyArray> {
  const array = decodeNpy(await readFile(path), path);
  if (array.shape.length === 2) return array;
  if (array.shape.length === 1) return { ...array, shape: [1, array.shape[0]!] };
  throw new OpuError(
    'INVALID_FILE',
    `${path} has the shape (${array.shape.join(', ')}); a matrix (n, features) is needed, or one row of features.`,
  );
}
