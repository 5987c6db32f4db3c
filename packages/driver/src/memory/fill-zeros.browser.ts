import type { FillZeros } from './memory-ahead.js';

/** A browser has none. */
export const fillZeros: FillZeros | undefined = undefined;
