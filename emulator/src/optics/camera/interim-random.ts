/** A 32-bit hash of three words. */
export function hash3(a: number, b: number, c: number): number {
  let h = Math.imul(a ^ 0x9e37_79b9, 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 15) ^ b, 0xc2b2_ae35);
  h = Math.imul(h ^ (h >>> 13) ^ c, 0x27d4_eb2f);
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function popcount(word: number): number {
  let w = word - ((word >>> 1) & 0x5555_5555);
  w = (w & 0x3333_3333) + ((w >>> 2) & 0x3333_3333);
  return Math.imul((w + (w >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** A sample of nearly normal distribution, mean 0, variance 1. */
export function normalOf(word: number): number {
  return (popcount(word) - 16 + (hash3(word, 1, 2) / 4_294_967_296 - 0.5)) / Math.sqrt(8 + 1 / 12);
}

/** Poisson deviate of the given mean: inversion below 30, rounded normal with skewness above. */
export function poissonOf(mean: number, word: number): number {
  if (mean <= 0) return 0;
  if (mean > 30) {
    const z = normalOf(word);
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * z + (z * z - 1) / 6));
  }
  let term = 1 / (1 + mean / 1024 + (mean * mean) / 2_097_152 + (mean * mean * mean) / 6_442_450_944);
  for (let k = 0; k < 10; k++) term *= term;
  let sum = term;
  const u = (word + 0.5) / 4_294_967_296;
  let k = 0;
  while (u > sum && k < 200) {
    k++;
    term *= mean / k;
    sum += term;
  }
  return k;
}
