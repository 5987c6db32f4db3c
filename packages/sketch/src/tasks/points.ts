/** At most `most` points of a long series, evenly spread, with the last one. */
export function points(
  values: ArrayLike<number>,
  xOf: (i: number) => number = (i) => i + 1,
  most = 400,
): (readonly [number, number])[] {
  const step = Math.max(1, Math.ceil(values.length / most));
  return Array.from(values, (value, i) => [xOf(i), value] as const).filter(
    ([, value], i) => Number.isFinite(value) && (i % step === 0 || i === values.length - 1),
  );
}
