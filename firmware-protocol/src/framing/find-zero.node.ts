/** Where the first zero from `from` on is, or -1: in machine code, many bytes at a time. */
export const nativeFindZero: ((bytes: Uint8Array, from: number) => number) | undefined = (bytes, from) =>
  Buffer.prototype.indexOf.call(bytes, 0, from);
