/** What a raw copy moves: the bytes of patterns up and of images down, and nothing else. */
export interface RawExchange {
  readonly frames: number;
  readonly patternBytes: number;
  readonly imageBytes: number;
  /** Patterns that may be under way without their image: what the device's pattern RAM holds. */
  readonly window: number;
}

/** Bytes that a piece of the copy has at most, as the driver's and the device's messages do; one pattern or image at least. */
export const PIECE_BYTES = 256 * 1024;

/** How many of `count` things of `bytes` each go into the next piece. */
export function pieceOf(count: number, bytes: number): number {
  return Math.min(count, Math.max(1, Math.floor(PIECE_BYTES / bytes)));
}
