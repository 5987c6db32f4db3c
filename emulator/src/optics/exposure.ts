import type { Ticks } from '@opu/core';

/** One frame to be exposed: what was on the mirrors, and when the camera looked. */
export interface ExposureRequest {
  /** Counts every frame of the device; the camera's noise is drawn by it. */
  readonly frame: number;
  /** Bit-packed values, most significant bit first, `patternBytes` of the configured layout. Read during `expose` only. */
  readonly pattern: Uint8Array;
  /** The pattern before, in the same layout; left out when there was none or the layout has changed: every mirror off. */
  readonly previousPattern?: Uint8Array;
  /** When the modulator was told to show `pattern`. */
  readonly resetTick: Ticks;
  readonly exposureStartTick: Ticks;
  readonly exposureTicks: Ticks;
  /** Phase of the reference beam, radians; nothing where it is off. */
  readonly referencePhaseRadians: number;
}

/** Pixels of a batch, frame after frame, each row after row: u8 at 8 bits, u16 at 10 and 12, f32 at 32. */
export type ImagePixels = Uint8Array | Uint16Array | Float32Array;
