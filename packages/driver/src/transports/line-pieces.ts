/** Longest piece of one write to a serial port: one that hangs is noticed piece by piece. */
const PIECE_BYTES = 64 * 1024;
/** Start bit, eight data bits, stop bit. */
const BITS_PER_BYTE = 10;

/** Bytes of one write at a baud rate: a slow line takes no piece for longer than a second. */
export function pieceBytesAt(baud: number): number {
  return Math.max(1, Math.min(PIECE_BYTES, Math.floor(baud / BITS_PER_BYTE)));
}
