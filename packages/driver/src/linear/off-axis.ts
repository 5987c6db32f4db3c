import { OpuError } from '@opu/core';
import type { AppliedConfiguration, OpuDevice, ReadoutBatch } from '../api/opu-device.js';
import { type CellLayout, cellLayout, type LayoutName } from '../encode/pattern-layout.js';
import { Fft, fft2 } from './fft.js';
import type { LinearMode, ModeSetup, Shot } from './mode.js';
import { requireReferenceBeam, scaleShots } from './phase-shifting.js';
import { framePixels } from './pixels.js';
import { type SideBand, sideBand } from './side-band.js';

export interface OffAxisOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly layout: LayoutName;
  /** Amplitude of the reference beam, in units of the root mean square field that every mirror on gives. */
  readonly amplitude: number;
  /** Full width at half maximum of the speckle's autocorrelation, pixels; at least 3. */
  readonly grainPixels: number;
  /** Frames of the reference beam alone that are averaged. */
  readonly onceFrames: number;
}

const SCALE_PATTERNS = 16;

/**
 * Linear projections from single holograms: with the reference beam tilted by k, `|Tx + r e^{i k.m}|^2` carries `r Tx e^{-i k.m}`,
 * which its two-dimensional Fourier transform shows as a band around -k, apart from the rest. Outputs 2 j and 2 j + 1 are the real
 * and the imaginary part of the band's mode j, a fixed linear function of Tx; modes are independent where pixels, each smaller than
 * a grain, are not.
 *
 * Frames: 1 a binary pattern, so 2 a ternary vector; once, the reference alone and up to 16 patterns, twice each, for the scale.
 * About `1.8 g^2` pixels a mode for a grain of g, up to a power of two.
 *
 * Error: the noise of one frame, spread evenly over the transform (2 % of an output with ten inputs on the emulator's 8-bit camera),
 * and what of the speckle's own intensity `|Tx|^2` reaches into the band, which is not linear in x: below 1 % of an output at a grain
 * of 3 with a reference of amplitude 1, 0.3 % at 4.
 */
export class OffAxisMode implements LinearMode {
  readonly name = 'off-axis';
  readonly shots = [false];
  readonly layout: CellLayout;
  readonly outputs: number;
  readonly framesOnce: number;
  readonly #band: SideBand;
  readonly #rows: Fft;
  readonly #columns: Fft;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  readonly #reference: AppliedConfiguration['reference'];
  readonly #scaleShots: readonly Shot[];
  readonly #onceFrames: number;
  readonly #offset: Float64Array;
  #scale = 1;

  constructor(device: OpuDevice, options: OffAxisOptions) {
    requireReferenceBeam(device, 'Off-axis holography', true);
    this.layout = cellLayout(options.layout, device.limits.modulator, options.inputs, false);
    this.outputs = options.outputs;
    const band = sideBand(device.limits.sensor, options.grainPixels, Math.ceil(options.outputs / 2));
    this.#band = band;
    this.#rows = new Fft(band.width);
    this.#columns = new Fft(band.height);
    this.#real = new Float64Array(band.width * band.height);
    this.#imaginary = new Float64Array(band.width * band.height);
    this.#offset = new Float64Array(2 * band.modes.length);
    this.#reference = { on: true, amplitude: options.amplitude, phaseSteps: 1, tiltX: band.tiltX, tiltY: band.tiltY };
    this.#onceFrames = options.onceFrames;
    this.#scaleShots = scaleShots(options.inputs, SCALE_PATTERNS);
    this.framesOnce = options.onceFrames + 2 * this.#scaleShots.length;
  }

  async prepare({ configure, shoot }: ModeSetup): Promise<void> {
    const { regionOfInterest } = this.#band;
    await configure({ regionOfInterest, macroPixels: this.layout.macroPixels, reference: this.#reference });
    const bits = new Uint8Array(this.layout.inputs);
    const alone = Array.from({ length: this.#onceFrames }, () => ({ bits, anchor: false }));
    const batch = await shoot([...alone, ...this.#scaleShots, ...this.#scaleShots]);
    const modes = this.#offset.length;
    const offset = new Float64Array(modes);
    for (let frame = 0; frame < this.#onceFrames; frame++)
      this.#addModes(batch, frame, 1 / this.#onceFrames, offset, 0);
    this.#offset.set(offset);
    const count = this.#scaleShots.length;
    let power = 0;
    for (let k = 0; k < count; k++) {
      const first = this.#modesOf(batch, this.#onceFrames + k);
      const second = this.#modesOf(batch, this.#onceFrames + count + k);
      for (let i = 0; i < modes; i++) power += first[i]! * second[i]!;
    }
    if (!(power > 0)) {
      throw new OpuError(
        'INVALID_STATE',
        'Two holograms of the same patterns have nothing in common in the side band. Raise the exposure, the light or the reference beam.',
      );
    }
    this.#scale = Math.sqrt((this.layout.inputs * modes) / power);
  }

  decode(batch: ReadoutBatch, first: number, weight: number, sum: Float32Array, at: number): void {
    const modes = this.#modesOf(batch, first);
    const factor = weight * this.#scale;
    for (let i = 0; i < this.outputs; i++) sum[at + i]! += factor * modes[i]!;
  }

  #modesOf(batch: ReadoutBatch, frame: number): Float64Array {
    const modes = new Float64Array(this.#offset.length);
    this.#addModes(batch, frame, 1, modes, 0);
    for (let i = 0; i < modes.length; i++) modes[i]! -= this.#offset[i]!;
    return modes;
  }

  #addModes(batch: ReadoutBatch, frame: number, weight: number, sum: Float64Array, at: number): void {
    const { data, offset, frameStride } = framePixels(batch);
    const { width, height, regionOfInterest, modes } = this.#band;
    const real = this.#real;
    const imaginary = this.#imaginary.fill(0);
    for (let y = 0; y < height; y++) {
      const row = offset + frame * frameStride + y * regionOfInterest.width;
      for (let x = 0; x < width; x++) real[y * width + x] = data[row + x]!;
    }
    fft2(this.#rows, this.#columns, real, imaginary);
    for (let j = 0; j < modes.length; j++) {
      sum[at + 2 * j]! += weight * real[modes[j]!]!;
      sum[at + 2 * j + 1]! += weight * imaginary[modes[j]!]!;
    }
  }
}
