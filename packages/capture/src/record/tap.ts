import type { PatternSource } from '@opu/driver';
import { type Observable, tap } from 'rxjs';

/** The same source, of the same kind, that tells of every pattern as it is taken. */
export function tapPatterns(source: PatternSource, seen: (pattern: Uint8Array) => void): PatternSource {
  if (Symbol.iterator in source) return tapIterable(source, seen);
  if (Symbol.asyncIterator in source) return tapAsync(source, seen);
  return (source as Observable<Uint8Array>).pipe(tap(seen));
}

function* tapIterable(source: Iterable<Uint8Array>, seen: (pattern: Uint8Array) => void): Generator<Uint8Array> {
  for (const pattern of source) {
    seen(pattern);
    yield pattern;
  }
}

async function* tapAsync(
  source: AsyncIterable<Uint8Array>,
  seen: (pattern: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const pattern of source) {
    seen(pattern);
    yield pattern;
  }
}
