import { ComputePool, DenseMedium, SignsMedium } from '@opu/compute';
import type { Bench } from './bench.js';
import { cameraCase, frameCase } from './optics/camera.js';
import { largeCases } from './optics/large.js';
import { prepareNumpy, projectionCase } from './optics/projection.js';
import { structuredCase } from './optics/structured.js';

/** Light through the media and grey values from it, against what a user would write in numpy. */
export const opticsBench: Bench = {
  name: 'optics',
  description: 'projection through scattering media and the camera, against numpy and scipy',
  async *cases(context) {
    const size = context.quick ? 1024 : 16384;
    const python = await context.python();
    const pool = new ComputePool({ memoryBytes: 2 ** 31 });
    if (python !== undefined) await prepareNumpy(python, size);
    for (const [name, Medium] of [
      ['dense', DenseMedium],
      ['signs', SignsMedium],
    ] as const) {
      const medium = new Medium(pool, { seed: 1, mirrors: size });
      const projection = medium.project([{ first: 0, count: size }], { cacheBytes: 2 ** 30 });
      for (const patterns of [256, 1]) yield* projectionCase(pool, name, projection, patterns, python);
      projection.release();
      medium.release();
    }
    await python?.run('del B, Br, Bi');
    yield* frameCase(pool, context);
    yield* cameraCase(context);
    yield* structuredCase(pool, context);
    yield* largeCases(pool, context);
    pool.close();
  },
};
