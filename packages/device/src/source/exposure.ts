import type { Ticks } from '@opu/core';

/** When one frame is exposed. */
export interface FrameTicks {
  /** When the modulator was told to show the pattern. */
  readonly resetTick: Ticks;
  readonly exposureStartTick: Ticks;
  readonly exposureTicks: Ticks;
}

/** One frame to be exposed: what was on the mirrors, and when the camera looked. */
export interface ExposureRequest extends FrameTicks {
  /** Counts every frame of the device; the camera's noise is drawn by it. */
  readonly frame: number;
  /** Bit-packed values, most significant bit first, `patternBytes` of the configured layout. Read during the exposure only. */
  readonly pattern: Uint8Array;
  /** The pattern before, in the same layout; left out when there was none or the layout has changed: every mirror off. */
  readonly previousPattern?: Uint8Array;
  /** Phase of the reference beam, radians; nothing where it is off. */
  readonly referencePhaseRadians: number;
}

/** Pixels of a batch, frame after frame, each row after row: u8 at 8 bits, u16 at 10 and 12, f32 at 32. */
export type ImagePixels = Uint8Array | Uint16Array | Float32Array;

/** What one frame shows. */
export interface RenderedImage {
  /**
   * `regionWidth` x `regionHeight` pixels of the type that the bit depth has, or their bytes as they go over the wire. A view that
   * holds until the next image is asked for.
   */
  readonly pixels: ImagePixels;
  /** Pixels at the largest grey value. */
  readonly saturatedPixels: number;
  /** More than 1 % of the pattern before may still have been there. */
  readonly ghostRisk?: boolean;
  /** Where the source knows better which phase the reference beam had than the steps from frame to frame say. */
  readonly referencePhaseRadians?: number;
}

/** Gives the images of frames, one at a time and in the order of the frames. */
export interface ImageSource {
  /** Images take so long that a host which aborts does not wait for those of frames under way: they are discarded. */
  readonly isSlow?: boolean;
  /** The image of a frame; nothing when it takes its time: then `imageInSteps` is asked. */
  image(request: ExposureRequest): RenderedImage | undefined;
  /**
   * The image of a frame in steps of some 50 milliseconds: between two of them hosts are heard. What is not finished is given up by
   * the generator's `return`, and may be asked for again.
   * @param following the frames that come after, known or guessed, at most `limit` of them, to compute them along
   */
  imageInSteps?(
    request: ExposureRequest,
    following: (limit: number) => readonly ExposureRequest[],
  ): Generator<void, RenderedImage>;
}
