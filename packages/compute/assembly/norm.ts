/** output = gain * normal + bias, normal = (input - mean) * inverse, inverse = 1 / sqrt(variance + epsilon), of each row. */
export function normRows(
  tile: i32, scratch: usize,
  input: usize, gain: usize, bias: usize, normal: usize, output: usize, inverse: usize,
  rows: i32, width: i32, epsilon: f64, tileRows: i32,
): void {
  const end = min((tile + 1) * tileRows, rows);
  const bytes = <usize>width << 2;
  for (let row = tile * tileRows; row < end; row++) {
    const place = <usize>row * bytes;
    const from = input + place;
    let mean: f64 = 0;
    for (let at: usize = 0; at < bytes; at += 4) mean += load<f32>(from + at);
    mean /= <f64>width;
    let variance: f64 = 0;
    for (let at: usize = 0; at < bytes; at += 4) {
      const value = <f64>load<f32>(from + at) - mean;
      variance += value * value;
    }
    const factor = 1 / Math.sqrt(variance / <f64>width + epsilon);
    store<f32>(inverse + (<usize>row << 2), <f32>factor);
    for (let at: usize = 0; at < bytes; at += 4) {
      const value = <f32>((<f64>load<f32>(from + at) - mean) * factor);
      store<f32>(normal + place + at, value);
      store<f32>(output + place + at, value * load<f32>(gain + at) + load<f32>(bias + at));
    }
  }
}

/**
 * The gradient at the input of `normRows` in `inputGradient`, and delta * normal of each number in `products`, whose column
 * sums are the gradient at the gain. `products` may be `normal` itself.
 */
export function normRowsBackward(
  tile: i32, scratch: usize,
  delta: usize, gain: usize, normal: usize, inverse: usize, inputGradient: usize, products: usize,
  rows: i32, width: i32, tileRows: i32,
): void {
  const end = min((tile + 1) * tileRows, rows);
  const bytes = <usize>width << 2;
  for (let row = tile * tileRows; row < end; row++) {
    const place = <usize>row * bytes;
    let sum: f64 = 0, product: f64 = 0;
    for (let at: usize = 0; at < bytes; at += 4) {
      const scaled = <f64>(load<f32>(delta + place + at) * load<f32>(gain + at));
      sum += scaled;
      product += scaled * <f64>load<f32>(normal + place + at);
    }
    const mean = sum / <f64>width, along = product / <f64>width;
    const factor = <f64>load<f32>(inverse + (<usize>row << 2));
    for (let at: usize = 0; at < bytes; at += 4) {
      const slope = load<f32>(delta + place + at), value = load<f32>(normal + place + at);
      const scaled = <f64>(slope * load<f32>(gain + at));
      store<f32>(inputGradient + place + at, <f32>(factor * (scaled - mean - <f64>value * along)));
      store<f32>(products + place + at, slope * value);
    }
  }
}
