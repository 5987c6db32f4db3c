import { OpuError } from '@opu/protocol';
import { Camera } from './camera.js';
import { checkConfiguration, type OpticalConfiguration } from './configuration.js';
import type { ExposureRequest, ImagePixels } from './exposure.js';
import type { PatternLayout } from './macro-pixels.js';
import { DenseMedium, type Fields, type SensorWindow } from './medium.js';
import type { OpticsParameters } from './parameters.js';
import { sinCos } from './sin-cos.js';

export interface OpticsOptions {
  /**
   * `false` (default): the camera with its noise. `true`: no noise and even pixels, which leaves quantisation. `'float'`:
   * the same, and bit depth 32 is offered: the intensity itself, as a float, 1 on average with every mirror on.
   */
  readonly ideal?: boolean | 'float';
}

/**
 * The light of a device from the mirrors to the grey values: a pure function of (parameters, seed, configuration,
 * requests). Synchronous, and made for batches: frames of one `expose` share their work.
 */
export interface Optics {
  readonly parameters: OpticsParameters;
  /** Bit depths that `configure` takes. */
  readonly bitDepths: readonly (8 | 10 | 12 | 32)[];
  /** Bytes of one pattern in the layout in force: ceil(values / 8). */
  readonly patternBytes: number;
  /** Pixels of one image in the region of interest in force. */
  readonly pixelCount: number;
  /**
   * Sets what the following exposures are made with. Cheap: matrices are made when they are first needed.
   * @throws CONFIGURATION_REFUSED, and what was in force stays in force
   */
  configure(configuration: OpticalConfiguration): void;
  /** Room for the images of `count` frames: Uint8Array at 8 bits, Uint16Array at 10 and 12, Float32Array at 32. */
  createImages(count: number): ImagePixels;
  /**
   * Exposes a batch of frames and reads them out.
   * @param requests one each frame
   * @param images is filled; at least requests x pixelCount values of the type that `createImages` gives
   * @param saturatedPixels is filled with the number of pixels at the largest grey value, one each frame (0 at bit depth 32)
   * @throws INVALID_STATE before the first `configure`, INVALID_ARGUMENT when an array has the wrong type or size
   */
  expose(requests: readonly ExposureRequest[], images: ImagePixels, saturatedPixels: Uint32Array): void;
}

/** Everything that follows from a configuration. */
interface Applied {
  readonly configuration: OpticalConfiguration;
  readonly layout: PatternLayout;
  readonly window: SensorWindow;
}

/**
 * @param seed whole number from 0 to 2^32 - 1; the medium, the camera's pixels and its noise follow from it
 */
export function createOptics(parameters: OpticsParameters, seed: number, options: OpticsOptions = {}): Optics {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new OpuError('INVALID_ARGUMENT', `The seed is ${seed}; it must be a whole number from 0 to 4294967295.`);
  }
  return new EmulatedOptics(parameters, seed, options.ideal ?? false);
}

class EmulatedOptics implements Optics {
  readonly parameters: OpticsParameters;
  readonly bitDepths: readonly (8 | 10 | 12 | 32)[];
  readonly #seed: number;
  readonly #ideal: boolean | 'float';
  #applied: Applied | undefined;
  #medium: DenseMedium | undefined;

  constructor(parameters: OpticsParameters, seed: number, ideal: boolean | 'float') {
    this.parameters = parameters;
    this.#seed = seed;
    this.#ideal = ideal;
    this.bitDepths = ideal === 'float' ? [8, 10, 12, 32] : [8, 10, 12];
  }

  get patternBytes(): number {
    return this.#inForce().layout.patternBytes;
  }

  get pixelCount(): number {
    const { window } = this.#inForce();
    return window.width * window.height;
  }

  configure(configuration: OpticalConfiguration): void {
    const layout = checkConfiguration(this.parameters, configuration, this.#ideal === 'float');
    const window = { ...configuration.regionOfInterest, sensorWidth: this.parameters.sensor.width };
    this.#applied = { configuration, layout, window };
    this.#medium = undefined;
  }

  createImages(count: number): ImagePixels {
    const length = count * this.pixelCount;
    switch (this.#inForce().configuration.bitDepth) {
      case 8:
        return new Uint8Array(length);
      case 32:
        return new Float32Array(length);
      default:
        return new Uint16Array(length);
    }
  }

  expose(requests: readonly ExposureRequest[], images: ImagePixels, saturatedPixels: Uint32Array): void {
    const { configuration, layout, window } = this.#inForce();
    this.#checkArrays(requests, images, saturatedPixels);
    this.#medium ??= new DenseMedium(this.#seed, layout, window);
    const fields = this.#medium.project(requests.map((request) => request.pattern));
    const pixels = this.pixelCount;
    requests.forEach((request, index) => {
      const intensity = this.#intensity(fields, index, request.referencePhaseRadians);
      const image = images.subarray(index * pixels, (index + 1) * pixels);
      if (image instanceof Float32Array) {
        image.set(intensity);
        saturatedPixels[index] = 0;
        return;
      }
      const camera = new Camera(
        this.parameters,
        this.#seed,
        window,
        configuration.bitDepth as 8 | 10 | 12,
        this.#ideal !== false,
      );
      saturatedPixels[index] = camera.read(intensity, request.frame, request.exposureTicks, image);
    });
  }

  #intensity(fields: Fields, index: number, phase: number): Float32Array {
    const { window, configuration } = this.#inForce();
    const { reference } = configuration;
    const pixels = window.width * window.height;
    const intensity = new Float32Array(pixels);
    for (let y = 0, at = 0; y < window.height; y++) {
      for (let x = 0; x < window.width; x++, at++) {
        let real = fields.real[index * pixels + at]!;
        let imaginary = fields.imaginary[index * pixels + at]!;
        if (reference.on) {
          const angle = phase + reference.tiltX * (window.x + x) + reference.tiltY * (window.y + y);
          const [sine, cosine] = sinCos(angle);
          real += reference.amplitude * cosine;
          imaginary += reference.amplitude * sine;
        }
        intensity[at] = real * real + imaginary * imaginary;
      }
    }
    return intensity;
  }

  #inForce(): Applied {
    if (this.#applied !== undefined) return this.#applied;
    throw new OpuError('INVALID_STATE', 'The optics are not configured yet: call configure first.');
  }

  #checkArrays(requests: readonly ExposureRequest[], images: ImagePixels, saturatedPixels: Uint32Array): void {
    const { configuration, layout } = this.#inForce();
    const needed = requests.length * this.pixelCount;
    const bytesPerPixel = configuration.bitDepth === 8 ? 1 : configuration.bitDepth === 32 ? 4 : 2;
    if (
      images.BYTES_PER_ELEMENT !== bytesPerPixel ||
      images.length < needed ||
      saturatedPixels.length < requests.length
    ) {
      throw new OpuError(
        'INVALID_ARGUMENT',
        `images must hold ${needed} values of ${bytesPerPixel} bytes and saturatedPixels ${requests.length}; got ${images.length} of ${images.BYTES_PER_ELEMENT} bytes and ${saturatedPixels.length}. Make images with createImages.`,
      );
    }
    for (const { pattern } of requests) {
      if (pattern.length === layout.patternBytes) continue;
      throw new OpuError(
        'INVALID_ARGUMENT',
        `A pattern has ${pattern.length} bytes; in this layout it must have ${layout.patternBytes}.`,
      );
    }
  }
}
