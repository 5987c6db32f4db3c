import { ComputePool } from '@opu/compute';
import type { Bench } from './bench.js';
import { cameraCase, frameCase } from './optics/camera.js';
import { largeCases } from './optics/large.js';
import { projectionCases } from './optics/projection.js';
import { structuredCase } from './optics/structured.js';

/** Light through the media and grey values from it, against what a user would write in numpy. */
export const opticsBench: Bench = {
  name: 'optics',
  description: 'projection through scattering media and the camera, against numpy and scipy',
  async *cases(context) {
    const pool = new ComputePool({ memoryBytes: 2 ** 31 });
    yield* projectionCases(pool, context);
    yield* frameCase(pool, context);
    yield* cameraCase(context);
    yield* structuredCase(pool, context);
    yield* largeCases(pool, context);
    pool.close();
  },
};
