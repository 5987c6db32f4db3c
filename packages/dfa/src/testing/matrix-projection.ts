import { SeededRandom } from '@opu/compute';
import type { LinearProjection } from '@opu/driver';
import ndarray, { type NdArray } from 'ndarray';

/** A linear projection by a matrix in memory: what light does, without a device. For tests. */
export class MatrixProjection implements LinearProjection {
  readonly inputs: number;
  readonly outputs: number;
  readonly framesPerVector = 2;
  readonly framesOnce = 1;
  framesMade = 1;
  readonly matrix: Float32Array;

  constructor(inputs: number, outputs: number, seed = 0) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.matrix = new SeededRandom(seed, 'matrix').fillNormal(new Float32Array(inputs * outputs));
  }

  async project(vectors: NdArray<Int8Array>): Promise<NdArray<Float32Array>> {
    const [rows] = vectors.shape as [number];
    const out = new Float32Array(rows * this.outputs);
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < this.inputs; i++) {
        const value = vectors.get(row, i);
        for (let j = 0; j < this.outputs; j++)
          out[row * this.outputs + j]! += value * this.matrix[i * this.outputs + j]!;
      }
    }
    this.framesMade += rows * this.framesPerVector;
    return ndarray(out, [rows, this.outputs]);
  }
}
