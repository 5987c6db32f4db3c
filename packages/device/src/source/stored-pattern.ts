/** A pattern that waits to be shown. */
export interface StoredPattern {
  readonly id: number;
  readonly bytes: Uint8Array;
  /** The host marked it as its run's last one. */
  readonly last: boolean;
}
