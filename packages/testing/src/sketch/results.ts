import { exactSingularValues } from '@opu/sketch';
import { productErrors, svdOf, traceErrors, triangleErrors } from './algebra-experiments.js';
import { mixtureStream, movingAveragePower, newmaPower, scanBPower, thermometer } from './change-experiment.js';
import { binaryDigits, doubleDescent, kernelAccuracy, ridgeAccuracies, withFeatures } from './learning-experiments.js';
import { decayingMatrix, type Matrix, normalMatrix } from './matrices.js';
import { digitalSource, opticalSource, type SketchSource } from './sources.js';

/** One figure of the table: what was computed, by light and by its control. */
export interface SketchRow {
  readonly name: string;
  readonly optical: string;
  readonly control: string;
  readonly bound: string;
  readonly reached: boolean;
}

export type SketchStudy = (folder: string | undefined) => Promise<SketchRow>;

const seeds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const round = (value: number, digits = 3): string => value.toFixed(digits);

async function both<T>(run: (source: SketchSource) => Promise<T>): Promise<{ optical: T; digital: T }> {
  return { optical: await run(opticalSource()), digital: await run(digitalSource) };
}

const trace: SketchStudy = async () => {
  const { optical, digital } = await both((source) => traceErrors(source, { n: 2000, m: 200, seeds }));
  return {
    name: 'trace, uniform 2000 x 2000, m = 200, mean error of 10 seeds',
    optical: round(optical.mean),
    control: `digital ${round(digital.mean)}`,
    bound: '0.05, and 1.2 times digital',
    reached: optical.mean <= 0.05 && optical.mean <= 1.2 * digital.mean,
  };
};

const triangles: SketchStudy = async () => {
  const { optical, digital } = await both((source) => triangleErrors(source, { n: 2000, edges: 500, m: 200, seeds }));
  return {
    name: 'triangles, Barabasi-Albert(2000, 500), m = 200, mean error of 10 seeds',
    optical: round(optical.mean),
    control: `digital ${round(digital.mean)}`,
    bound: '0.34',
    reached: optical.mean <= 0.34,
  };
};

/** |A - A_k| / |A| of the best approximation of rank k. */
function bestError(matrix: Matrix, rank: number): number {
  const values = exactSingularValues(matrix);
  const square = (list: Float64Array) => list.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(square(values.slice(rank)) / square(values));
}

const svd: SketchStudy = async () => {
  const matrix = normalMatrix(2000, 2000, 1);
  const { optical, digital } = await both((source) => svdOf(source, matrix, { m: 1000, power: 2, seed: 1 }));
  const best = bestError(matrix, 1000);
  return {
    name: 'randomised SVD, Gaussian 2000 x 2000, m = 1000, 2 power iterations',
    optical: round(optical.relativeError, 4),
    control: `digital ${round(digital.relativeError, 4)}, exact ${round(best, 4)}`,
    bound: '0.351',
    reached: optical.relativeError <= 0.351,
  };
};

const decay: SketchStudy = async () => {
  const matrix = decayingMatrix(2000, 400, 1, 1);
  const { optical, digital } = await both((source) => svdOf(source, matrix, { m: 70, rank: 50, power: 2, seed: 1 }));
  const best = bestError(matrix, 50);
  return {
    name: 'randomised SVD, 2000 x 2000, singular values 1 / k, rank 50 of m = 70, 2 power iterations',
    optical: round(optical.relativeError, 5),
    control: `digital ${round(digital.relativeError, 5)}, best ${round(best, 5)}`,
    bound: 'within 1 % of the best',
    reached: optical.relativeError <= 1.01 * best,
  };
};

const product: SketchStudy = async () => {
  const options = { n: 10_000, columns: 100, rows: [125, 250, 500, 1000], seed: 1 };
  const { optical, digital } = await both((source) => productErrors(source, options));
  const ratio = optical.constant / digital.constant;
  return {
    name: 'product A^T B, A and B 10 000 x 100, m = 125 .. 1000',
    optical: `slope ${round(optical.slope)}, constant ${round(optical.constant)}`,
    control: `digital: slope ${round(digital.slope)}, constant ${round(digital.constant)}`,
    bound: 'slope -1/2 within 10 %, constant within 20 % of digital',
    reached: Math.abs(optical.slope + 0.5) <= 0.05 && Math.abs(ratio - 1) <= 0.2,
  };
};

const kernelRidge: SketchStudy = async (folder) => {
  const data = binaryDigits(required(folder), 10_000, 10_000);
  const counts = [1000, 3000, 10_000];
  const share = 1e-3;
  const size = { inputs: 784, outputs: 10_000, seed: 1 };
  const optical = await withFeatures('optical', size, (f) => ridgeAccuracies(f, data, counts, share));
  const exact = kernelAccuracy(data, share);
  const percent = (value: number) => (100 * value).toFixed(2);
  return {
    name: 'kernel ridge, MNIST, 10 000 images, m = 1 000, 3 000, 10 000, test accuracy in %',
    optical: optical.map(percent).join(', '),
    control: `exact kernel ${percent(exact)}`,
    bound: 'measured: what the exact kernel has is approached',
    reached: optical.every((value, i) => i === 0 || value > optical[i - 1]!) && exact - optical.at(-1)! < 0.02,
  };
};

const descent: SketchStudy = async (folder) => {
  const data = binaryDigits(required(folder), 1000, 5000);
  const counts = [100, 200, 400, 600, 800, 900, 950, 1000, 1050, 1100, 1200, 1500, 2000, 4000, 7000, 10_000];
  const found: string[] = [];
  let reached = true;
  for (const kind of ['optical', 'digital'] as const) {
    const { errors } = await withFeatures(kind, { inputs: 784, outputs: 10_000, seed: 1 }, (features) =>
      doubleDescent(features, data, counts),
    );
    const peak = errors.indexOf(Math.max(...errors));
    const first = Math.min(...errors.slice(0, peak));
    const percent = (value: number) => (100 * value).toFixed(1);
    found.push(
      `peak ${percent(errors[peak]!)} % at ${counts[peak]}, minimum ${percent(first)} % before it, ${percent(errors.at(-1)!)} % at the end`,
    );
    if (kind === 'optical') reached = Math.abs(counts[peak]! / 1000 - 1) <= 0.1 && errors.at(-1)! < first;
  }
  return {
    name: 'double descent, MNIST, 1 000 images, 100 .. 10 000 features, test error',
    optical: found[0]!,
    control: `digital: ${found[1]}`,
    bound: 'peak at 1 000 within 10 %, falls below its first minimum',
    reached,
  };
};

const newma: SketchStudy = async () => {
  const options = { dimensions: 100, changes: 500, segment: 1000, window: 100, seed: 1 };
  const stream = mixtureStream(options);
  const bits = thermometer(stream);
  const size = { inputs: bits.shape[1]!, outputs: 1000, seed: 1 };
  const optical = (await withFeatures('optical', size, (f) => newmaPower(f, bits, options))).power;
  const digital = (await withFeatures('digital', size, (f) => newmaPower(f, bits, options))).power;
  const plain = (await movingAveragePower(stream, options)).power;
  const fewer = { ...options, changes: 100 };
  const scan = (await scanBPower(thermometer(mixtureStream(fewer)), fewer)).power;
  return {
    name: 'NEWMA, d = 100, 500 changes of Gaussian mixtures, power at 5 % false alarms',
    optical: round(optical),
    control: `digital features ${round(digital)}, moving average ${round(plain)}, Scan-B (100 changes) ${round(scan)}`,
    bound: 'within 0.02 of digital features, clearly above the moving average',
    reached: Math.abs(optical - digital) <= 0.02 && optical > plain + 0.2,
  };
};

function required(folder: string | undefined): string {
  if (folder === undefined) throw new Error("This row needs --data FOLDER with MNIST's four IDX files.");
  return folder;
}

/** The table's rows, in its order. Those of `learning` need MNIST. */
export const sketchStudies: Readonly<Record<string, SketchStudy>> = {
  trace,
  triangles,
  svd,
  decay,
  product,
  'kernel-ridge': kernelRidge,
  'double-descent': descent,
  newma,
};
