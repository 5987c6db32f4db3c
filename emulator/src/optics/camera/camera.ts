import { TICKS_PER_SECOND } from '@opu/protocol';
import type { SensorWindow } from '../light/window.js';
import { electronsPerGrey, type OpticsParameters } from '../parameters.js';
import { hash3, normalOf, poissonOf } from './interim-random.js';

/** Grey values of intensities, after EMVA Standard 1288. */
export class Camera {
  readonly #parameters: OpticsParameters;
  readonly #seed: number;
  readonly #window: SensorWindow;
  readonly #bitDepth: 8 | 10 | 12;
  readonly #ideal: boolean;

  constructor(parameters: OpticsParameters, seed: number, window: SensorWindow, bitDepth: 8 | 10 | 12, ideal: boolean) {
    this.#parameters = parameters;
    this.#seed = seed;
    this.#window = window;
    this.#bitDepth = bitDepth;
    this.#ideal = ideal;
  }

  /** Fills `grey` with the read-out of one frame and returns how many pixels are saturated. */
  read(intensity: Float32Array, frame: number, exposureTicks: number, grey: Uint8Array | Uint16Array): number {
    const { camera, fluxPhotonsPerSecond } = this.#parameters;
    const seconds = exposureTicks / TICKS_PER_SECOND;
    const perIntensity = fluxPhotonsPerSecond * seconds * camera.quantumEfficiency;
    const dark = camera.darkCurrentElectronsPerSecond * seconds;
    const gain = 1 / electronsPerGrey(camera, this.#bitDepth);
    const black = camera.blackLevel * 2 ** (this.#bitDepth - 8);
    const largest = 2 ** this.#bitDepth - 1;
    const window = this.#window;
    let saturated = 0;
    for (let y = 0, at = 0; y < window.height; y++) {
      for (let x = 0; x < window.width; x++, at++) {
        const mean = perIntensity * intensity[at]! + dark;
        const pixel = (window.y + y) * window.sensorWidth + window.x + x;
        const electrons = this.#ideal ? mean : this.#noisy(mean, frame, pixel);
        const value = Math.min(
          largest,
          Math.max(0, Math.floor(gain * Math.min(electrons, camera.fullWellElectrons) + black + 0.5)),
        );
        grey[at] = value;
        if (value === largest) saturated++;
      }
    }
    return saturated;
  }

  #noisy(mean: number, frame: number, pixel: number): number {
    const { camera } = this.#parameters;
    const prnu = 1 + camera.photoResponseNonUniformity * normalOf(hash3(this.#seed ^ 1, pixel, 0));
    const dsnu = camera.darkSignalNonUniformityElectrons * normalOf(hash3(this.#seed ^ 2, pixel, 0));
    const electrons = poissonOf(mean, hash3(this.#seed ^ 3, pixel, frame));
    const read = camera.readNoiseElectrons * normalOf(hash3(this.#seed ^ 4, pixel, frame));
    return electrons * prnu + dsnu + read;
  }
}
