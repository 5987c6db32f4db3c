import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exactSingularValues } from '@opu/sketch';
import { expect } from 'chai';
import { productErrors, svdOf, traceErrors, triangleErrors } from '../sketch/algebra-experiments.js';
import { mixtureStream, movingAveragePower, newmaPower, thermometer } from '../sketch/change-experiment.js';
import { binaryDigits, doubleDescent, withFeatures } from '../sketch/learning-experiments.js';
import { decayingMatrix, normalMatrix } from '../sketch/matrices.js';
import { digitalSource, opticalSource } from '../sketch/sources.js';

const light = opticalSource();
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');

/** Folder with MNIST, or nothing: the data is not part of the repository. */
function digitsFolder(context: { skip(): void }): string {
  const folders = [process.env.OPU_DATA_DIR, join(root, '..', 'shared', 'data')];
  const found = folders.map((folder) => join(folder ?? '', 'mnist')).find((folder) => existsSync(folder));
  if (found !== undefined) return found;
  console.log('      skipped: MNIST is not there; set OPU_DATA_DIR to a folder with its IDX files in mnist/');
  context.skip();
  return '';
}

describe('what sketches of light have to hold, camera noise on, fixed seeds', function () {
  this.timeout(600_000);

  it('trace of uniform 2000 x 2000, m = 200: mean error of 10 seeds at most 0.05, and 1.2 times that of numbers', async () => {
    const sizes = { n: 2000, m: 200, seeds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] };
    const optical = await traceErrors(light, sizes);
    expect(optical.mean).to.be.at.most(0.05);
    expect(optical.mean / (await traceErrors(digitalSource, sizes)).mean).to.be.at.most(1.2);
  });

  it('triangles of Barabasi-Albert(2000, 500), m = 200: mean error of 4 of the 10 seeds at most 0.34', async () => {
    const { mean } = await triangleErrors(light, { n: 2000, edges: 500, m: 200, seeds: [0, 1, 2, 3] });
    expect(mean).to.be.at.most(0.34);
  });

  it('decomposition of Gaussian 800 x 800, m = 400, 2 power iterations: error at most 0.351, and the same as by numbers within 1 %', async () => {
    const matrix = normalMatrix(800, 800, 1);
    const options = { m: 400, power: 2, seed: 1 };
    const [optical, digital] = [await svdOf(light, matrix, options), await svdOf(digitalSource, matrix, options)];
    expect(optical.relativeError).to.be.at.most(0.351);
    expect(optical.relativeError / digital.relativeError).to.be.closeTo(1, 0.01);
  });

  it('decomposition where singular values fall as 1 / k, rank 50 of m = 70: within 1 % of the best', async () => {
    const matrix = decayingMatrix(500, 200, 1, 1);
    const values = exactSingularValues(matrix);
    const norm = (list: Float64Array) => Math.sqrt(list.reduce((sum, value) => sum + value * value, 0));
    const { relativeError } = await svdOf(light, matrix, { m: 70, rank: 50, power: 2, seed: 1 });
    expect(relativeError / (norm(values.slice(50)) / norm(values))).to.be.within(1 - 1e-3, 1.01);
  });

  it('product A^T B of 10 000 x 20: the error falls with slope -1/2 within 10 %, its constant within 20 % of that of numbers', async () => {
    const options = { n: 10_000, columns: 20, rows: [100, 200, 400], seed: 1 };
    const [optical, digital] = [await productErrors(light, options), await productErrors(digitalSource, options)];
    expect(optical.slope).to.be.closeTo(-0.5, 0.05);
    expect(optical.constant / digital.constant).to.be.closeTo(1, 0.2);
  });

  it('newma on 40 changes of Gaussian mixtures, d = 100: power within 0.1 of digital features, 0.4 above a moving average', async () => {
    const options = { dimensions: 100, changes: 40, segment: 1000, window: 100, seed: 1 };
    const stream = mixtureStream(options);
    const bits = thermometer(stream);
    const size = { inputs: bits.shape[1]!, outputs: 1000, seed: 1 };
    const optical = await withFeatures('optical', size, (features) => newmaPower(features, bits, options));
    const digital = await withFeatures('digital', size, (features) => newmaPower(features, bits, options));
    const plain = await movingAveragePower(stream, options);
    expect(optical.power).to.be.closeTo(digital.power, 0.1);
    expect(optical.power).to.be.above(plain.power + 0.4);
  });

  it('double descent on 300 digits: the test error is largest at 300 features within 10 %, and falls below its first minimum', async function () {
    const data = binaryDigits(digitsFolder(this), 300, 2000);
    const counts = [30, 60, 120, 200, 270, 300, 330, 500, 1000, 3000];
    const { errors } = await withFeatures('optical', { inputs: 784, outputs: 3000, seed: 1 }, (features) =>
      doubleDescent(features, data, counts),
    );
    const peak = errors.indexOf(Math.max(...errors));
    expect(counts[peak]).to.be.within(270, 330);
    expect(errors.at(-1)).to.be.below(Math.min(...errors.slice(0, peak)));
  });
});
