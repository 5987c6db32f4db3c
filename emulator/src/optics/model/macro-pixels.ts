import { OpuError } from '@opu/core';

/** `columns` x `rows` values in a pattern; 0 x 0 is raw, one value a mirror. */
export interface MacroPixels {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Where the values of a pattern go on the mirrors. With `w = floor(width / columns)` and `h = floor(height / rows)`, the
 * mirror in column x and row y belongs to the macro-pixel in column `floor(x / w)` and row `floor(y / h)`, so that each has
 * w x h mirrors. Mirrors right of `columns * w` or below `rows * h`, left over where the grid does not divide evenly, belong
 * to none and stay off. Value number `row * columns + column` of a pattern is that macro-pixel's.
 */
export interface PatternLayout {
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  /** Mirrors of a macro-pixel, across and down. */
  readonly blockWidth: number;
  readonly blockHeight: number;
  /** Values of a pattern. */
  readonly values: number;
  /** Bytes of a pattern: ceil(values / 8). */
  readonly patternBytes: number;
}

/** @throws CONFIGURATION_REFUSED when the grid is not raw and not between 1 x 1 and the mirrors */
export function patternLayout(mirrors: { readonly width: number; readonly height: number }, grid: MacroPixels) {
  const raw = grid.columns === 0 && grid.rows === 0;
  const columns = raw ? mirrors.width : grid.columns;
  const rows = raw ? mirrors.height : grid.rows;
  refuseOutside('macroPixels.columns', columns, mirrors.width);
  refuseOutside('macroPixels.rows', rows, mirrors.height);
  const values = columns * rows;
  const layout: PatternLayout = {
    width: mirrors.width,
    height: mirrors.height,
    columns,
    rows,
    blockWidth: Math.floor(mirrors.width / columns),
    blockHeight: Math.floor(mirrors.height / rows),
    values,
    patternBytes: Math.ceil(values / 8),
  };
  return layout;
}

function refuseOutside(field: string, value: number, maximum: number): void {
  if (Number.isInteger(value) && value >= 1 && value <= maximum) return;
  throw new OpuError(
    'CONFIGURATION_REFUSED',
    `${field} is ${value}; allowed are whole numbers from 1 to ${maximum}, the mirrors there are, or 0 for both columns and rows (raw patterns).`,
    { details: { field, value, bound: maximum } },
  );
}

/** The raw pattern that lights the same mirrors as `pattern` does in `layout`. */
export function spreadPattern(layout: PatternLayout, pattern: Uint8Array): Uint8Array {
  const raw = new Uint8Array(Math.ceil((layout.width * layout.height) / 8));
  for (let y = 0; y < layout.rows * layout.blockHeight; y++) {
    const firstValue = Math.floor(y / layout.blockHeight) * layout.columns;
    for (let x = 0; x < layout.columns * layout.blockWidth; x++) {
      const value = firstValue + Math.floor(x / layout.blockWidth);
      if (((pattern[value >> 3]! >> (7 - (value & 7))) & 1) === 0) continue;
      const mirror = y * layout.width + x;
      raw[mirror >> 3]! |= 0x80 >> (mirror & 7);
    }
  }
  return raw;
}
