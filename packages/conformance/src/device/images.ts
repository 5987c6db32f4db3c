import { configurationField, modulatorKind, pixelFormat, readoutFlag } from '@opu/protocol';
import { informational } from '../runner/case.js';
import type { WireClient } from '../wire/wire-client.js';
import type { DeviceBench } from './device-bench.js';
import { configured, pixelsOf, show } from './steps.js';

/** Pixels of one frame as numbers. */
export interface Image {
  readonly values: readonly number[];
  readonly saturated: number;
  readonly phase: number;
}

/** Frames until a liquid crystal has come to rest, to 1 part in 10^4 where a period is 3 time constants. */
const SETTLING_FRAMES = 3;
const DEEPEST_FIRST = [pixelFormat.MONO16, pixelFormat.MONO12_PACKED, pixelFormat.MONO10_PACKED, pixelFormat.MONO8];

export const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;

export function standardDeviation(list: readonly number[]): number {
  const m = mean(list);
  return Math.sqrt(list.reduce((sum, value) => sum + (value - m) ** 2, 0) / (list.length - 1));
}

/** Reads out with as many bits as the device has, so that rounding does not count. */
export async function takeDeepPixels(bench: DeviceBench, client: WireClient): Promise<void> {
  const format = DEEPEST_FIRST.find((number) => (bench.description.pixelFormats & (1 << number)) !== 0);
  if (format === undefined || format === bench.facts.configuration.pixelFormat) return;
  await configured(bench, client, { fields: configurationField.PIXEL_FORMAT, pixelFormat: format });
}

/** `repeats` images of each pattern, taken when the modulator is at rest. */
export async function images(
  bench: DeviceBench,
  client: WireClient,
  patterns: readonly Uint8Array[],
  repeats: number,
): Promise<readonly (readonly Image[])[]> {
  const { modulatorKind: kind, patternSlots } = bench.description;
  const each = (kind === modulatorKind.LIQUID_CRYSTAL ? SETTLING_FRAMES : 0) + repeats;
  if (each > patternSlots) informational(`There are fewer than ${each} pattern slots.`);
  const atOnce = Math.floor(patternSlots / each);
  const all: Image[][] = [];
  for (let at = 0; at < patterns.length; at += atOnce) {
    const part = patterns.slice(at, at + atOnce);
    const run = await show(
      bench,
      client,
      part.flatMap((pattern) => Array<Uint8Array>(each).fill(pattern)),
    );
    part.forEach((_, i) => {
      const taken = run.frames.slice((i + 1) * each - repeats, (i + 1) * each);
      all.push(
        taken.map(({ image, message, record }) => ({
          values: pixelsOf(image, message.pixelFormat).slice(0, message.regionWidth * message.regionHeight),
          saturated: (record.flags & readoutFlag.SATURATED) === 0 ? 0 : record.saturatedPixels,
          phase: record.referencePhase,
        })),
      );
    });
  }
  return all;
}

/**
 * How many independent grains of speckle an image has: its pixels, over the area under the autocorrelation of its
 * intensity (Goodman, Speckle Phenomena in Optics, 4.4), which is 1 pixel for independent ones.
 */
export function independentGrains(values: readonly number[], width: number): number {
  const m = mean(values);
  const height = Math.floor(values.length / width);
  const centred = values.map((value) => value - m);
  const variance = mean(centred.map((value) => value * value)) || 1;
  const reach = Math.min(8, Math.floor(Math.min(width, height) / 2));
  let area = 0;
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      let [sum, count] = [0, 0];
      for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
        for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++, count++) {
          sum += centred[y * width + x]! * centred[(y + dy) * width + x + dx]!;
        }
      }
      const c = sum / count / variance;
      // What lies within the scatter of independent pixels is none.
      if (c > 4 / Math.sqrt(count)) area += c;
    }
  }
  return values.length / Math.max(1, area);
}

/** A pattern with as many mirrors on as `x`, the part `share` of which are on in `x` too. */
export function sharing(bench: DeviceBench, x: Uint8Array, share: number, number: number): Uint8Array {
  const { macroColumns, macroRows } = bench.facts.configuration;
  const count = macroColumns * macroRows || bench.description.modulatorWidth * bench.description.modulatorHeight;
  const order = bench.pattern(number);
  const isOn = (pattern: Uint8Array, i: number): boolean => (pattern[i >> 3]! & (0x80 >> (i & 7))) !== 0;
  const places = Array.from({ length: count }, (_, i) => i);
  // Those that the random pattern has on come first: which are kept and which are added is drawn by it.
  places.sort((a, b) => Number(isOn(order, b)) - Number(isOn(order, a)) || a - b);
  const on = places.filter((i) => isOn(x, i));
  const off = places.filter((i) => !isOn(x, i));
  const kept = Math.round(on.length * share);
  const pattern = new Uint8Array(x.length);
  for (const i of [...on.slice(0, kept), ...off.slice(0, on.length - kept)]) pattern[i >> 3]! |= 0x80 >> (i & 7);
  return pattern;
}
