import type { ComputePool } from '../pool/compute-pool.js';
import { denseEntryVariance, denseStream } from './dense-entry.js';
import { HashedMedium, type MediumOptions } from './hashed-medium.js';
import type { MediumKernels } from './medium-kernels.js';

const kernels: MediumKernels = {
  stream: denseStream,
  stripPixels: 32,
  columnBytes: 64,
  mostTogether: 128,
  partialBytes: 256,
  entryVariance: denseEntryVariance,
  fill: 'denseFill',
  projectMany: 'projectPatterns',
  projectOne: 'projectActive',
  storeOne: 'storeActive',
  generateOne: 'generateActive',
  effective: 'effectiveColumns',
  nominalEntriesPerSecond: 8e9,
  nominalProductsPerSecond: 150e9,
  tables: 8,
  rowBytes: 128,
  tableBits: (patterns) => (patterns <= 16 ? 4 : patterns <= 64 ? 5 : 6),
  tablesFrom: (cached) => (cached ? 12 : 4),
};

/** A scattering medium with independent, nearly Gaussian complex entries: `denseEntry` says what each one is. */
export class DenseMedium extends HashedMedium {
  constructor(pool: ComputePool, options: MediumOptions) {
    super(pool, kernels, options);
  }
}
