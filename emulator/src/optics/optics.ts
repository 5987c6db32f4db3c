import { type Light as CameraLight, type ComputePool, finishSteps, sharedComputePool } from '@opu/compute';
import { OpuError } from '@opu/core';
import type { ExposureRequest, ImagePixels } from '@opu/device';
import { defaultCacheBytes } from './cache-bytes.js';
import { Camera } from './camera/camera.js';
import { Light } from './light/light.js';
import { checkConfiguration, type OpticalConfiguration } from './model/configuration.js';
import type { PatternLayout } from './model/macro-pixels.js';
import { checkParameters, type OpticsParameters } from './model/parameters.js';

export interface OpticsOptions {
  /**
   * `false` (default): the camera with its noise. `true`: no noise and even pixels, which leaves quantisation. `'float'`:
   * the same, and bit depth 32 is offered: the intensity itself, as a float, 1 on average with every mirror on.
   */
  readonly ideal?: boolean | 'float';
  /**
   * Bytes of memory for matrices (entries of the medium, or sums of them over macro-pixels); by default what
   * `defaultCacheBytes` gives for the pool. What does not fit is generated anew for every batch of frames.
   */
  readonly cacheBytes?: number;
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
  /**
   * As `expose`, in steps of some 40 milliseconds, as far as the kernels can be cut: between two of them the caller may do other work, as long as it leaves these
   * optics and the arrays alone. Work that is not finished is given up by the generator's `return`. Optics without it compute in one
   * step.
   */
  exposeInSteps?(
    requests: readonly ExposureRequest[],
    images: ImagePixels,
    saturatedPixels: Uint32Array,
  ): Generator<void, void>;
  /**
   * Exposes frames for nobody, so that the first ones that matter find everything compiled, allocated and, as far as half a second
   * goes, generated. Does nothing where a frame takes long anyway.
   */
  warmUp?(): void;
  /** Frames that are best exposed together in the configuration in force; more make the first wait for the last. */
  readonly batchFrames?: number;
  /** What so many frames take in the configuration in force, in seconds, roughly: a function of sizes alone. */
  nominalSeconds?(frames: number): number;
  /** Gives the memory on the pool back. Safe to call more than once; everything else is INVALID_STATE from then on. */
  close(): void;
}

/** A frame that takes longer is not warmed up for. */
const WARM_UP_SECONDS = 0.5;
/** Pixels that the camera reads out without a pause, a frame at least: some 40 milliseconds. */
const PIXELS_READ_AT_ONCE = 2 ** 18;
/** Kernels for single patterns differ from those for several; so many are exposed to warm both up. */
const WARM_UP_FRAMES = 16;

/** Everything that follows from a configuration. */
interface Applied {
  readonly configuration: OpticalConfiguration;
  readonly layout: PatternLayout;
}

/**
 * @param seed whole number from 0 to 2^32 - 1; the medium, the camera's pixels and its noise follow from it
 * @param pool threads and memory to compute with
 * @throws INVALID_ARGUMENT for a seed or parameters that make no sense
 */
export function createOptics(
  parameters: OpticsParameters,
  seed: number,
  options: OpticsOptions = {},
  pool: ComputePool = sharedComputePool(),
): Optics {
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw new OpuError('INVALID_ARGUMENT', `The seed is ${seed}; it must be a whole number from 0 to 4294967295.`);
  }
  checkParameters(parameters);
  return new EmulatedOptics(parameters, seed, options, pool);
}

class EmulatedOptics implements Optics {
  readonly parameters: OpticsParameters;
  readonly bitDepths: readonly (8 | 10 | 12 | 32)[];
  readonly #seed: number;
  readonly #ideal: boolean | 'float';
  readonly #light: Light;
  readonly #pool: ComputePool;
  #applied: Applied | undefined;
  #closed = false;
  /** Made when it is first needed after `configure`. */
  #camera: Camera | undefined;

  constructor(parameters: OpticsParameters, seed: number, options: OpticsOptions, pool: ComputePool) {
    this.parameters = parameters;
    this.#seed = seed;
    this.#pool = pool;
    this.#ideal = options.ideal ?? false;
    const cacheBytes = options.cacheBytes ?? defaultCacheBytes(pool.memoryBytes);
    this.#light = new Light(parameters, seed, pool, cacheBytes);
    this.bitDepths = this.#ideal === 'float' ? [8, 10, 12, 32] : [8, 10, 12];
  }

  get patternBytes(): number {
    return this.#inForce().layout.patternBytes;
  }

  get pixelCount(): number {
    const { width, height } = this.#inForce().configuration.regionOfInterest;
    return width * height;
  }

  configure(configuration: OpticalConfiguration): void {
    const layout = checkConfiguration(this.parameters, configuration, this.#ideal === 'float');
    this.#applied = { configuration, layout };
    this.#camera?.release();
    this.#camera = undefined;
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

  get batchFrames(): number {
    this.#camera ??= this.#makeCamera();
    return this.#light.mostFrames;
  }

  nominalSeconds(frames: number): number {
    this.#camera ??= this.#makeCamera();
    return this.#light.nominalSeconds(frames);
  }

  expose(requests: readonly ExposureRequest[], images: ImagePixels, saturatedPixels: Uint32Array): void {
    finishSteps(this.exposeInSteps(requests, images, saturatedPixels));
  }

  *exposeInSteps(
    requests: readonly ExposureRequest[],
    images: ImagePixels,
    saturatedPixels: Uint32Array,
  ): Generator<void, void> {
    this.#checkArrays(requests, images, saturatedPixels);
    this.#camera ??= this.#makeCamera();
    const isStepOver = this.#pool.watchSteps();
    for (let first = 0, count = 0; first < requests.length; first += count) {
      count = this.#light.batch(requests, first);
      const some = requests.slice(first, first + count);
      if (isStepOver()) yield;
      const light = yield* this.#light.expose(some);
      const atOnce = Math.max(1, Math.floor(PIXELS_READ_AT_ONCE / this.pixelCount));
      for (let k = 0; k < count; k += atOnce) {
        if (isStepOver()) yield;
        const read = some.slice(k, k + atOnce);
        const from = first + k;
        const of = partOf(light, k, read.length, this.pixelCount);
        this.#camera.read(read, of, images.subarray(from * this.pixelCount), saturatedPixels.subarray(from));
      }
    }
  }

  warmUp(): void {
    const most = Math.min(this.batchFrames, WARM_UP_FRAMES);
    if (this.#light.nominalSeconds(1) > WARM_UP_SECONDS) return;
    for (const frames of new Set([1, most])) {
      const pattern = new Uint8Array(this.patternBytes).fill(0x5a);
      const timing = { resetTick: 0, exposureStartTick: 0, exposureTicks: 1, referencePhaseRadians: 0 };
      const requests = Array.from({ length: frames }, (_, frame) => ({ ...timing, frame, pattern }));
      const steps = this.exposeInSteps(requests, this.createImages(frames), new Uint32Array(frames));
      steps.next();
      steps.return();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#camera?.release();
    this.#camera = undefined;
    this.#light.release();
  }

  #makeCamera(): Camera {
    const { configuration, layout } = this.#inForce();
    const { regionOfInterest, bitDepth } = configuration;
    this.#light.configure(configuration, layout);
    return new Camera(this.parameters, this.#pool, {
      seed: this.#seed,
      window: { ...regionOfInterest, sensorWidth: this.parameters.sensor.width },
      bitDepth,
      ideal: this.#ideal !== false,
      wave: this.#light.wave,
    });
  }

  #inForce(): Applied {
    if (this.#closed) throw new OpuError('INVALID_STATE', 'The optics were closed: create others.');
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

/** The light of `count` frames of a batch from frame `first` on. */
function partOf(light: CameraLight, first: number, count: number, pixels: number): CameraLight {
  const part = <A extends Int32Array | Float32Array>(all: A): A =>
    all.subarray(first * pixels, (first + count) * pixels) as A;
  if ('intensity' in light) return { intensity: part(light.intensity) };
  return { ...light, sums: { real: part(light.sums.real), imaginary: part(light.sums.imaginary) } };
}
