import { OpuError } from '@opu/core';
import { accuracy, kernelRidge, meanSquaredLength, minimumNorm, oneHot, opticalKernel, ridge } from '@opu/sketch';
import ndarray, { type NdArray } from 'ndarray';
import { openIntensityFeatures } from './features.js';
import { readDense, readLabels } from './input.js';
import { positiveNumber, type SketchFlags, wholeNumber } from './options.js';
import type { SketchTask } from './task.js';

type Matrix = NdArray<Float32Array>;

interface Samples {
  readonly x: Matrix;
  readonly labels: Int32Array;
}

/** A ridge classifier on optical intensity features; `exact` is that of the optical kernel itself. */
export const ridgeTask: SketchTask = async (context) => {
  const { flags, signal, tell } = context;
  const { train, test, targets, inputs } = await readData(flags);
  const outputs = wholeNumber('--sketch', flags.sketch, 1) ?? 1000;
  const share = positiveNumber('--alpha', flags.alpha) ?? 1e-3;
  const features = await openIntensityFeatures(context, inputs, outputs, [train.x, test.x]);
  tell(`projecting ${train.x.shape[0]} samples to fit`);
  const f = await features.transform(train.x, { signal });
  const model = ridge(f, targets, share * meanSquaredLength(f));
  const scores = model.predict(await features.transform(test.x, { signal }));
  const right = accuracy(scores, test.labels);
  const count = test.labels.length;
  let exact: number | undefined;
  if (flags.exact) {
    tell('solving with the exact kernel');
    const exactModel = kernelRidge(opticalKernel(train.x, train.x), targets, share);
    exact = accuracy(exactModel.predict(opticalKernel(test.x, train.x)), test.labels);
  }
  return {
    estimate: right,
    standardError: Math.sqrt((right * (1 - right)) / count),
    exact,
    spent: features.spent,
    notes: notesOf(flags),
    arrays: {
      weights: { type: 'float32', shape: model.weights.shape, data: model.weights.data },
      offsets: { type: 'float64', shape: [model.offsets.length], data: model.offsets },
      scores: { type: 'float32', shape: scores.shape, data: scores.data },
    },
    charts: [
      {
        title: 'Accuracy of each class',
        xLabel: 'class',
        yLabel: 'share that is right',
        series: [{ name: 'features', colour: 0, points: byClass(scores, test.labels) }],
        dots: true,
        yMaximum: 1,
      },
    ],
  };
};

/** Test error of least squares of the smallest norm against the number of features; the estimate is where it is largest. */
export const doubleDescentTask: SketchTask = async (context) => {
  const { flags, signal, tell } = context;
  const { train, test, targets, inputs } = await readData(flags);
  const n = train.labels.length;
  const counts = countsOf(flags.features, n);
  const features = await openIntensityFeatures(context, inputs, counts.at(-1)!, [train.x, test.x]);
  const [f, fresh] = [await features.transform(train.x, { signal }), await features.transform(test.x, { signal })];
  const [trainErrors, testErrors]: [number[], number[]] = [[], []];
  for (const count of counts) {
    if (signal.aborted) throw new OpuError('ABORTED', 'Interrupted.', { cause: signal.reason });
    tell(`fitting ${count} features`);
    const first = (all: Matrix): Matrix => all.hi(all.shape[0]!, count);
    const model = minimumNorm(first(f), targets);
    trainErrors.push(1 - accuracy(model.predict(first(f)), train.labels));
    testErrors.push(1 - accuracy(model.predict(first(fresh)), test.labels));
  }
  const inside = testErrors.slice(1, -1);
  const peak = counts[1 + inside.indexOf(Math.max(...inside))]!;
  const points = (errors: readonly number[]) => counts.map((count, i) => [Math.log10(count), errors[i]!] as const);
  return {
    estimate: peak,
    standardError: Number.NaN,
    exact: flags.exact ? n : undefined,
    spent: features.spent,
    notes: notesOf(flags),
    more: { features: counts, trainErrors, testErrors },
    arrays: {
      features: { type: 'int32', shape: [counts.length], data: Int32Array.from(counts) },
      trainErrors: { type: 'float64', shape: [counts.length], data: Float64Array.from(trainErrors) },
      testErrors: { type: 'float64', shape: [counts.length], data: Float64Array.from(testErrors) },
    },
    charts: [
      {
        title: `Double descent with ${n} samples`,
        xLabel: 'features',
        yLabel: 'error',
        series: [
          { name: 'test', colour: 0, points: points(testErrors) },
          { name: 'training', colour: 1, dashed: true, points: points(trainErrors) },
        ],
        dots: true,
        yMinimum: 0,
        xFormat: (x) => String(Math.round(10 ** x)),
      },
    ],
  };
};

async function readData(flags: SketchFlags) {
  if (flags.labels === undefined || (flags.test === undefined) !== (flags.testLabels === undefined)) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      'Give the classes of the samples with --labels y.npy, and --test X.npy always with --test-labels y.npy.',
    );
  }
  const train = await readSamples(flags.in, flags.labels);
  const test = flags.test === undefined ? train : await readSamples(flags.test, flags.testLabels!);
  const inputs = train.x.shape[1]!;
  if (test.x.shape[1] !== inputs) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `${flags.test} has ${test.x.shape[1]} columns, and ${flags.in} has ${inputs}.`,
    );
  }
  const classes = 1 + Math.max(...[train, test].map(({ labels }) => labels.reduce((a, b) => Math.max(a, b), 0)));
  const { data } = oneHot(train.labels, classes, 1, -1);
  return { train, test, targets: ndarray(data, [train.labels.length, classes]), inputs };
}

async function readSamples(samples: string, classes: string): Promise<Samples> {
  const [x, labels] = [await readDense(samples), await readLabels(classes)];
  if (x.shape[0] === labels.length) return { x, labels };
  throw new OpuError(
    'INVALID_ARGUMENT',
    `${samples} has ${x.shape[0]} rows, and ${classes} has ${labels.length} classes.`,
  );
}

/** A tenth of the samples to ten times as many, close together where features equal samples, unless they are given. */
function countsOf(text: string | undefined, n: number): number[] {
  if (text === undefined) {
    const shares = [0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1, 1.1, 1.2, 1.5, 2, 4, 10];
    return [...new Set(shares.map((share) => Math.max(1, Math.round(share * n))))];
  }
  const counts = text.split(',').map((part) => wholeNumber('--features', part.trim(), 1)!);
  if (counts.length >= 3 && counts.every((count, i) => i === 0 || count > counts[i - 1]!)) return counts;
  throw new OpuError('INVALID_ARGUMENT', `--features ${text} must be three rising numbers or more, like 10,100,1000.`);
}

function notesOf(flags: SketchFlags): string[] {
  return flags.test === undefined
    ? ['accuracy on the samples that were fitted: give others with --test and --test-labels']
    : [];
}

function byClass(scores: Matrix, labels: Int32Array): (readonly [number, number])[] {
  const classes = scores.shape[1]!;
  return Array.from({ length: classes }, (_, c) => {
    const members = Array.from(labels.keys()).filter((i) => labels[i] === c);
    const rows = ndarray(new Float32Array(members.length * classes), [members.length, classes]);
    members.forEach((i, row) => {
      for (let k = 0; k < classes; k++) rows.set(row, k, scores.get(i, k));
    });
    return [
      c,
      accuracy(
        rows,
        members.map(() => c),
      ),
    ] as const;
  }).filter(([, share]) => Number.isFinite(share));
}
