// Matrices in memory, for single patterns. The columns of `together` neighbouring strips lie side by side: one mirror's run of
// bytes after the other. A pattern skips the mirrors that are off, so runs have to be about as long as a page of memory for the
// processor to fetch ahead in them, and eight runs that are read at the same time keep it busy where one ends.

/** Runs that are read at the same time. */
export const RUNS: i32 = 8;

/** Where the entries of a strip begin in a matrix with `columnBytes` bytes a mirror and strip. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function columnsInMemory(
  matrix: usize, strip: i32, mirrors: i32, together: i32, columnBytes: usize,
): usize {
  const run = <usize>(strip / together) * <usize>mirrors * <usize>together + <usize>(strip % together);
  return matrix + run * columnBytes;
}

/** Address of the run of the mirror at `listed`, or of `zeros` past the end of the list. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function runOf(matrix: usize, bytes: usize, listed: usize, end: usize, zeros: usize): usize {
  return listed < end ? matrix + <usize>load<u32>(listed) * bytes : zeros;
}

/** First of `count` listed mirrors that part `part` takes: parts are whole blocks of `block` mirrors, as alike as can be. */
// @ts-ignore: asc takes decorators of functions, tsc does not
@inline
export function partStart(count: i32, block: i32, part: i32, parts: i32): i32 {
  const blocks = (count + block - 1) / block;
  return min(count, ((blocks * part) / parts) * block);
}
