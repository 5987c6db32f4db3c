import { exp32, log64 } from './math';

/**
 * For each row: error = (softmax(logits) - onehot(label)) * scale, loss = -ln softmax(logits)[label] (f32).
 * A label outside [0, columns) gives error and loss 0. A tile is `tileRows` rows.
 */
export function softmaxCrossEntropy(
  tile: i32, scratch: usize,
  logits: usize, labels: usize, rows: i32, columns: i32, scale: f32, error: usize, loss: usize, tileRows: i32,
): void {
  const end = min((tile + 1) * tileRows, rows);
  const bytes = <usize>columns << 2;
  for (let row = tile * tileRows; row < end; row++) {
    const from = logits + <usize>row * bytes, to = error + <usize>row * bytes;
    const label = load<i32>(labels + (<usize>row << 2));
    if (<u32>label >= <u32>columns) {
      memory.fill(to, 0, bytes);
      store<f32>(loss + (<usize>row << 2), 0);
      continue;
    }
    let greatest = load<f32>(from);
    for (let at: usize = 4; at < bytes; at += 4) greatest = max(greatest, load<f32>(from + at));
    const own = load<f32>(from + (<usize>label << 2)) - greatest;
    let sum: f32 = 0;
    for (let at: usize = 0; at < bytes; at += 4) {
      const e = exp32(load<f32>(from + at) - greatest);
      store<f32>(to + at, e);
      sum += e;
    }
    store<f32>(loss + (<usize>row << 2), <f32>(log64(<f64>sum) - <f64>own));
    for (let at: usize = 0; at < bytes; at += 4) {
      const target: f32 = at == (<usize>label << 2) ? 1 : 0;
      store<f32>(to + at, (load<f32>(to + at) / sum - target) * scale);
    }
  }
}
