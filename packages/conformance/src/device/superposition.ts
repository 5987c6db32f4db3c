import type { WireClient } from '../wire/wire-client.js';
import type { DeviceBench } from './device-bench.js';
import { images, mean } from './images.js';

/** Bits of a byte that belong to each of three disjoint patterns. */
const thirds = [0b10010010, 0b01001001, 0b00100100];
const sets = [[0, 1, 2], [0, 1], [0, 2], [1, 2], [0], [1], [2], []];

/**
 * Shows three disjoint patterns a, b and c, their unions, and none.
 * @returns `left`: for each repeat and each pixel that is never saturated I(abc) - I(ab) - I(ac) - I(bc) + I(a) + I(b) + I(c)
 * - I(0), which is 0 for |T x|^2 whatever T is; `light`: mean of I(abc) - I(0), grey values
 */
export async function superposition(
  bench: DeviceBench,
  client: WireClient,
  repeats: number,
): Promise<{ readonly left: readonly (readonly number[])[]; readonly light: number }> {
  const base = bench.pattern(31);
  const union = (set: readonly number[]): Uint8Array => {
    const mask = set.reduce((bits, which) => bits | thirds[which]!, 0);
    return base.map((byte) => byte & mask);
  };
  const shown = await images(bench, client, sets.map(union), repeats);
  const saturated = shown.flatMap((list) => list.filter((image) => image.saturated > 0).map(({ values }) => values));
  const full = saturated.reduce((most, values) => values.reduce((a, b) => Math.max(a, b), most), 0) || Infinity;
  const pixels = shown[0]![0]!.values
    .map((_, i) => i)
    .filter((i) => shown.every((list) => list.every(({ values }) => values[i]! < full)));
  const left = Array.from({ length: repeats }, (_, k) =>
    pixels.map((i) => sets.reduce((sum, set, j) => sum + (set.length % 2 ? 1 : -1) * shown[j]![k]!.values[i]!, 0)),
  );
  return { left, light: mean(shown[0]![0]!.values) - mean(shown[7]![0]!.values) };
}
