import { type ComputePool, choleskySolve, sharedComputePool } from '@opu/compute';
import { OpuError } from '@opu/core';
import type { NdArray } from 'ndarray';
import { type Dense, dense, denseOf, multiply, type NumberArray, toNdarray } from '../algebra/dense.js';
import { symmetricEigen } from '../algebra/symmetric-eigen.js';

/** A linear map with an offset, fitted: features to targets. */
export interface LinearModel {
  /** Shape [features, targets]. */
  readonly weights: NdArray<Float32Array>;
  readonly offsets: Float64Array;
  /** @param features shape [count, features] @returns shape [count, targets] */
  predict(features: NdArray<NumberArray>): NdArray<Float32Array>;
}

/**
 * Ridge regression with an offset: minimises |F W + c - T|^2 + alpha |W|^2. It is solved in the smaller of both shapes, samples or
 * features.
 * @param features shape [n, m]
 * @param targets shape [n, k]
 * @param alpha more than 0
 */
export function ridge(features: NdArray<NumberArray>, targets: NdArray<NumberArray>, alpha: number): LinearModel {
  if (!(alpha > 0)) throw new OpuError('INVALID_ARGUMENT', `alpha is ${alpha}; it must be more than 0.`);
  const { f, t, means, targetMeans } = centred(features, targets);
  const isWide = f.columns > f.rows;
  const gram = isWide ? multiply(f, f, { b: true }) : multiply(f, f, { a: true });
  for (let i = 0; i < gram.rows; i++) gram.data[i * gram.rows + i]! += alpha;
  const solved = solve(gram, isWide ? t : multiply(f, t, { a: true }));
  return linearModel(isWide ? multiply(f, solved, { a: true }) : solved, means, targetMeans);
}

/** Mean squared length of a sample's features, their means taken away: what a ridge parameter is measured by. */
export function meanSquaredLength(features: NdArray<NumberArray>): number {
  const f = denseOf(features, 'The features');
  takeMeans(f);
  return f.data.reduce((sum, value) => sum + value * value, 0) / f.rows;
}

/**
 * Least squares of the smallest norm (no ridge): what double descent is about. By the eigenvalues of the smaller Gram matrix;
 * those below `1e-6` of the largest are taken for zero.
 */
export function minimumNorm(features: NdArray<NumberArray>, targets: NdArray<NumberArray>): LinearModel {
  const { f, t, means, targetMeans } = centred(features, targets);
  const isWide = f.columns > f.rows;
  const { values, vectors } = symmetricEigen(isWide ? multiply(f, f, { b: true }) : multiply(f, f, { a: true }));
  const turned = multiply(vectors, isWide ? t : multiply(f, t, { a: true }), { a: true });
  const floor = 1e-6 * values[0]!;
  for (let i = 0; i < turned.data.length; i++) {
    const value = values[Math.floor(i / turned.columns)]!;
    turned.data[i] = value > floor ? turned.data[i]! / value : 0;
  }
  const solved = multiply(vectors, turned);
  return linearModel(isWide ? multiply(f, solved, { a: true }) : solved, means, targetMeans);
}

export interface LogisticOptions {
  /** Weight of |W|^2 / 2; 1e-3 by default. */
  readonly penalty?: number;
  /** Steps of Nesterov's accelerated descent; 300 by default. */
  readonly steps?: number;
}

/**
 * Multinomial logistic regression, by accelerated gradient descent with the step that the largest eigenvalue of the features' Gram
 * matrix allows. `predict` gives logits.
 * @param features shape [n, m]
 * @param labels n whole numbers from 0 to classes - 1
 */
export function logistic(
  features: NdArray<NumberArray>,
  labels: ArrayLike<number>,
  classes: number,
  { penalty = 1e-3, steps = 300 }: LogisticOptions = {},
): LinearModel {
  const hot = oneHot(labels, classes);
  const { f, means } = centred(features, toNdarray(hot));
  const { rows: n, columns: m } = f;
  const step = 1 / (largestEigenvalue(f) / (2 * n) + penalty + 1e-12);
  let weights = dense(m, classes);
  let previous = weights;
  const bias = new Float64Array(classes);
  for (let iteration = 0; iteration < steps; iteration++) {
    const momentum = iteration / (iteration + 3);
    const ahead = dense(
      m,
      classes,
      weights.data.map((w, i) => w + momentum * (w - previous.data[i]!)),
    );
    const error = softmax(multiply(f, ahead), bias);
    for (let i = 0; i < error.data.length; i++) error.data[i]! -= hot.data[i]!;
    const gradient = multiply(f, error, { a: true });
    for (let i = 0; i < error.data.length; i++) bias[i % classes]! -= error.data[i]! / n;
    previous = weights;
    weights = dense(
      m,
      classes,
      ahead.data.map((w, i) => w - step * (gradient.data[i]! / n + penalty * w)),
    );
  }
  return linearModel(weights, means, bias);
}

/** The rows of an identity: target 1 for the label's class. @throws INVALID_ARGUMENT for a label that is none */
export function oneHot(labels: ArrayLike<number>, classes: number, on = 1, off = 0): Dense {
  const out = dense(labels.length, classes, new Float32Array(labels.length * classes).fill(off));
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `Label ${i} is ${label}; there are ${classes} classes, 0 to ${classes - 1}.`,
      );
    }
    out.data[i * classes + label] = on;
  }
  return out;
}

/** Share of rows whose largest number stands at the label. @param scores shape [n, classes] */
export function accuracy(scores: NdArray<Float32Array>, labels: ArrayLike<number>): number {
  const [n, classes] = scores.shape as [number, number];
  let right = 0;
  for (let i = 0; i < n; i++) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (scores.get(i, c) > scores.get(i, best)) best = c;
    if (best === labels[i]) right++;
  }
  return right / n;
}

function centred(features: NdArray<NumberArray>, targets: NdArray<NumberArray>) {
  const [f, t] = [denseOf(features, 'The features'), denseOf(targets, 'The targets')];
  if (f.rows !== t.rows) {
    throw new OpuError('INVALID_ARGUMENT', `There are ${f.rows} rows of features and ${t.rows} of targets.`);
  }
  return { f, t, means: takeMeans(f), targetMeans: takeMeans(t) };
}

/** Takes the mean of each column away, and answers with them. */
export function takeMeans({ rows, columns, data }: Dense): Float64Array {
  const means = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) means[i % columns]! += data[i]! / rows;
  for (let i = 0; i < data.length; i++) data[i]! -= means[i % columns]!;
  return means;
}

function linearModel(weights: Dense, means: Float64Array, targetMeans: Float64Array): LinearModel {
  const offsets = Float64Array.from(targetMeans);
  for (let i = 0; i < weights.data.length; i++) {
    offsets[i % weights.columns]! -= means[Math.floor(i / weights.columns)]! * weights.data[i]!;
  }
  return {
    weights: toNdarray(weights),
    offsets,
    predict(features) {
      const out = multiply(denseOf(features, 'The features'), weights);
      for (let i = 0; i < out.data.length; i++) out.data[i]! += offsets[i % weights.columns]!;
      return toNdarray(out);
    },
  };
}

/** X of `gram X = right`, gram symmetric and positive definite. */
export function solve(gram: Dense, right: Dense, pool: ComputePool = sharedComputePool()): Dense {
  const [a, b] = [pool.float32(gram.data.length), pool.float32(right.data.length)];
  try {
    a.set(gram.data);
    b.set(right.data);
    choleskySolve(pool, a, b, gram.rows, right.columns);
    return dense(right.rows, right.columns, Float32Array.from(b));
  } finally {
    pool.release(a);
    pool.release(b);
  }
}

function softmax(logits: Dense, bias: Float64Array): Dense {
  const k = logits.columns;
  for (let row = 0; row < logits.rows; row++) {
    const values = logits.data.subarray(row * k, (row + 1) * k);
    for (let c = 0; c < k; c++) values[c]! += bias[c]!;
    const largest = Math.max(...values);
    let sum = 0;
    for (let c = 0; c < k; c++) sum += values[c] = Math.exp(values[c]! - largest);
    for (let c = 0; c < k; c++) values[c]! /= sum;
  }
  return logits;
}

/** The largest eigenvalue of F^T F by the power method, rounded up: it is to be a bound. */
function largestEigenvalue(f: Dense): number {
  let vector = dense(f.columns, 1, new Float32Array(f.columns).fill(1 / Math.sqrt(f.columns)));
  let value = 0;
  for (let i = 0; i < 30; i++) {
    const next = multiply(f, multiply(f, vector), { a: true });
    value = Math.sqrt(next.data.reduce((sum, v) => sum + v * v, 0));
    if (value === 0) return 0;
    vector = dense(
      f.columns,
      1,
      next.data.map((v) => v / value),
    );
  }
  return 1.1 * value;
}
