import {
  CameraKernel,
  type ComputePool,
  type FrameExposure,
  type Light,
  portableSinCosTurns,
  regionPixels,
} from '@opu/compute';
import { TICKS_PER_SECOND } from '@opu/core';
import type { ExposureRequest, ImagePixels } from '@opu/device';
import type { PlaneWave } from '../light/plane-wave.js';
import type { SensorWindow } from '../light/window.js';
import type { OpticalBitDepth } from '../model/configuration.js';
import { electronsPerGrey, type OpticsParameters } from '../model/parameters.js';

export interface CameraOptions {
  readonly seed: number;
  readonly window: SensorWindow;
  readonly bitDepth: OpticalBitDepth;
  /** No noise and even pixels. */
  readonly ideal: boolean;
  /** Reference beam that is added to light that comes as field sums. */
  readonly wave: PlaneWave | undefined;
}

/** The camera of a window: grey values of light after EMVA Standard 1288, or the intensities themselves at bit depth 32. */
export class Camera {
  readonly #kernel: CameraKernel;
  readonly #pool: ComputePool;
  readonly #parameters: OpticsParameters;
  readonly #bitDepth: OpticalBitDepth;
  #images: Uint8Array | Uint16Array | Float32Array | undefined;

  constructor(parameters: OpticsParameters, pool: ComputePool, options: CameraOptions) {
    const { camera } = parameters;
    const { window, bitDepth } = options;
    const depth = bitDepth === 32 ? 12 : bitDepth;
    this.#parameters = parameters;
    this.#pool = pool;
    this.#bitDepth = bitDepth;
    this.#kernel = new CameraKernel(pool, regionPixels(window.sensorWidth, window), {
      seed: options.seed,
      noise: !options.ideal,
      prnu: camera.photoResponseNonUniformity,
      dsnu: camera.darkSignalNonUniformityElectrons,
      readNoise: camera.readNoiseElectrons,
      fullWell: camera.fullWellElectrons,
      greyPerElectron: 1 / electronsPerGrey(camera, depth),
      blackLevel: camera.blackLevel * 2 ** (depth - 8),
      bitDepth: depth,
    });
    this.#kernel.setWave(options.wave);
  }

  /** Fills `images` and `saturatedPixels` with the read-outs of the frames whose light this is. */
  read(requests: readonly ExposureRequest[], light: Light, images: ImagePixels, saturatedPixels: Uint32Array): void {
    const frames = requests.map((request) => this.#frame(request));
    const length = requests.length * this.#kernel.pixels;
    const own = this.#room(length);
    if (own instanceof Float32Array) {
      saturatedPixels.fill(0, 0, requests.length);
      if ('sums' in light) this.#kernel.intensities(frames, light, own);
      images.set('sums' in light ? own.subarray(0, length) : light.intensity.subarray(0, length));
      return;
    }
    this.#kernel.expose(frames, light, own, saturatedPixels);
    images.set(own.subarray(0, length));
  }

  release(): void {
    this.#kernel.release();
    if (this.#images !== undefined) this.#pool.release(this.#images);
    this.#images = undefined;
  }

  #frame({ frame, exposureTicks, referencePhaseRadians }: ExposureRequest): FrameExposure {
    const { camera, fluxPhotonsPerSecond } = this.#parameters;
    const seconds = exposureTicks / TICKS_PER_SECOND;
    const { sin, cos } = portableSinCosTurns(referencePhaseRadians / (2 * Math.PI));
    return {
      frame,
      electronsPerIntensity: fluxPhotonsPerSecond * seconds * camera.quantumEfficiency,
      darkElectrons: camera.darkCurrentElectronsPerSecond * seconds,
      phaseCosine: cos,
      phaseSine: sin,
    };
  }

  #room(length: number): Uint8Array | Uint16Array | Float32Array {
    if (this.#images !== undefined && this.#images.length >= length) return this.#images;
    if (this.#images !== undefined) this.#pool.release(this.#images);
    this.#images = undefined;
    switch (this.#bitDepth) {
      case 8:
        return (this.#images = this.#pool.uint8(length));
      case 32:
        return (this.#images = this.#pool.float32(length));
      default:
        return (this.#images = this.#pool.uint16(length));
    }
  }
}
