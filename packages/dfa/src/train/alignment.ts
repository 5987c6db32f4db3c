/**
 * Mean over rows of the cosine between two signals of shape [rows, width]; rows without a signal are left out.
 */
export function meanCosine(a: Float32Array, b: Float32Array, width: number): number {
  let sum = 0;
  let counted = 0;
  for (let start = 0; start < a.length; start += width) {
    let product = 0;
    let squareA = 0;
    let squareB = 0;
    for (let i = start; i < start + width; i++) {
      product += a[i]! * b[i]!;
      squareA += a[i]! * a[i]!;
      squareB += b[i]! * b[i]!;
    }
    if (squareA === 0 || squareB === 0) continue;
    sum += product / Math.sqrt(squareA * squareB);
    counted++;
  }
  return counted === 0 ? 0 : sum / counted;
}
