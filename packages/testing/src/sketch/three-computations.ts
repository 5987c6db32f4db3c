import type { OpuDevice } from '@opu/driver';
import {
  estimateTrace,
  exactProduct,
  exactSingularValues,
  exactTrace,
  Newma,
  openOpticalFeatures,
  openOpticalSketch,
  randomizedSvd,
} from '@opu/sketch';
import { expect } from 'chai';
import { mixtureStream, thermometer } from './change-experiment.js';
import { normalMatrix } from './matrices.js';

const N = 24;
const root = normalMatrix(N, N, 1);
/** Positive semi-definite, so that its trace is far from zero. */
const matrix = exactProduct(root, root);
const bits = thermometer(mixtureStream({ dimensions: 8, changes: 1, segment: 60, seed: 1 }));
// The first half is turned over, so that one of the changes is a plain one.
for (let i = 0; i < bits.data.length / 2; i++) bits.data[i] = i % 2;

/** A trace, a decomposition and a change point by one device, and what they found. */
export async function computeAll(device: OpuDevice) {
  const sketch = await openOpticalSketch(device, { inputs: N, outputs: 16, probes: 4, encoder: 'bitplanes:6' });
  const trace = await estimateTrace(matrix, sketch);
  const svd = await randomizedSvd(matrix, sketch, { rank: 4, power: 2 });
  const features = await openOpticalFeatures(device, { inputs: bits.shape[1]!, outputs: 200 });
  const seen = await features.transform(bits);
  const detector = new Newma({ window: 10 });
  const statistic = Array.from({ length: 120 }, (_, t) => detector.next(seen.data.subarray(t * 200, (t + 1) * 200)));
  return {
    trace: { estimate: trace.estimate, standardError: trace.standardError },
    frames: trace.spent.frames,
    singularValues: Array.from(svd.singularValues),
    error: svd.relativeError,
    statistic,
  };
}

export type Found = Awaited<ReturnType<typeof computeAll>>;

/** Trace within 4 standard errors (false alarm 6e-5), decomposition within 2 % of the best, and the change seen. */
export function checkAll(found: Found): void {
  const { estimate, standardError } = found.trace;
  expect(Math.abs(estimate - exactTrace(matrix))).to.be.below(4 * standardError);
  expect(standardError / exactTrace(matrix)).to.be.below(0.5);
  const values = exactSingularValues(matrix);
  const norm = (list: Float64Array) => Math.sqrt(list.reduce((sum, value) => sum + value * value, 0));
  expect(found.error / (norm(values.slice(4)) / norm(values))).to.be.within(1 - 1e-4, 1.02);
  const most = (first: number, end: number) => Math.max(...found.statistic.slice(first, end));
  expect(most(60, 80)).to.be.above(1.5 * most(30, 60));
}
