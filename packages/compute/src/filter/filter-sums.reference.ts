import type { FilterShape } from './filter-sums.js';

/** `filterSums` in plain TypeScript. */
export function filterSumsReference(
  sums: Int32Array,
  taps: Float32Array,
  { width, height, side, scale }: FilterShape,
): Float32Array {
  const out = new Float32Array(width * height);
  const fullWidth = width + side - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = 0; k < side * side; k++) {
        const at = (y + Math.floor(k / side)) * fullWidth + x + (k % side);
        if (taps[k] !== 0) sum = Math.fround(sum + Math.fround(taps[k]! * Math.fround(sums[at]!)));
      }
      out[y * width + x] = sum * Math.fround(scale);
    }
  }
  return out;
}
