import { OpuError, type Ticks } from '@opu/core';

/**
 * Reads a text file of ticks, one whole number a line; blank lines and lines that begin with `#` are passed over.
 * @param minimum how many there must be
 * @throws OpuError INVALID_FILE that names the file and the line
 */
export function parseTickLines(text: string, origin: string, minimum: number): Float64Array {
  const ticks: Ticks[] = [];
  let line = 0;
  for (const raw of text.split('\n')) {
    line++;
    const entry = raw.trim();
    if (entry === '' || entry.startsWith('#')) continue;
    const tick = /^[+-]?\d+$/.test(entry) ? Number(entry) : Number.NaN;
    if (!Number.isSafeInteger(tick)) {
      throw new OpuError(
        'INVALID_FILE',
        `${origin}, line ${line}: '${entry.slice(0, 40)}' is no whole number of ticks.`,
      );
    }
    ticks.push(tick);
  }
  if (ticks.length < minimum) {
    throw new OpuError('INVALID_FILE', `${origin} has ${ticks.length} ticks; ${minimum} are needed, one a frame.`);
  }
  return Float64Array.from(ticks);
}
