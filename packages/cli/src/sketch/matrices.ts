import { OpuError } from '@opu/core';
import { compressedProduct, exactProduct, exactSingularValues, randomizedSvd, type SketchInput } from '@opu/sketch';
import type { NdArray } from 'ndarray';
import { readSketchInput, sizeOf } from './input.js';
import { positiveNumber, wholeNumber } from './options.js';
import { points } from './report.js';
import type { SketchTask } from './task.js';

const npy = (matrix: NdArray<Float32Array>) => ({ type: 'float32', shape: matrix.shape, data: matrix.data }) as const;

/** Singular values and vectors; the estimate is the error of the approximation, `exact` the best that the rank allows. */
export const svdTask: SketchTask = async ({ flags, signal, openSketch, tell }) => {
  const matrix = await readSketchInput(flags.in);
  const [rows, columns] = sizeOf(matrix);
  const most = Math.min(rows, columns);
  const rank = wholeNumber('--rank', flags.rank, 1);
  const outputs = wholeNumber('--sketch', flags.sketch, 1) ?? Math.min(most, (rank ?? Math.min(50, most)) + 10);
  const power = wholeNumber('--power', flags.power, 0) ?? 0;
  const tolerance = positiveNumber('--tolerance', flags.tolerance);
  const sketch = await openSketch({ inputs: columns, outputs });
  const found = await randomizedSvd(matrix, sketch, {
    signal,
    power,
    ...(rank === undefined ? {} : { rank }),
    ...(tolerance === undefined ? {} : { tolerance }),
  });
  const kept = found.singularValues.length;
  const spectrum = [{ name: 'found', colour: 0, points: points(found.singularValues.map(Math.log10)) }];
  let exact: number | undefined;
  if (flags.exact) {
    tell('computing the exact decomposition');
    const values = exactSingularValues(matrix);
    const square = (list: Float64Array) => list.reduce((sum, value) => sum + value * value, 0);
    exact = Math.sqrt(square(values.slice(kept)) / square(values));
    spectrum.push({ name: 'exact', colour: 1, points: points(values.map(Math.log10)) });
  }
  return {
    estimate: found.relativeError,
    // The host has the matrix: the error is computed, not estimated.
    standardError: 0,
    exact,
    spent: sketch.spent,
    notes: found.notes,
    arrays: { u: npy(found.u), s: { type: 'float64', shape: [kept], data: found.singularValues }, vt: npy(found.vt) },
    more: { rank: kept, rangeError: found.rangeError },
    charts: [
      {
        title: 'Spectrum',
        xLabel: 'number',
        yLabel: 'singular value',
        series: spectrum,
        format: (y) => (10 ** y).toPrecision(2),
      },
    ],
  };
};

/** A^T B; the estimate is the relative error that the sketch's size lets expect, `exact` the one that it has. */
export const productTask: SketchTask = async ({ flags, signal, openSketch, tell }) => {
  if (flags.with === undefined) {
    throw new OpuError('INVALID_ARGUMENT', 'product computes A^T B: give B with --with B.npy.');
  }
  const [a, b] = [await readSketchInput(flags.in), await readSketchInput(flags.with)];
  const [rows] = sizeOf(a);
  const outputs = wholeNumber('--sketch', flags.sketch, 1) ?? Math.min(1000, rows);
  const sketch = await openSketch({ inputs: rows, outputs });
  const found = await compressedProduct(a, b, sketch, { signal });
  let exact: number | undefined;
  const [expected, measured]: [number[][], number[][]] = [[], []];
  if (flags.exact) {
    tell('computing the exact product, and sketched ones of fewer rows');
    const truth = exactProduct(a, b);
    for (const count of [...new Set([8, 4, 2].map((share) => Math.ceil(outputs / share)))].filter((n) => n < outputs)) {
      const fewer = await compressedProduct(a, b, sketch.block(0, count), { signal });
      expected.push([count, fewer.relativeError]);
      measured.push([count, errorOf(fewer.product, truth, a, b)]);
    }
    exact = errorOf(found.product, truth, a, b);
    measured.push([outputs, exact]);
  }
  expected.push([outputs, found.relativeError]);
  const logarithms = (list: number[][]) => list.map(([m, error]) => [Math.log2(m!), Math.log10(error!)] as const);
  return {
    estimate: found.relativeError,
    standardError: 0,
    exact,
    spent: sketch.spent,
    notes: found.notes,
    arrays: { product: npy(found.product) },
    charts: [
      {
        title: 'Error against m, relative to |A| |B|',
        xLabel: 'rows of the sketch',
        yLabel: 'error',
        series: [
          { name: 'expected', colour: 0, dashed: true, points: logarithms(expected) },
          { name: 'measured', colour: 1, points: logarithms(measured) },
        ],
        dots: true,
        xFormat: (x) => String(Math.round(2 ** x)),
        format: (y) => (10 ** y).toPrecision(2),
      },
    ],
  };
};

function errorOf(product: NdArray<Float32Array>, truth: NdArray<Float32Array>, a: SketchInput, b: SketchInput): number {
  const off = product.data.map((value, i) => value - truth.data[i]!);
  const norm = ({ data }: SketchInput | { data: Float32Array }) => {
    let sum = 0;
    for (let i = 0; i < data.length; i++) sum += data[i]! ** 2;
    return Math.sqrt(sum);
  };
  return norm({ data: off }) / (norm(a) * norm(b));
}
