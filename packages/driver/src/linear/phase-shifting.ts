import { OpuError } from '@opu/core';
import type { AppliedConfiguration, OpuDevice, ReadoutBatch, RegionOfInterest } from '../api/opu-device.js';
import { type CellLayout, cellLayout, type LayoutName } from '../encode/pattern-layout.js';
import type { LinearMode, ModeSetup, Shot } from './mode.js';
import { framePixels, meanFrame, meanOf, requireLight } from './pixels.js';
import { windowOfPixels } from './window.js';

export interface PhaseShiftingOptions {
  readonly inputs: number;
  readonly outputs: number;
  readonly layout: LayoutName;
  /** Phases of the reference beam that a pattern is shown with: 4 (a quarter turn apart) or 3 (a third). */
  readonly phases: 3 | 4;
  /** Amplitude of the reference beam, in units of the root mean square field that every mirror on gives. */
  readonly amplitude: number;
}

/** Patterns that the output scale is measured with, each lighting other inputs. */
const SCALE_PATTERNS = 16;

/**
 * Linear projections with a reference beam r that is stepped in phase: `sum_k |Tx + r e^{i p_k}|^2 e^{i p_k}` is P r Tx for P
 * phases p_k evenly around the circle, complex. Outputs 2 m and 2 m + 1 are the real and the imaginary part at pixel m, so that
 * `outputs` real numbers need half as many pixels.
 *
 * Frames: P a binary pattern (4 or 3), so 2 P a ternary vector; once, for the output scale: up to 16 patterns and a dark frame
 * without the reference, and one of the reference alone.
 *
 * Error: a part of Tx has noise of variance `2 / P x (variance of a frame's noise) / (2 r)^2`, in units of grey values; shot
 * noise grows with r^2, so beyond r of about the field's own size more reference gains little and costs range. Where one of the
 * P frames is saturated the output is wrong. On the emulator's 8-bit camera with ten inputs and amplitude 0.7 the error of a ternary
 * projection is 4 % of an output.
 */
export class PhaseShiftingMode implements LinearMode {
  readonly name = 'phase-shifting';
  readonly shots: readonly boolean[];
  readonly layout: CellLayout;
  readonly outputs: number;
  readonly framesOnce: number;
  readonly #pixels: number;
  readonly #window: RegionOfInterest;
  readonly #reference: AppliedConfiguration['reference'];
  readonly #scaleShots: readonly Shot[];
  #scale = 0;

  constructor(device: OpuDevice, options: PhaseShiftingOptions) {
    const { phases, amplitude } = options;
    requireReferenceBeam(device, 'Phase shifting');
    this.layout = cellLayout(options.layout, device.limits.modulator, options.inputs, false);
    this.outputs = options.outputs;
    this.#pixels = Math.ceil(options.outputs / 2);
    this.#window = windowOfPixels(device.limits.sensor, this.#pixels);
    this.shots = Array.from({ length: phases }, () => false);
    this.#reference = { on: true, amplitude, phaseSteps: phases, tiltX: 0, tiltY: 0 };
    this.#scaleShots = scaleShots(options.inputs, SCALE_PATTERNS);
    this.framesOnce = this.#scaleShots.length + 2;
  }

  async prepare({ configure, shoot }: ModeSetup): Promise<void> {
    const common = { regionOfInterest: this.#window, macroPixels: this.layout.macroPixels };
    await configure({ ...common, reference: { ...this.#reference, on: false } });
    const dark = { bits: new Uint8Array(this.layout.inputs), anchor: false };
    const batch = await shoot([dark, ...this.#scaleShots]);
    const black = meanOf(meanFrame(batch, 0, 1, this.#pixels));
    let inputsGrey = 0;
    for (let k = 1; k <= this.#scaleShots.length; k++) {
      inputsGrey += meanOf(meanFrame(batch, k, k + 1, this.#pixels)) - black;
    }
    const { bitDepth } = await configure({ ...common, reference: this.#reference });
    const referenceGrey = meanOf(meanFrame(await shoot([dark]), 0, 1, this.#pixels)) - black;
    requireLight('All inputs together', inputsGrey, bitDepth);
    requireLight('The reference beam', referenceGrey, bitDepth);
    // In grey values, the sum over phases is P r Tx with E|Tx|^2 = inputsGrey / inputs an input, half of it a part.
    const inputGrey = inputsGrey / this.layout.inputs;
    this.#scale = Math.SQRT2 / (this.shots.length * Math.sqrt(referenceGrey * inputGrey));
  }

  decode(batch: ReadoutBatch, first: number, weight: number, sum: Float32Array, at: number): void {
    const { data, offset, frameStride } = framePixels(batch);
    for (let k = 0; k < this.shots.length; k++) {
      const phase = batch.readouts[first + k]!.referencePhaseRadians;
      const real = weight * this.#scale * Math.cos(phase);
      const imaginary = weight * this.#scale * Math.sin(phase);
      const frame = offset + (first + k) * frameStride;
      for (let m = 0, out = at; out < at + this.outputs; m++, out += 2) {
        sum[out]! += real * data[frame + m]!;
        if (out + 1 < at + this.outputs) sum[out + 1]! += imaginary * data[frame + m]!;
      }
    }
  }
}

/**
 * @param what needs it, for the message
 * @throws NOT_SUPPORTED when the device says that it lacks it
 */
export function requireReferenceBeam(device: OpuDevice, what: string, tilted = false): void {
  const needed = tilted ? ['reference-beam', 'reference-tilt'] : ['reference-beam'];
  const missing = needed.filter((feature) => !device.limits.features.has(feature));
  if (missing.length === 0) return;
  throw new OpuError(
    'NOT_SUPPORTED',
    `${what} needs ${missing.join(' and ')}, which this device does not offer (it offers ${[...device.limits.features].join(', ') || 'nothing'}). The linear mode "anchor" works without.`,
    { details: { missing } },
  );
}

/** Patterns that light every input once between them, evenly shared out. */
export function scaleShots(inputs: number, most: number): readonly Shot[] {
  const count = Math.min(inputs, most);
  return Array.from({ length: count }, (_, k) => ({
    bits: Uint8Array.from({ length: inputs }, (_, i) => (i % count === k ? 1 : 0)),
    anchor: false,
  }));
}
