import ndarray, { type NdArray } from 'ndarray';

/** The patterns that guest and host both know. */
export function guestPatterns(bytes: number, count: number): NdArray<Uint8Array> {
  const data = Uint8Array.from({ length: count * bytes }, (_, i) => Math.imul(i + 1, 2654435761) >>> 24);
  return ndarray(data, [count, bytes]);
}
