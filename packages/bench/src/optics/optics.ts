import { ComputePool } from '@opu/compute';
import type { Bench } from '../harness/bench.js';
import { cameraCase, frameCase } from './camera.js';
import { largeCases } from './large.js';
import { projectionCases } from './projection.js';
import { structuredCase } from './structured.js';

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
