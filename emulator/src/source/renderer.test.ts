import { finishSteps } from '@opu/compute';
import type { ExposureRequest, ImagePixels, RenderedImage } from '@opu/device';
import { expect } from 'chai';
import { Renderer } from './renderer.js';

const request = (frame: number, change: Partial<ExposureRequest> = {}): ExposureRequest => ({
  frame,
  pattern: patterns[frame % patterns.length]!,
  resetTick: frame * 1000,
  exposureStartTick: frame * 1000 + 10,
  exposureTicks: 100,
  referencePhaseRadians: 0,
  ...change,
});
const patterns = Array.from({ length: 1000 }, (_, i) => new Uint8Array([i & 255, i >> 8]));

/** Pixels that tell the request apart from any other. */
function pixelsOf(r: ExposureRequest, timed: boolean): number[] {
  return [r.frame & 255, r.pattern[0]!, timed ? (r.resetTick / 1000) & 255 : 0, r.exposureTicks & 255];
}

class Light {
  readonly pixelCount = 4;
  readonly calls: number[] = [];
  readonly timed: boolean;
  constructor(timed: boolean) {
    this.timed = timed;
  }
  createImages(count: number): Uint8Array {
    return new Uint8Array(count * this.pixelCount);
  }
  expose(requests: readonly ExposureRequest[], images: ImagePixels, saturatedPixels: Uint32Array): void {
    this.calls.push(requests.length);
    requests.forEach((r, i) => {
      saturatedPixels[i] = r.frame;
      images.set(pixelsOf(r, this.timed), 4 * i);
    });
  }
}

function setup(timed: boolean, batchBytes = 4 * 256): { light: Light; renderer: Renderer } {
  const light = new Light(timed);
  const renderer = new Renderer({ batchFrames: 256, batchBytes });
  renderer.configure(light, timed);
  return { light, renderer };
}

const ahead =
  (from: number, change?: Partial<ExposureRequest>) =>
  (limit: number): ExposureRequest[] =>
    Array.from({ length: limit }, (_, i) => request(from + i, change));

function show(renderer: Renderer, r: ExposureRequest, next: (limit: number) => ExposureRequest[]): RenderedImage {
  return finishSteps(renderer.imageInSteps(r, next));
}

function pixelsFrom(renderer: Renderer, r: ExposureRequest, next: (limit: number) => ExposureRequest[]): number[] {
  const { pixels, saturatedPixels } = show(renderer, r, next);
  expect(saturatedPixels).to.equal(r.frame);
  return [...pixels];
}

describe('Renderer', () => {
  it('computes 512 frames in two calls when all of them are known ahead', () => {
    const { light, renderer } = setup(false);
    for (let k = 0; k < 512; k++) {
      expect(pixelsFrom(renderer, request(k), ahead(k + 1))).to.deep.equal(pixelsOf(request(k), false));
    }
    expect(light.calls).to.deep.equal([256, 256]);
  });

  it('never hands out a wrong guess: exposure, pattern or frame number differ', () => {
    const { light, renderer } = setup(false);
    show(renderer, request(0), ahead(1));
    const longer = request(1, { exposureTicks: 101 });
    expect(pixelsFrom(renderer, longer, ahead(2))).to.deep.equal(pixelsOf(longer, false));
    const other = request(2, { pattern: patterns[77]! });
    expect(pixelsFrom(renderer, other, ahead(3))).to.deep.equal(pixelsOf(other, false));
    const skipped = request(4);
    expect(pixelsFrom(renderer, skipped, ahead(5))).to.deep.equal(pixelsOf(skipped, false));
    expect(light.calls).to.have.length(4);
  });

  it('asks for the same tick only where images depend on it', () => {
    for (const timed of [false, true]) {
      const { light, renderer } = setup(timed);
      show(renderer, request(0), ahead(1));
      const late = request(1, { resetTick: 7000 });
      expect(pixelsFrom(renderer, late, ahead(2))).to.deep.equal(pixelsOf(late, timed));
      expect(light.calls).to.have.length(timed ? 2 : 1);
    }
  });

  it('keeps to its memory, one image at least', () => {
    const { light, renderer } = setup(false, 3 * 4);
    for (let k = 0; k < 6; k++) show(renderer, request(k), ahead(k + 1));
    expect(light.calls).to.deep.equal([3, 3]);
    const small = setup(false, 1);
    for (let k = 0; k < 3; k++) show(small.renderer, request(k), ahead(k + 1));
    expect(small.light.calls).to.deep.equal([1, 1, 1]);
  });
});
