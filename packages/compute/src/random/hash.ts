const { imul } = Math;

/** 32 random bits for a counter under two keys, unsigned. */
export function hash32(counter: number, key0: number, key1: number): number {
  let h = imul(counter ^ key0, 0x9e3779b1);
  h ^= h >>> 15;
  h = imul(h + key1, 0x85ebca6b);
  h ^= h >>> 13;
  h = imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
