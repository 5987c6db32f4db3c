import { SeededRandom } from '@opu/compute';
import type { ExposureRequest } from '@opu/device';
import type { OpticalConfiguration } from '../model/configuration.js';
import {
  type MediumParameters,
  type OpticalModulator,
  type OpticsParameters,
  opticsParameters,
} from '../model/parameters.js';
import { createOptics, type Optics } from '../optics.js';

/** Optics with the ideal float read-out, as tests of statistics want them. */
export interface LightOptions {
  readonly mirrors?: { readonly width: number; readonly height: number };
  readonly modulator?: OpticalModulator;
  readonly sensor: { readonly width: number; readonly height: number };
  readonly medium?: Partial<MediumParameters>;
}

export interface Shot {
  readonly pattern: Uint8Array;
  readonly previousPattern?: Uint8Array;
  /** Exposure start after the reset, ticks. */
  readonly wait?: number;
  readonly tick?: number;
  readonly exposureTicks?: number;
}

export class FloatLight {
  readonly parameters: OpticsParameters;
  readonly mirrors: number;
  readonly #optics: Optics;
  readonly #configuration: OpticalConfiguration;

  constructor(seed: number, options: LightOptions) {
    const { sensor, mirrors = { width: 64, height: 64 }, medium = {} } = options;
    const modulator = options.modulator ?? { kind: 'dmd', ...mirrors };
    this.parameters = opticsParameters({ modulator, sensor, exposureTicks: 2000, medium });
    this.mirrors = modulator.width * modulator.height;
    this.#optics = createOptics(this.parameters, seed, { ideal: 'float' });
    this.#configuration = {
      regionOfInterest: { x: 0, y: 0, ...sensor },
      bitDepth: 32,
      macroPixels: { columns: 0, rows: 0 },
      reference: { on: false, amplitude: 1, tiltX: 0, tiltY: 0 },
    };
    this.#optics.configure(this.#configuration);
  }

  get pixels(): number {
    return this.#optics.pixelCount;
  }

  /** Intensities of each shot. */
  intensities(shots: readonly Shot[]): Float32Array[] {
    return this.#expose(shots.map((shot) => ({ ...shot, phase: 0 })));
  }

  /** Fields of each shot, by four phases of a reference beam. */
  fields(shots: readonly Shot[]): { real: Float64Array; imaginary: Float64Array }[] {
    this.#optics.configure({ ...this.#configuration, reference: { on: true, amplitude: 1, tiltX: 0, tiltY: 0 } });
    const fields = shots.map((shot) => {
      const [i0, i1, i2, i3] = this.#expose([0, 1, 2, 3].map((k) => ({ ...shot, phase: (k * Math.PI) / 2 })));
      return {
        real: Float64Array.from(i0!, (value, m) => (value - i2![m]!) / 4),
        imaginary: Float64Array.from(i1!, (value, m) => (value - i3![m]!) / 4),
      };
    });
    this.#optics.configure(this.#configuration);
    return fields;
  }

  close(): void {
    this.#optics.close();
  }

  #expose(shots: readonly (Shot & { phase: number })[]): Float32Array[] {
    const requests = shots.map((shot, frame): ExposureRequest => {
      const { pattern, previousPattern, tick = 0, wait = 1750, exposureTicks = 2000, phase } = shot;
      return {
        frame,
        pattern,
        ...(previousPattern === undefined ? {} : { previousPattern }),
        resetTick: tick,
        exposureStartTick: tick + wait,
        exposureTicks,
        referencePhaseRadians: phase,
      };
    });
    const images = this.#optics.createImages(shots.length) as Float32Array;
    this.#optics.expose(requests, images, new Uint32Array(shots.length));
    return shots.map((_, k) => images.subarray(k * this.pixels, (k + 1) * this.pixels));
  }
}

/** A pattern with exactly `on` of `mirrors` bits set, drawn by a seed. */
export function randomPattern(mirrors: number, on: number, seed: number): Uint8Array {
  const pattern = new Uint8Array(Math.ceil(mirrors / 8));
  const order = new SeededRandom(seed, 'test patterns').permutation(mirrors);
  for (let k = 0; k < on; k++) pattern[order[k]! >> 3]! |= 0x80 >> (order[k]! & 7);
  return pattern;
}
