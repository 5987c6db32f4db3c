/** A browser has none. */
export const nativeCrc32c: ((bytes: Uint8Array, previous?: number) => number) | undefined = undefined;
