import { OpuError } from '@opu/core';

/**
 * Who spreads the inputs over the mirrors: the device (`macro`: a pattern has one bit an input, short on the wire) or the
 * host (`raw`: a bit a mirror, for devices without macro-pixels). The light is the same.
 */
export type LayoutName = 'macro' | 'raw';

/** Where inputs and anchor are on the modulator: a grid of equal cells, inputs first, then the anchor's, row by row. */
export interface CellLayout {
  readonly name: LayoutName;
  readonly mirrors: { readonly width: number; readonly height: number };
  readonly inputs: number;
  readonly columns: number;
  readonly rows: number;
  /** Cells of the anchor: those after the inputs', or none. */
  readonly anchorCells: number;
  /** The configuration that the device needs for this layout. */
  readonly macroPixels: { readonly columns: number; readonly rows: number };
  readonly patternBytes: number;
}

/** Share of the anchor that is asked for; half of the cells, see `cellLayout`. */
const ANCHOR_SHARE = 0.5;
const SMALLEST_ANCHOR_SHARE = 0.05;

/**
 * Cells for `inputs` values and, if asked for, an anchor.
 *
 * The anchor gets half of the cells. With x on a share s of the light and the anchor on f, the signal
 * `2 Re[(Tx)(Ta)*]` has the power 2 s f, and the noise of its two frames is shot noise, of the power s + f and s: the best f
 * for s = q (1 - f) is 0.59, 0.50 and 0.45 where q = 1, 1/2 and 1/3 of the inputs are on, and 0.5 for noise that does not
 * depend on the light. Half is within 3 % of the best signal-to-noise power in all of these. When the inputs need more than half
 * of the mirrors the anchor takes what is left, 5 % at least.
 * @throws INVALID_ARGUMENT when there are too few mirrors
 */
export function cellLayout(
  name: LayoutName,
  mirrors: { readonly width: number; readonly height: number },
  inputs: number,
  withAnchor: boolean,
): CellLayout {
  const available = mirrors.width * mirrors.height;
  const largest = withAnchor ? Math.floor(available * (1 - SMALLEST_ANCHOR_SHARE)) : available;
  if (!Number.isInteger(inputs) || inputs < 1 || inputs > largest) {
    throw new OpuError(
      'INVALID_ARGUMENT',
      `A projection of ${inputs} inputs does not fit: this modulator takes 1 to ${largest} (${mirrors.width} x ${mirrors.height} mirrors${withAnchor ? ', 5 % of them for the anchor' : ''}).`,
      { details: { inputs, largest } },
    );
  }
  const wanted = Math.min(available, withAnchor ? Math.ceil(inputs / (1 - ANCHOR_SHARE)) : inputs);
  const { columns, rows } = grid(mirrors, wanted);
  const cells = columns * rows;
  return {
    name,
    mirrors,
    inputs,
    columns,
    rows,
    anchorCells: withAnchor ? Math.min(cells, Math.max(wanted, inputs + 1)) - inputs : 0,
    macroPixels: name === 'macro' ? { columns, rows } : { columns: 0, rows: 0 },
    patternBytes: Math.ceil((name === 'macro' ? cells : available) / 8),
  };
}

/** The grid of at least `cells` cells whose first `cells` ones cover the most mirrors. */
function grid(mirrors: { readonly width: number; readonly height: number }, cells: number) {
  let best = { columns: mirrors.width, rows: mirrors.height };
  let bestCovered = 0;
  for (let columns = Math.ceil(cells / mirrors.height); columns <= Math.min(cells, mirrors.width); columns++) {
    const rows = Math.ceil(cells / columns);
    const covered = cells * Math.floor(mirrors.width / columns) * Math.floor(mirrors.height / rows);
    if (covered > bestCovered) {
      best = { columns, rows };
      bestCovered = covered;
    }
  }
  return best;
}

/** Writes the pattern of `bits`, one an input, with or without the anchor. */
export function writePattern(layout: CellLayout, bits: Uint8Array, anchor: boolean, pattern: Uint8Array): void {
  pattern.fill(0);
  const { inputs, columns, rows } = layout;
  const lit = anchor ? inputs + layout.anchorCells : inputs;
  if (layout.name === 'macro') {
    for (let cell = 0; cell < lit; cell++) {
      if (cell >= inputs || bits[cell] === 1) pattern[cell >> 3]! |= 0x80 >> (cell & 7);
    }
    return;
  }
  const { width, height } = layout.mirrors;
  const blockWidth = Math.floor(width / columns);
  const blockHeight = Math.floor(height / rows);
  for (let y = 0; y < rows * blockHeight; y++) {
    const first = Math.floor(y / blockHeight) * columns;
    for (let column = 0; column < columns; column++) {
      const cell = first + column;
      if (cell >= lit || (cell < inputs && bits[cell] !== 1)) continue;
      setBits(pattern, y * width + column * blockWidth, blockWidth);
    }
  }
}

function setBits(pattern: Uint8Array, first: number, count: number): void {
  let at = first;
  const end = first + count;
  while (at < end && ((at & 7) !== 0 || end - at < 8)) {
    pattern[at >> 3]! |= 0x80 >> (at & 7);
    at++;
  }
  const whole = (end - at) >> 3;
  pattern.fill(0xff, at >> 3, (at >> 3) + whole);
  for (at += whole * 8; at < end; at++) pattern[at >> 3]! |= 0x80 >> (at & 7);
}
