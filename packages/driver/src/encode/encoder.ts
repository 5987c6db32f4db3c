/** Values of vectors, row after row. */
export type VectorValues = Int8Array | Float32Array;

/**
 * Turns vectors into binary patterns, because mirrors are on or off: a vector is the sum over its parts of
 * `weight(part) x bits(part)`, and so is its linear projection.
 */
export interface Encoder {
  readonly name: EncoderName;
  /** Binary patterns that one vector becomes. */
  readonly parts: number;
  /**
   * Takes the vector that `bits` and `weight` then speak of.
   * @throws INVALID_ARGUMENT when a value cannot be encoded
   */
  begin(values: VectorValues, start: number, length: number): void;
  weight(part: number): number;
  /**
   * True for a part without a bit that is not worth a frame: it projects to zero, and a frame of it would add the camera's noise with
   * the part's weight. An encoder whose frames a vector costs the same, whatever it holds, says so of none.
   */
  isLeftOut(part: number): boolean;
  /** Fills `bits` with 0 and 1, one an input. */
  bits(part: number, bits: Uint8Array): void;
}

/** `bitplanes:4` has 4 planes a sign. */
export type EncoderName = 'bits' | 'ternary' | `bitplanes:${number}`;
