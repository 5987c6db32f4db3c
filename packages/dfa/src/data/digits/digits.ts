import { Draws } from '../../random/draws.js';
import type { ImageDataset, LabelledImages } from '../dataset.js';
import { glyphPaths, parsePath, type Stroke } from './glyphs.js';
import { drawStrokes, SIDE } from './pen.js';
import { type Handwriting, Warp } from './warp.js';

export interface DigitsOptions {
  readonly seed?: number;
  readonly trainCount?: number;
  readonly testCount?: number;
  readonly hand?: Handwriting;
}

/**
 * Handwriting in which a network has something to learn: on 20 000 images, 5 epochs, 784-1024-1024-10 tanh reaches
 * about 98.5 % when every layer learns and below 94 % when only the last one does.
 */
export const defaultHandwriting: Handwriting = {
  halfAngleTangent: 0.11,
  shear: 0.3,
  scaleMinimum: 0.74,
  scaleMaximum: 1.08,
  translation: 6,
  jitter: 3,
  elastic: 7,
  radiusMinimum: 0.8,
  radiusMaximum: 1.8,
  noise: 0.1,
};

const glyphs: readonly (readonly Stroke[])[][] = glyphPaths.map((variants) => variants.map(parsePath));

/** Draws one digit of class `label` into `out`; everything about it is fixed by `draws`. */
export function drawDigit(label: number, hand: Handwriting, draws: Draws, ink: Float32Array, out: Uint8Array): void {
  const variants = glyphs[label]!;
  const warp = new Warp(hand, draws);
  const strokes = variants[draws.below(variants.length)]!.map((stroke) => {
    const moved = stroke.slice();
    for (let at = 0; at < moved.length; at += 2) {
      moved[at]! += hand.jitter * draws.bell();
      moved[at + 1]! += hand.jitter * draws.bell();
      warp.apply(moved, at);
    }
    return moved;
  });
  drawStrokes(strokes, hand.radiusMinimum + (hand.radiusMaximum - hand.radiusMinimum) * draws.uniform(), ink);
  const contrast = 255 * (0.6 + 0.4 * draws.uniform());
  const noise = 255 * hand.noise * draws.uniform();
  for (let i = 0; i < out.length; i++) out[i] = Math.min(255, Math.max(0, contrast * ink[i]! + noise * draws.bell()));
}

/**
 * The embedded data set: handwritten digits drawn by this code, 28 x 28 pixels, ten classes in equal shares, the same
 * bytes for the same seed on every machine.
 */
export function syntheticDigits(options: DigitsOptions = {}): ImageDataset {
  const { seed = 0, trainCount = 20_000, testCount = 2_000, hand = defaultHandwriting } = options;
  return {
    name: 'synthetic digits',
    classes: glyphs.length,
    train: drawSet(seed, 'train', trainCount, hand),
    test: drawSet(seed, 'test', testCount, hand),
  };
}

function drawSet(seed: number, set: 'train' | 'test', count: number, hand: Handwriting): LabelledImages {
  const size = SIDE * SIDE;
  const images = new Uint8Array(count * size);
  const labels = new Uint8Array(count);
  const ink = new Float32Array(size);
  for (let i = 0; i < count; i++) {
    labels[i] = i % glyphs.length;
    const draws = new Draws(seed, `digits/${set}`, i);
    drawDigit(labels[i]!, hand, draws, ink, images.subarray(i * size, (i + 1) * size));
  }
  return { images, labels, count, rows: SIDE, columns: SIDE };
}
