/**
 * Half of all mirrors on, by chance: the worst case for compression and the usual one for a transmission matrix.
 * A replay knows patterns by their bytes, so those of a seed stay what they are (Marsaglia's xorshift, 32 bits).
 */
export function* randomPatterns(
  patternBytes: number,
  seed: number,
  count = Number.POSITIVE_INFINITY,
): Generator<Uint8Array> {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  for (let n = 0; n < count; n++) {
    const pattern = new Uint8Array(patternBytes);
    for (let i = 0; i < pattern.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      pattern[i] = state >>> 16;
    }
    yield pattern;
  }
}
