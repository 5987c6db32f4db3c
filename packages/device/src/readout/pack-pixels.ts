/**
 * Packs pixels without gaps, least significant bit first.
 * @param bits 10 or 12; pixels are below 2^bits
 * @param target receives `packedBytes(pixels.length, bits)` bytes from `offset` on
 */
export function packPixels(pixels: Uint16Array, bits: 10 | 12, target: Uint8Array, offset: number): void {
  let at = offset;
  let held = 0;
  let heldBits = 0;
  for (let i = 0; i < pixels.length; i++) {
    held |= pixels[i]! << heldBits;
    heldBits += bits;
    while (heldBits >= 8) {
      target[at++] = held;
      held >>>= 8;
      heldBits -= 8;
    }
  }
  if (heldBits > 0) target[at] = held;
}
