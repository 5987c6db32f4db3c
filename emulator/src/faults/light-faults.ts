import { finishSteps } from '@opu/compute';
import type { ExposureRequest, ImagePixels } from '@opu/device';
import type { OpticalConfiguration } from '../optics/model/configuration.js';
import type { OpticsParameters } from '../optics/model/parameters.js';
import type { Optics } from '../optics/optics.js';
import type { FaultName } from './fault-spec.js';
import type { FrameFaultSchedule } from './schedule.js';

/** Frames whose request is kept for the images of the frames after them: those of a batch, and of the one before. */
const REMEMBERED_BATCHES = 2;

/**
 * Light that goes wrong frame by frame: patterns that are not what was uploaded, images that are not of this frame. Pure
 * like the optics that it wraps: the image of a frame depends on the frame, not on the batch that it is computed in.
 */
export class FaultyOptics implements Optics {
  readonly #inner: Optics;
  readonly #schedules: readonly FrameFaultSchedule[];
  readonly #remembersRequests: boolean;
  #batches: ExposureRequest[][] = [];
  #configuration: OpticalConfiguration | undefined;

  constructor(inner: Optics, schedules: readonly FrameFaultSchedule[]) {
    this.#inner = inner;
    this.#schedules = schedules;
    this.#remembersRequests = schedules.some(({ spec }) => ['torn-frame', 'stuck-frame'].includes(spec.name));
  }

  get parameters(): OpticsParameters {
    return this.#inner.parameters;
  }

  get bitDepths(): Optics['bitDepths'] {
    return this.#inner.bitDepths;
  }

  get patternBytes(): number {
    return this.#inner.patternBytes;
  }

  get pixelCount(): number {
    return this.#inner.pixelCount;
  }

  configure(configuration: OpticalConfiguration): void {
    this.#inner.configure(configuration);
    this.#configuration = configuration;
    this.#batches = [];
  }

  createImages(count: number): ImagePixels {
    return this.#inner.createImages(count);
  }

  get batchFrames(): number {
    return this.#inner.batchFrames ?? Number.POSITIVE_INFINITY;
  }

  nominalSeconds(frames: number): number {
    return this.#inner.nominalSeconds?.(frames) ?? 0;
  }

  warmUp(): void {
    this.#inner.warmUp?.();
  }

  expose(requests: readonly ExposureRequest[], images: ImagePixels, saturatedPixels: Uint32Array): void {
    finishSteps(this.exposeInSteps(requests, images, saturatedPixels));
  }

  *exposeInSteps(
    requests: readonly ExposureRequest[],
    images: ImagePixels,
    saturatedPixels: Uint32Array,
  ): Generator<void, void> {
    const shown = requests.map((request) => this.#disturbPattern(request));
    if (this.#inner.exposeInSteps === undefined) this.#inner.expose(shown, images, saturatedPixels);
    else yield* this.#inner.exposeInSteps(shown, images, saturatedPixels);
    if (this.#remembersRequests) this.#remember(shown);
    for (const [i, request] of shown.entries()) {
      if (this.#struck('stuck-frame', request) !== undefined) this.#putBefore(request, i, 0, images, saturatedPixels);
      const torn = this.#struck('torn-frame', request);
      if (torn === undefined) continue;
      const { height, width } = this.#configuration!.regionOfInterest;
      const row = height < 2 ? 0 : 1 + torn.draw(request.frame, height - 1);
      this.#putBefore(request, i, row * width, images, saturatedPixels);
    }
  }

  close(): void {
    this.#inner.close();
  }

  #struck(name: FaultName, { frame, resetTick }: ExposureRequest): FrameFaultSchedule | undefined {
    // Every fault is asked, so that each one's schedule goes on.
    const concerned = this.#schedules.filter(({ spec }) => spec.name === name);
    return concerned.filter((schedule) => schedule.strikes(frame, resetTick))[0];
  }

  #disturbPattern(request: ExposureRequest): ExposureRequest {
    const flip = this.#struck('bit-flip', request);
    const settling = this.#struck('settling-load', request);
    if (flip === undefined && settling === undefined) return request;
    const pattern = new Uint8Array(request.pattern);
    const values = this.#valuesOfPattern();
    if (flip !== undefined) invert(pattern, flip.draw(request.frame, values));
    if (settling !== undefined) {
      // The rows that were written while the mirrors were moving: from somewhere on, each value is anything.
      const from = settling.draw(request.frame, values);
      let noise = settling.draw(request.frame, 2 ** 32, 1);
      for (let value = from; value < values; value++) {
        noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
        if (noise >= 2 ** 31) invert(pattern, value);
      }
    }
    return { ...request, pattern };
  }

  #valuesOfPattern(): number {
    const { columns, rows } = this.#configuration!.macroPixels;
    const { width, height } = this.parameters.modulator;
    return columns === 0 || rows === 0 ? width * height : columns * rows;
  }

  #remember(requests: readonly ExposureRequest[]): void {
    this.#batches.push(requests.map((request) => ({ ...request, pattern: new Uint8Array(request.pattern) })));
    if (this.#batches.length > REMEMBERED_BATCHES) this.#batches.shift();
  }

  /** Puts the image of the frame before in the place of this one's from pixel `from` on, if there was one. */
  #putBefore(
    { frame }: ExposureRequest,
    place: number,
    from: number,
    images: ImagePixels,
    saturatedPixels: Uint32Array,
  ): void {
    const before = this.#batches.flat().findLast((request) => request.frame === frame - 1);
    if (before === undefined) return;
    const image = this.#inner.createImages(1);
    const saturated = new Uint32Array(1);
    this.#inner.expose([before], image, saturated);
    images.set(image.subarray(from) as never, place * this.pixelCount + from);
    if (from === 0) saturatedPixels[place] = saturated[0]!;
  }
}

function invert(pattern: Uint8Array, value: number): void {
  pattern[value >> 3]! ^= 0x80 >> (value & 7);
}
