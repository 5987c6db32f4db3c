/** Strips that kernels which generate columns for single patterns take as one tile. */
export const stripsATile = 8;

/** The kernels of a medium whose entries are hashes, and what they agree on. */
export interface MediumKernels {
  /** Stream of the mirrors' keys. */
  readonly stream: number;
  /** Neighbouring pixels that are computed together. */
  readonly stripPixels: number;
  /** Bytes that a mirror's entries of a strip take in memory. */
  readonly columnBytes: number;
  /** Most strips whose columns may lie side by side in memory: about a page for each mirror. */
  readonly mostTogether: number;
  /** Bytes a strip of what `projectOne` hands to `storeOne`. */
  readonly partialBytes: number;
  /** Variance of the real part of an entry, and of the imaginary part. */
  readonly entryVariance: number;
  readonly fill: string;
  readonly projectMany: string;
  readonly projectOne: string;
  readonly storeOne: string;
  readonly generateOne: string;
  readonly effective: string;
  /** Entries that are generated in a second, and products of an entry and a pattern's bit, on four cores of 2024: see `nominalSeconds`. */
  readonly nominalEntriesPerSecond: number;
  readonly nominalProductsPerSecond: number;
  /** Tables that are looked up together, and bytes of a row of theirs. */
  readonly tables: number;
  readonly rowBytes: number;
  /** Mirrors a table for a number of patterns: larger tables cost more to build and save look-ups in every pattern. */
  tableBits(patterns: number): 4 | 5 | 6;
  /** From how many patterns on building tables pays. */
  tablesFrom(cached: boolean): number;
}
