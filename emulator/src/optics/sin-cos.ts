const HALF_PI = Math.PI / 2;

/**
 * Sine and cosine of an angle in radians by additions, multiplications and divisions alone, so that they are the same bits
 * on every machine and engine. Absolute error below 1e-13 for |x| < 1000.
 */
export function sinCos(x: number): readonly [sine: number, cosine: number] {
  const quarter = Math.round(x / HALF_PI);
  const rest = x - quarter * HALF_PI;
  const square = rest * rest;
  let sine = 1;
  let cosine = 1;
  for (let k = 19; k >= 1; k -= 2) sine = 1 - (square / ((k + 1) * (k + 2))) * sine;
  for (let k = 18; k >= 0; k -= 2) cosine = 1 - (square / ((k + 1) * (k + 2))) * cosine;
  sine *= rest;
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return [sine, cosine];
    case 1:
      return [cosine, -sine];
    case 2:
      return [-sine, -cosine];
    default:
      return [-cosine, sine];
  }
}
