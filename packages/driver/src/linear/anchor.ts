import type { AppliedConfiguration, OpuDevice, ReadoutBatch, RegionOfInterest } from '../api/opu-device.js';
import { type CellLayout, cellLayout, type LayoutName } from '../encode/pattern-layout.js';
import type { LinearMode, ModeSetup } from './mode.js';
import { framePixels, meanFrame, meanOf, requireLight } from './pixels.js';
import { windowOfPixels } from './window.js';

export interface AnchorOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly layout: LayoutName;
  /** Frames of the anchor alone, and as many in the dark, that are averaged. */
  readonly onceFrames: number;
}

/**
 * Linear projections without a reference beam. With an anchor pattern a on mirrors that x leaves alone,
 * `|T(x+a)|^2 - |Tx|^2 - |Ta|^2 = 2 Re[(Tx)(Ta)*]`, linear in x and real, one output a pixel; a pixel's row of the matrix is
 * weighted by the anchor's field there.
 *
 * Frames: 2 a binary pattern (with and without the anchor), so 4 a ternary vector; once, the anchor alone and a dark frame
 * (`onceFrames` each). The dark frame takes out the black level.
 *
 * Error: the noise of two frames a pattern. In grey values its variance is K times the grey value (shot noise) plus read
 * noise and the 1/12 of rounding; where a frame is saturated the output is wrong. On the emulator's 8-bit camera with ten inputs the
 * error of a ternary projection is 7 % of an output.
 */
export class AnchorMode implements LinearMode {
  readonly name = 'anchor';
  readonly shots = [true, false];
  readonly layout: CellLayout;
  readonly outputs: number;
  readonly framesOnce: number;
  readonly #onceFrames: number;
  readonly #reference: AppliedConfiguration['reference'];
  readonly #window: RegionOfInterest;
  #offset = new Float32Array(0);
  #scale = 0;

  constructor(device: OpuDevice, options: AnchorOptions) {
    this.layout = cellLayout(options.layout, device.limits.modulator, options.inputs, true);
    this.outputs = options.outputs;
    this.#onceFrames = options.onceFrames;
    this.#reference = { ...device.configuration.reference, on: false };
    this.#window = windowOfPixels(device.limits.sensor, this.outputs);
    this.framesOnce = 2 * options.onceFrames;
  }

  async prepare({ configure, shoot }: ModeSetup): Promise<void> {
    const { bitDepth } = await configure({
      regionOfInterest: this.#window,
      reference: this.#reference,
      macroPixels: this.layout.macroPixels,
    });
    const bits = new Uint8Array(this.layout.inputs);
    const n = this.#onceFrames;
    const shots = Array.from({ length: 2 * n }, (_, k) => ({ bits, anchor: k < n }));
    const batch = await shoot(shots);
    const offset = meanFrame(batch, 0, n, this.outputs);
    const dark = meanFrame(batch, n, 2 * n, this.outputs);
    for (let m = 0; m < this.outputs; m++) offset[m]! -= dark[m]!;
    const anchorGrey = meanOf(offset);
    requireLight('The anchor', anchorGrey, bitDepth);
    this.#offset = Float32Array.from(offset);
    // (Tx)(Ta)* has the mean square E|Tx|^2 E|Ta|^2, its real part half of it; one input's share of the light follows from
    // the anchor's by the number of mirrors.
    this.#scale = Math.sqrt(this.layout.anchorCells / 2) / anchorGrey;
  }

  get rowAmplitudes(): Float32Array {
    const total = this.#offset.reduce((sum, grey) => sum + Math.max(0, grey), 0);
    return this.#offset.map((grey) => Math.sqrt((Math.max(0, grey) * this.outputs) / total));
  }

  decode(batch: ReadoutBatch, first: number, weight: number, sum: Float32Array, at: number): void {
    const { data, offset, frameStride } = framePixels(batch);
    const both = offset + first * frameStride;
    const alone = both + frameStride;
    const factor = weight * this.#scale;
    for (let m = 0; m < this.outputs; m++) {
      sum[at + m]! += factor * (data[both + m]! - data[alone + m]! - this.#offset[m]!);
    }
  }
}
