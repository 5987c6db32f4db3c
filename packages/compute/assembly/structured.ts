// Ways into and out of the structured medium's grid: src/media/structured-medium.ts says what happens between.

const PLACES_A_TILE: i32 = 1 << 14;

/** Numbers 1 and 0 from the bits of a pattern, and 0 beyond, to the grid's real plane; the imaginary one is cleared. */
export function bitsToGrid(
  tile: i32, scratch: usize, pattern: usize, mirrors: i32, places: i32, real: usize, imaginary: usize,
): void {
  const first = tile * PLACES_A_TILE;
  const end = min(first + PLACES_A_TILE, places);
  for (let place = first; place < end; place++) {
    const on = place < mirrors ? (<i32>load<u8>(pattern + (<usize>place >> 3)) >> (7 - (place & 7))) & 1 : 0;
    store<f32>(real + (<usize>place << 2), <f32>on);
  }
  memory.fill(imaginary + (<usize>first << 2), 0, <usize>(end - first) << 2);
}

/** The numbers of a strip of pixels (a tile) from the grid, times `scale`, rounded to integers. */
export function gridToSums(
  tile: i32, scratch: usize,
  strips: usize, firstPlace: i32, gridReal: usize, gridImaginary: usize, scale: f32, width: i32,
  real: usize, imaginary: usize,
): void {
  const record = strips + (<usize>tile << 4);
  const place = load<i32>(record) * width + load<i32>(record, 4) - firstPlace;
  const count = <usize>load<i32>(record, 8) << 2, to = <usize>load<i32>(record, 12) << 2;
  const from = <usize>place << 2;
  for (let at: usize = 0; at < count; at += 4) {
    store<i32>(real + to + at, <i32>nearest<f32>(load<f32>(gridReal + from + at) * scale));
    store<i32>(imaginary + to + at, <i32>nearest<f32>(load<f32>(gridImaginary + from + at) * scale));
  }
}
