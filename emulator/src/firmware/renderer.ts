import { finishSteps } from '@opu/compute';
import { OpuError } from '@opu/core';
import type { ExposureRequest, ImagePixels } from '../optics/exposure.js';
import type { Optics } from '../optics/optics.js';

/** What the renderer needs of the optics. */
export type Exposer = Pick<Optics, 'pixelCount' | 'createImages' | 'expose' | 'exposeInSteps' | 'batchFrames'>;

export interface RendererOptions {
  /** Frames in one call of the optics, at most. */
  readonly batchFrames: number;
  /** Memory for the images of one call, bytes, at most; one image is always taken. */
  readonly batchBytes: number;
}

/** A frame's image and how many of its pixels are at full scale. */
export interface RenderedFrame {
  /** A view that holds until the next image is asked for. */
  readonly pixels: ImagePixels;
  readonly saturatedPixels: number;
}

/**
 * Gives the images of frames one at a time, and computes them many at a time: light is a pure function of the request, and
 * its kernels are several times faster on a batch. Frames that are still to come are guessed from the patterns that wait
 * in RAM and computed along; a guess that turns out wrong (another exposure, a dropped frame) is thrown away, so guessing
 * decides when an image is computed, never what it is.
 */
export class Renderer {
  readonly #options: RendererOptions;
  #optics: Exposer | undefined;
  #timeMatters = false;
  #pixelCount = 0;
  #capacity = 1;
  #images: ImagePixels = new Uint8Array(0);
  #saturated = new Uint32Array(0);
  #rendered: readonly ExposureRequest[] = [];
  #at = 0;

  constructor(options: RendererOptions) {
    this.#options = options;
  }

  /**
   * Takes optics that were configured anew; images that were computed ahead are thrown away.
   * @param timeMatters whether images depend on ticks and on the pattern before (liquid crystal, drifting medium)
   */
  configure(optics: Exposer, timeMatters: boolean): void {
    this.#optics = optics;
    this.#timeMatters = timeMatters;
    this.#rendered = [];
    this.#at = 0;
    this.#pixelCount = optics.pixelCount;
    const bytes = this.#pixelCount * optics.createImages(0).BYTES_PER_ELEMENT;
    const { batchFrames, batchBytes } = this.#options;
    const most = Math.min(batchFrames, optics.batchFrames ?? batchFrames, Math.floor(batchBytes / bytes));
    this.#capacity = Math.max(1, most);
    this.#images = optics.createImages(this.#capacity);
    this.#saturated = new Uint32Array(this.#capacity);
  }

  /**
   * The image of `request`.
   * @param following the frames that come after it, as far as they are known or can be guessed; asked only when needed
   */
  image(request: ExposureRequest, following: (limit: number) => readonly ExposureRequest[]): RenderedFrame {
    return finishSteps(this.imageInSteps(request, following));
  }

  /** The image of `request`, if it was computed along with one before. */
  imageAtHand(request: ExposureRequest): RenderedFrame | undefined {
    const guess = this.#rendered[this.#at];
    return guess !== undefined && this.#isSame(guess, request) ? this.#next() : undefined;
  }

  /** As `image`, in steps of about half a second; what is not finished is given up by the generator's `return`. */
  *imageInSteps(
    request: ExposureRequest,
    following: (limit: number) => readonly ExposureRequest[],
  ): Generator<void, RenderedFrame> {
    const atHand = this.imageAtHand(request);
    if (atHand !== undefined) return atHand;
    yield* this.#render(request, following);
    return this.#next();
  }

  #next(): RenderedFrame {
    const start = this.#at * this.#pixelCount;
    const saturatedPixels = this.#saturated[this.#at]!;
    this.#at++;
    return { pixels: this.#images.subarray(start, start + this.#pixelCount), saturatedPixels };
  }

  *#render(request: ExposureRequest, following: (limit: number) => readonly ExposureRequest[]): Generator<void, void> {
    const optics = this.#optics;
    if (optics === undefined) throw new OpuError('BUG', 'An image was asked for before the optics were configured.');
    this.#rendered = [];
    this.#at = 0;
    const more = Math.min(this.#capacity, optics.batchFrames ?? this.#capacity) - 1;
    const batch = [request];
    if (more > 0) batch.push(...following(more).slice(0, more));
    if (optics.exposeInSteps === undefined) optics.expose(batch, this.#images, this.#saturated);
    else yield* optics.exposeInSteps(batch, this.#images, this.#saturated);
    this.#rendered = batch;
    this.#at = 0;
  }

  #isSame(a: ExposureRequest, b: ExposureRequest): boolean {
    return (
      a.frame === b.frame &&
      a.pattern === b.pattern &&
      a.exposureTicks === b.exposureTicks &&
      a.referencePhaseRadians === b.referencePhaseRadians &&
      (!this.#timeMatters ||
        (a.resetTick === b.resetTick &&
          a.exposureStartTick === b.exposureStartTick &&
          a.previousPattern === b.previousPattern))
    );
  }
}
