import { OpuError } from '@opu/core';
import type { ExposureRequest, ImagePixels, ImageSource, RenderedImage } from '@opu/device';
import type { Optics } from '../optics/optics.js';

/** Nominal seconds: a slower machine takes some times as long. */
const SLOW_SECONDS = 0.05;

/** What the renderer needs of the optics. */
export type Exposer = Pick<
  Optics,
  'pixelCount' | 'createImages' | 'expose' | 'exposeInSteps' | 'batchFrames' | 'nominalSeconds'
>;

export interface RendererOptions {
  /** Frames in one call of the optics, at most. */
  readonly batchFrames: number;
  /** Camera buffers: so many images may be due at once. */
  readonly buffers?: number;
  /** Memory for the images of one call, bytes, at most; one image is always taken. */
  readonly batchBytes: number;
}

/**
 * Gives the images of frames one at a time, and computes them many at a time: light is a pure function of the request, and
 * its kernels are several times faster on a batch. Frames that are still to come are guessed from the patterns that wait
 * in RAM and computed along; a guess that turns out wrong (another exposure, a dropped frame) is thrown away, so guessing
 * decides when an image is computed, never what it is.
 */
export class Renderer implements ImageSource {
  /** Whether the images of all camera buffers together take so long that who aborts does not wait for them. */
  get isSlow(): boolean {
    return (this.#optics?.nominalSeconds?.(this.#options.buffers ?? 1) ?? 0) > SLOW_SECONDS;
  }

  /** Whether the pattern before may still be seen in images. */
  ghostRisk = false;
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

  /** The image of `request`, if it was computed along with one before. */
  image(request: ExposureRequest): RenderedImage | undefined {
    const guess = this.#rendered[this.#at];
    return guess !== undefined && this.#isSame(guess, request) ? this.#next() : undefined;
  }

  /** The image of `request`, in the steps of the optics; what is not finished is given up by the generator's `return`. */
  *imageInSteps(
    request: ExposureRequest,
    following: (limit: number) => readonly ExposureRequest[],
  ): Generator<void, RenderedImage> {
    const atHand = this.image(request);
    if (atHand !== undefined) return atHand;
    yield* this.#render(request, following);
    return this.#next();
  }

  #next(): RenderedImage {
    const start = this.#at * this.#pixelCount;
    const saturatedPixels = this.#saturated[this.#at]!;
    this.#at++;
    const pixels = this.#images.subarray(start, start + this.#pixelCount);
    return { pixels, saturatedPixels, ghostRisk: this.ghostRisk };
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
