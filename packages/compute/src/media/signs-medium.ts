import type { ComputePool } from '../pool/compute-pool.js';
import { HashedMedium, type MediumOptions } from './hashed-medium.js';
import type { MediumKernels } from './medium-kernels.js';
import { signsStream } from './signs-entry.js';

const kernels: MediumKernels = {
  stream: signsStream,
  stripPixels: 64,
  columnBytes: 16,
  mostTogether: 256,
  partialBytes: 400,
  entryVariance: 1,
  fill: 'signsFill',
  projectMany: 'signsPatterns',
  projectOne: 'signsActive',
  storeOne: 'storeSignsActive',
  generateOne: 'generateSignsActive',
  effective: 'signsEffective',
  nominalEntriesPerSecond: 60e9,
  nominalProductsPerSecond: 600e9,
  tables: 12,
  rowBytes: 64,
  tableBits: () => 5,
  tablesFrom: (cached) => (cached ? 10 : 13),
};

/**
 * A medium of fair signs, entries +-1 +- i (`signsEntry`): an eighth of the dense medium's memory and hashing. Sums over many
 * mirrors are complex normal by the central limit theorem, and so are the entries of macro-pixels.
 *
 * What it does not share with the dense medium: the intensity of a single mirror is the same on every pixel, and with n
 * mirrors on the kurtosis of a field's part is 3 - 2/n, so that a speckle's contrast falls short of 1 by about 1/(2n).
 */
export class SignsMedium extends HashedMedium {
  constructor(pool: ComputePool, options: MediumOptions) {
    super(pool, kernels, options);
  }
}
