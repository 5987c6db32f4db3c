/** What a raw copy moves: the bytes of patterns up and of images down, and nothing else. */
export interface RawExchange {
  readonly frames: number;
  readonly patternBytes: number;
  readonly imageBytes: number;
  /** Patterns that may be under way without their image: what the device's pattern RAM holds. */
  readonly window: number;
  /** Frames in one piece, at most: 1 for a copy that sends each as it comes. */
  readonly mostFrames?: number;
}

/** Bytes that a piece of the copy has at most, as the driver's and the device's messages do; one pattern or image at least. */
export const PIECE_BYTES = 256 * 1024;

/** How many of `count` patterns or images of `bytes` each go into the next piece. */
export function pieceOf(count: number, bytes: number, { mostFrames = count }: RawExchange): number {
  return Math.min(count, mostFrames, Math.max(1, Math.floor(PIECE_BYTES / bytes)));
}
