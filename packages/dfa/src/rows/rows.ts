/** Some rows of a batch, one after the other. */
export interface Rows {
  readonly first: number;
  readonly count: number;
}

/** Every row of a batch. */
export function allRows(count: number): Rows {
  return { first: 0, count };
}

/** The part of an array of shape [rows, columns] that holds these rows; a view. */
export function rowsOf<A extends Float32Array | Int32Array | Int8Array>(values: A, columns: number, rows: Rows): A {
  if (rows.first === 0 && values.length === rows.count * columns) return values;
  return values.subarray(rows.first * columns, (rows.first + rows.count) * columns) as A;
}

/**
 * Cuts a batch into parts of nearly equal length, at most `parts` of them.
 * @param together rows that stay in one part: those of one sequence
 */
export function inParts(rows: number, parts: number, together: number): readonly Rows[] {
  const groups = rows / together;
  const count = Math.min(parts, groups);
  return Array.from({ length: count }, (_, i) => {
    const first = Math.floor((i * groups) / count);
    return { first: first * together, count: (Math.floor(((i + 1) * groups) / count) - first) * together };
  });
}
