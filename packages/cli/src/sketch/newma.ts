import { AdaptiveThreshold, type ChangeDetector, type Kernel, Newma, ScanB } from '@opu/sketch';
import type { NdArray } from 'ndarray';
import { openGaussianFeatures } from './features.js';
import { readDense } from './input.js';
import { positiveNumber, wholeNumber } from './options.js';
import { points } from './report.js';
import type { SketchTask } from './task.js';

interface Watched {
  readonly statistic: Float64Array;
  readonly thresholds: Float64Array;
  /** First sample of each stretch above the threshold; stretches less than a window apart are one. */
  readonly alarms: readonly number[];
}

/** Change points of a stream by NEWMA on Fourier features; the estimate is their number, `exact` that of Scan-B by the kernel itself. */
export const newmaTask: SketchTask = async (context) => {
  const { flags, signal, tell } = context;
  const stream = await readDense(flags.in);
  const window = wholeNumber('--window', flags.window, 2) ?? 50;
  const falseAlarms = positiveNumber('--false-alarms', flags.falseAlarms) ?? 0.001;
  const outputs = wholeNumber('--sketch', flags.sketch, 1) ?? 1000;
  const asked = positiveNumber('--gamma', flags.gamma);
  const { features, gamma } = await openGaussianFeatures(context, stream, outputs, asked);
  tell(`projecting ${stream.shape[0]} samples`);
  const seen = await features.transform(stream, { signal });
  const found = watch(new Newma({ window }), seen, window, falseAlarms);
  let exact: number | undefined;
  if (flags.exact) {
    tell('watching with the exact kernel');
    const kernel: Kernel = (x, y) => {
      let distance = 0;
      for (let i = 0; i < x.length; i++) distance += (x[i]! - y[i]!) ** 2;
      return Math.exp(-gamma * distance);
    };
    exact = watch(new ScanB({ kernel, window }), stream, window, falseAlarms).alarms.length;
  }
  const { statistic, thresholds, alarms } = found;
  return {
    estimate: alarms.length,
    standardError: Number.NaN,
    exact,
    spent: features.spent,
    notes:
      stream.shape[0]! < 4 * window ? ['the stream is shorter than four windows: nothing can be said about it'] : [],
    more: { alarms, window, gamma },
    arrays: {
      statistic: { type: 'float64', shape: [statistic.length], data: statistic },
      thresholds: { type: 'float64', shape: [thresholds.length], data: thresholds },
      alarms: { type: 'int32', shape: [alarms.length], data: Int32Array.from(alarms) },
    },
    charts: [
      {
        title: 'Detection statistic over time',
        xLabel: 'sample',
        yLabel: 'distance of both averages',
        series: [
          { name: 'statistic', colour: 0, points: points(statistic, (i) => i, 1500) },
          { name: 'threshold', colour: 1, dashed: true, points: points(thresholds, (i) => i, 1500) },
          ...alarms.map((t) => ({
            name: `alarm at ${t}`,
            colour: 2,
            points: [[t, 0] as const, [t, statistic[t]!] as const],
          })),
        ],
        yMinimum: 0,
      },
    ],
  };
};

function watch(detector: ChangeDetector, rows: NdArray<Float32Array>, window: number, falseAlarms: number): Watched {
  const [count, width] = rows.shape as [number, number];
  const threshold = new AdaptiveThreshold({ falseAlarms, forgetting: 1 / (4 * window) });
  const [statistic, thresholds] = [new Float64Array(count), new Float64Array(count)];
  const alarms: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < count; t++) {
    statistic[t] = detector.next(rows.data.subarray(t * width, (t + 1) * width));
    // Averages that are not full yet differ little: a threshold made of that would be too low.
    if (t < 2 * window || statistic[t] === 0) continue;
    const next = threshold.next(statistic[t]!);
    thresholds[t] = next.threshold;
    if (!next.isAlarm) continue;
    if (t - last > window) alarms.push(t);
    last = t;
  }
  return { statistic, thresholds, alarms };
}
