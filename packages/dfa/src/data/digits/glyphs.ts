/**
 * How digits are written by hand: for each digit several variants, each a path in a box of 100 x 100, x to the right and
 * y down. `M` lifts the pen, `L` draws a line, `C` a cubic Bezier curve; letters and numbers are as in SVG, absolute.
 */
export const glyphPaths: readonly (readonly string[])[] = [
  [
    'M50 10 C22 10 20 90 50 90 C80 90 78 10 50 10',
    'M58 14 C20 0 14 88 48 90 C84 90 84 24 44 18',
    'M66 22 C44 -6 18 34 26 66 C34 100 72 94 76 56 C78 38 72 24 60 14',
    'M50 10 C22 10 20 90 50 90 C80 90 78 10 50 10 M70 20 L32 82',
  ],
  ['M50 10 L50 90', 'M32 30 L54 10 L54 90', 'M34 28 L52 10 L52 90 M30 90 L74 90', 'M54 10 C50 40 48 60 46 90'],
  [
    'M24 30 C26 4 76 4 74 34 C72 56 36 72 22 90 L78 90',
    'M24 28 C34 2 80 8 72 38 C64 66 30 94 24 84 C20 74 44 74 80 90',
    'M24 16 C60 6 78 16 72 32 L24 88 L78 86',
    'M26 24 C50 -4 84 22 64 50 C54 66 36 76 24 88 C44 80 60 92 78 82',
  ],
  [
    'M24 18 C44 2 78 10 70 32 C66 46 50 48 42 48 C62 48 80 58 74 76 C66 94 34 94 22 80',
    'M26 12 L72 12 L44 44 C84 44 84 90 48 90 C36 90 28 86 22 78',
    'M28 20 C40 4 74 8 70 28 C66 44 48 46 40 52 C44 42 84 50 72 78 C62 96 30 92 24 74',
  ],
  [
    'M34 10 L24 56 L78 56 M62 30 L62 92',
    'M64 90 L64 10 L20 64 L80 64',
    'M28 12 C24 40 26 54 44 54 C58 54 66 46 70 30 M74 12 C70 40 66 70 62 90',
    'M30 14 C26 34 22 50 26 58 C40 56 60 56 80 52 M66 18 C62 44 58 70 58 90',
  ],
  [
    'M72 12 L34 12 L30 46 C52 34 78 46 74 68 C70 92 38 94 24 80',
    'M34 14 L32 48 C50 40 78 46 72 72 C66 92 36 92 24 82 M34 14 L78 12',
    'M72 16 C40 6 26 24 34 40 C44 50 74 52 72 72 C66 94 36 92 26 80',
  ],
  [
    'M66 10 C34 24 22 56 28 74 C34 94 70 94 74 72 C76 50 42 46 28 68',
    'M44 8 C30 40 24 88 48 90 C76 92 80 52 54 52 C40 52 32 64 30 74',
    'M70 18 C46 0 26 40 28 68 C30 98 72 94 72 70 C72 48 36 50 30 72',
  ],
  [
    'M22 14 L76 14 L44 90',
    'M22 14 L76 14 L44 90 M34 52 L68 52',
    'M22 24 L24 12 L78 12 C60 34 50 60 48 90',
    'M24 18 C40 8 56 20 76 12 C64 40 50 62 46 90',
  ],
  [
    'M68 22 C60 4 28 8 32 28 C36 46 74 50 72 72 C70 94 28 94 28 72 C30 50 66 44 68 22',
    'M50 10 C28 10 28 46 50 46 C72 46 72 10 50 10 M50 46 C20 46 20 90 50 90 C80 90 80 46 50 46',
    'M70 16 C40 2 26 26 42 40 C58 52 80 66 66 84 C50 98 22 84 34 62 C44 46 70 34 70 16',
  ],
  [
    'M72 30 C70 6 28 6 28 32 C28 56 66 54 72 30 L68 90',
    'M72 30 C68 4 26 8 28 34 C30 56 70 52 72 28 C78 60 66 96 34 88',
    'M70 14 C50 4 28 16 30 34 C34 52 64 46 70 16 L60 90',
    'M68 34 C76 4 30 0 30 30 C30 50 60 50 70 26 C72 50 64 74 50 90',
  ],
];

/** A stroke with the pen down: a chain of cubic curves, x and y alternating, 3 n + 1 points. */
export type Stroke = Float64Array;

/** Reads a path into strokes; a line becomes the cubic that draws it. */
export function parsePath(path: string): Stroke[] {
  const strokes: number[][] = [];
  for (const [, letter, numbers] of path.matchAll(/([MLC])([^MLC]*)/g)) {
    const values = numbers!.trim().split(/\s+/).map(Number);
    if (letter === 'M') {
      strokes.push(values);
      continue;
    }
    const stroke = strokes.at(-1)!;
    if (letter === 'C') {
      stroke.push(...values);
      continue;
    }
    const [x0, y0] = stroke.slice(-2) as [number, number];
    const [x1, y1] = values as [number, number];
    stroke.push(x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3, x1 - (x1 - x0) / 3, y1 - (y1 - y0) / 3, x1, y1);
  }
  return strokes.map((stroke) => Float64Array.from(stroke));
}
