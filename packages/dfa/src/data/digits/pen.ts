import type { Stroke } from './glyphs.js';

const PIECES = 7;

/** Side of an image, pixels. */
export const SIDE = 28;

/** Margin around the glyph's box, pixels: MNIST's digits, too, fill 20 of 28 pixels. */
const MARGIN = 4;
const SCALE = (SIDE - 2 * MARGIN) / 100;

/**
 * Draws strokes with a round pen: the ink of a pixel is 1 within `radius` pixels of a stroke and falls to 0 over one
 * more pixel. `ink` (SIDE x SIDE) is overwritten.
 */
export function drawStrokes(strokes: readonly Stroke[], radius: number, ink: Float32Array): void {
  const reach = radius + 1;
  const nearest = ink.fill(reach * reach);
  for (const stroke of strokes) {
    for (let at = 0; at + 7 < stroke.length; at += 6) {
      let x0 = MARGIN + SCALE * stroke[at]!;
      let y0 = MARGIN + SCALE * stroke[at + 1]!;
      for (let piece = 1; piece <= PIECES; piece++) {
        const t = piece / PIECES;
        const x1 = MARGIN + SCALE * bezier(stroke, at, t);
        const y1 = MARGIN + SCALE * bezier(stroke, at + 1, t);
        drawSegment(nearest, x0, y0, x1, y1, reach);
        x0 = x1;
        y0 = y1;
      }
    }
  }
  for (let i = 0; i < ink.length; i++) ink[i] = Math.min(1, reach - Math.sqrt(nearest[i]!));
}

function bezier(points: Float64Array, at: number, t: number): number {
  const s = 1 - t;
  return (
    s * s * s * points[at]! +
    3 * s * s * t * points[at + 2]! +
    3 * s * t * t * points[at + 4]! +
    t * t * t * points[at + 6]!
  );
}

/** Keeps, for each pixel near the segment, the least squared distance from the pixel's centre. */
function drawSegment(nearest: Float32Array, x0: number, y0: number, x1: number, y1: number, reach: number): void {
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - reach - 0.5));
  const right = Math.min(SIDE - 1, Math.floor(Math.max(x0, x1) + reach - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - reach - 0.5));
  const bottom = Math.min(SIDE - 1, Math.floor(Math.max(y0, y1) + reach - 0.5));
  const dx = x1 - x0;
  const dy = y1 - y0;
  const inverse = 1 / Math.max(1e-9, dx * dx + dy * dy);
  for (let row = top; row <= bottom; row++) {
    const py = row + 0.5 - y0;
    for (let column = left; column <= right; column++) {
      const px = column + 0.5 - x0;
      const along = Math.min(1, Math.max(0, (px * dx + py * dy) * inverse));
      const ex = px - along * dx;
      const ey = py - along * dy;
      const squared = ex * ex + ey * ey;
      const at = row * SIDE + column;
      if (squared < nearest[at]!) nearest[at] = squared;
    }
  }
}
