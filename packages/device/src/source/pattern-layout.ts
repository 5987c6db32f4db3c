import type { PatternGrid } from '@opu/protocol';

/** How many values the patterns of a configuration have: those of a grid, or one a mirror (0 x 0, raw). */
export function patternGrid(
  mirrors: { readonly modulatorWidth: number; readonly modulatorHeight: number },
  grid: { readonly macroColumns: number; readonly macroRows: number },
): PatternGrid {
  const raw = grid.macroColumns === 0 && grid.macroRows === 0;
  const columns = raw ? mirrors.modulatorWidth : grid.macroColumns;
  const rows = raw ? mirrors.modulatorHeight : grid.macroRows;
  return { columns, rows, patternBytes: Math.ceil((columns * rows) / 8) };
}
