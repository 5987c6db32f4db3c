const GIBIBYTE = 2 ** 30;
/** Shares of a pool's first gibibyte and of what it has beyond; the rest is for batches of frames and for others. */
const SHARE = 1 / 4;
const SHARE_BEYOND = 2 / 3;

/** Bytes of matrices that are kept unless somebody says otherwise: 256 MiB of a pool of 1 GiB, 2.2 GiB of one of 4. */
export function defaultCacheBytes(poolBytes: number): number {
  return Math.floor(SHARE * Math.min(GIBIBYTE, poolBytes) + SHARE_BEYOND * Math.max(0, poolBytes - GIBIBYTE));
}
