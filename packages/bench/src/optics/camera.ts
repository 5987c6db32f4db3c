import { CameraKernel, type CameraParameters, ComputePool, DenseMedium, fieldSums, SeededRandom } from '@opu/compute';
import type { BenchCase, BenchContext } from '../harness/bench.js';
import { randomPatterns } from './projection.js';

/** A CMV2000-class sensor at 8 bits with half the mirrors at a mean of about 20 grey values. */
const camera: CameraParameters = {
  seed: 1,
  noise: true,
  prnu: 0.01,
  dsnu: 1,
  readNoise: 13,
  fullWell: 13_500,
  greyPerElectron: 255 / 13_500,
  blackLevel: 1,
  bitDepth: 8,
};
const exposure = (frame: number) => ({ frame, electronsPerIntensity: 2100, darkElectrons: 0.0025 });

/** A whole frame (light, noise, quantisation) against the projection alone. */
export async function* frameCase(pool: ComputePool, context: BenchContext): AsyncIterable<BenchCase> {
  const size = context.quick ? 1024 : 4096;
  const count = 256;
  const name = `whole frame ${size} x ${size}, ${count} frames`;
  if (!context.wanted(name)) return;
  const medium = new DenseMedium(pool, { seed: 1, mirrors: size });
  const pixels = [{ first: 0, count: size }];
  const projection = medium.project(pixels);
  const kernel = new CameraKernel(pool, pixels, camera);
  const patterns = randomPatterns(pool, count, size);
  const sums = fieldSums(pool, count, size);
  const grey = pool.uint8(count * size);
  const frames = Array.from({ length: count }, (_, i) => exposure(i));
  const project = () => {
    projection.project(patterns, count, sums);
    return undefined;
  };
  yield {
    name,
    work: { amount: count, unit: 'frame' },
    rounds: 15,
    ours: {
      name: 'opu: light, noise, grey values',
      run: () => {
        project();
        kernel.expose(frames, { sums, scale: medium.fieldScale }, grey);
        return undefined;
      },
    },
    peers: [{ name: 'opu: the projection alone', run: project, reach: 1 / 1.3 }],
    notes: 'to reach: the whole frame costs at most 1.3 times its projection',
  };
  kernel.release();
  projection.release();
  medium.release();
  for (const array of [patterns, sums.real, sums.imaginary, grey]) pool.release(array);
}

/** The camera alone, one thread against numpy's generators, which have one. */
export async function* cameraCase(context: BenchContext): AsyncIterable<BenchCase> {
  const pixels = context.quick ? 1 << 16 : 1 << 20;
  const name = `camera noise and quantisation, ${pixels} pixels, one thread`;
  if (!context.wanted(name)) return;
  const pool = new ComputePool({ threads: 1 });
  const kernel = new CameraKernel(pool, [{ first: 0, count: pixels }], camera);
  const intensity = pool.float32(pixels);
  const random = new SeededRandom(2);
  for (let i = 0; i < pixels; i++) intensity[i] = 0.25 * (random.normal(2 * i) ** 2 + random.normal(2 * i + 1) ** 2);
  const grey = pool.uint8(pixels);
  const python = await context.python();
  await python?.run(
    `import numpy as np\nrng = np.random.default_rng(1)\n` +
      `I = rng.exponential(0.5, ${pixels}).astype(np.float32)\n` +
      `gain = (1 + 0.01 * rng.standard_normal(${pixels})).astype(np.float32); offset = rng.standard_normal(${pixels}, np.float32)`,
  );
  yield {
    name,
    work: { amount: pixels / 1e6, unit: 'Mpixel' },
    rounds: 9,
    ours: {
      name: 'opu, 1 thread',
      run: () => {
        kernel.expose([exposure(1)], { intensity }, grey);
        return undefined;
      },
    },
    peers:
      python === undefined
        ? []
        : [
            {
              name: 'numpy Generator',
              reach: 3,
              run: () =>
                python.run(
                  `e = rng.poisson(I * 2100 + 0.0025) * gain + offset + 13 * rng.standard_normal(${pixels}, np.float32)\n` +
                    `g = np.clip(np.rint(np.minimum(e, 13500) * (255 / 13500) + 1), 0, 255).astype(np.uint8)`,
                ),
            },
          ],
  };
  pool.close();
}
