import { SeededRandom } from '@opu/compute';
import { OpuError, type Ticks } from '@opu/core';
import {
  type EncoderName,
  type LayoutName,
  type LinearModeName,
  type OperationOptions,
  type OpticalProjection,
  type OpuDevice,
  openLinearProjection,
} from '@opu/driver';
import ndarray, { type NdArray } from 'ndarray';
import { toNdarray } from '../algebra/dense.js';
import { dot, mean, standardError } from '../algebra/statistics.js';
import { BlockSketch } from './block-sketch.js';
import { rowBatches, shapeOf } from './input-rows.js';
import type { Isometry, Sketch, SketchInput, SketchRows, Spent } from './sketch.js';

export interface OpticalSketchOptions extends OperationOptions {
  readonly inputs: number;
  /** Rows of the sketch. A complex projection gives two real ones an output. */
  readonly outputs: number;
  /** `anchor` by default: it needs no reference beam. */
  readonly mode?: LinearModeName;
  /** How real numbers become patterns: `bitplanes:8` by default; `roundingShare` says what that costs. */
  readonly encoder?: EncoderName;
  /** Who spreads inputs over mirrors; `macro` (the device) by default where it can, else `raw` (the host). */
  readonly layout?: LayoutName;
  /**
   * In `anchor` mode: `gaussian` (the default) measures twice as many pixels, keeps those where the anchor is bright, and divides
   * by its field there; `amplitude-weighted` takes pixels as they come.
   */
  readonly rows?: SketchRows;
  /** Frames of the anchor that are averaged, so that its noise does not enter every product; 32 by default. */
  readonly onceFrames?: number;
  /** Vectors that the scale is measured with, each twice; 64 by default, 0 to believe the driver's. */
  readonly probes?: number;
  /** Seed of those vectors. */
  readonly seed?: number;
}

/**
 * A sketch made of light: a device's linear projection, scaled by measurement. Its matrix is fixed by the device's medium.
 * @throws INVALID_ARGUMENT when inputs or outputs do not fit the device
 */
export async function openOpticalSketch(device: OpuDevice, options: OpticalSketchOptions): Promise<OpticalSketch> {
  const { inputs, outputs, mode = 'anchor', encoder = 'bitplanes:8', onceFrames = 32, signal } = options;
  const layout = options.layout ?? (device.limits.features.has('macro-pixels') ? 'macro' : 'raw');
  const rows = mode === 'anchor' ? (options.rows ?? 'gaussian') : 'gaussian';
  const isChosen = mode === 'anchor' && rows === 'gaussian';
  if (!Number.isInteger(outputs) || outputs < 1) {
    throw new OpuError('INVALID_ARGUMENT', `outputs is ${outputs}; it must be a whole number of 1 or more.`);
  }
  const { probes = 64, seed = 0 } = options;
  if (!(Number.isInteger(probes) && (probes === 0 || probes >= 2))) {
    throw new OpuError('INVALID_ARGUMENT', `probes is ${probes}; it must be 0, or a whole number of 2 or more.`);
  }
  // Complex projections count as two real ones, so an odd number of outputs leaves one unused.
  const asked = isChosen ? 2 * outputs : mode === 'anchor' ? outputs : 2 * Math.ceil(outputs / 2);
  const begun = await device.now(signal === undefined ? {} : { signal });
  const projection = await openLinearProjection(device, {
    mode,
    inputs,
    outputs: asked,
    encoder,
    layout,
    ...(mode === 'phase-shifting' ? {} : { onceFrames }),
    ...(signal === undefined ? {} : { signal }),
  });
  const chosen = isChosen ? brightest(projection.rowAmplitudes, outputs) : plain(outputs);
  const sketch = new OpticalSketch(device, projection, { rows, encoder }, chosen, begun);
  if (probes > 0) await sketch.measureScale(probes, seed, signal === undefined ? {} : { signal });
  return sketch;
}

/** Pixels that a sketch is made of, and what each is divided by. */
interface ChosenRows {
  readonly index: Int32Array;
  readonly divisor: Float32Array;
}

function plain(outputs: number): ChosenRows {
  return { index: Int32Array.from({ length: outputs }, (_, m) => m), divisor: new Float32Array(outputs).fill(1) };
}

/**
 * The rows with the largest amplitudes, in the order of the pixels. Which they are depends on the anchor alone, so that what they
 * project with is as Gaussian as it was.
 */
function brightest(amplitudes: Float32Array | undefined, outputs: number): ChosenRows {
  if (amplitudes === undefined) throw new OpuError('BUG', 'A projection in anchor mode knows no amplitudes.');
  const order = Array.from(amplitudes, (_, m) => m).sort((a, b) => amplitudes[b]! - amplitudes[a]!);
  const index = Int32Array.from(order.slice(0, outputs)).sort();
  return { index, divisor: Float32Array.from(index, (m) => amplitudes[m]!) };
}

export class OpticalSketch implements Sketch {
  readonly inputs: number;
  readonly outputs: number;
  readonly rows: SketchRows;
  /** Values of a vector are shown wrong by at most this share of its largest: 1 / (2^p - 1) / 2 with p planes, 0 without. */
  readonly roundingShare: number;
  readonly #device: OpuDevice;
  readonly #projection: OpticalProjection;
  readonly #chosen: ChosenRows;
  readonly #begun: Ticks;
  #isometry: Isometry = { ratio: 1, standardError: Number.NaN };
  #deviceTicks = 0;
  #scale: number;

  constructor(
    device: OpuDevice,
    projection: OpticalProjection,
    { rows, encoder }: { readonly rows: SketchRows; readonly encoder: EncoderName },
    chosen: ChosenRows,
    begun: Ticks,
  ) {
    const planes = /^bitplanes:(\d+)$/.exec(encoder)?.[1];
    this.roundingShare = planes === undefined ? 0 : 0.5 / (2 ** Number(planes) - 1);
    this.#device = device;
    this.#projection = projection;
    this.#chosen = chosen;
    this.#begun = begun;
    this.inputs = projection.inputs;
    this.outputs = chosen.index.length;
    this.rows = rows;
    this.#scale = 1 / Math.sqrt(this.outputs);
  }

  get isometry(): Isometry {
    return this.#isometry;
  }

  get spent(): Spent {
    return { frames: this.#projection.framesMade, deviceTicks: this.#deviceTicks };
  }

  /**
   * Finds the mean of `|Sx|^2 / |x|^2` with normal vectors and divides it out. Each is projected twice, and the product of both
   * readings has no share of the camera's noise.
   */
  async measureScale(probes: number, seed: number, options: OperationOptions): Promise<void> {
    const values = new SeededRandom(seed, 'sketch-probes').fillNormal(new Float32Array(probes * this.inputs));
    const vectors = ndarray(values, [probes, this.inputs]);
    const [first, second] = [await this.apply(vectors, options), await this.apply(vectors, options)];
    const ratios = Float64Array.from({ length: probes }, (_, k) => {
      const row = ({ data }: { data: Float32Array }, width: number) => data.subarray(k * width, (k + 1) * width);
      const x = row(vectors, this.inputs);
      return dot(row(first, this.outputs), row(second, this.outputs)) / dot(x, x);
    });
    const ratio = mean(ratios);
    if (!(ratio > 0.1 && ratio < 10)) {
      throw new OpuError(
        'DEVICE_FAULT',
        `The device keeps ${ratio.toPrecision(3)} of a vector's squared length where 1 is expected; is the camera lit and not saturated?`,
        { details: { ratio } },
      );
    }
    this.#isometry = { ratio, standardError: standardError(ratios) };
    this.#scale /= Math.sqrt(ratio);
  }

  async apply(vectors: SketchInput, options: OperationOptions = {}): Promise<NdArray<Float32Array>> {
    const { rows } = shapeOf(vectors, this.inputs);
    const { index, divisor } = this.#chosen;
    const out = new Float32Array(rows * this.outputs);
    for (const { first, batch } of rowBatches(vectors, this.inputs, this.#projection.outputs)) {
      const seen = await this.#projection.project(toNdarray(batch), options);
      const width = seen.shape[1]!;
      for (let i = 0; i < batch.rows; i++) {
        for (let m = 0; m < this.outputs; m++) {
          const value = seen.data[seen.offset + i * width + index[m]!]!;
          out[(first + i) * this.outputs + m] = (this.#scale * value) / divisor[m]!;
        }
      }
    }
    this.#deviceTicks = (await this.#device.now(options)) - this.#begun;
    return ndarray(out, [rows, this.outputs]);
  }

  block(first: number, count: number): Sketch {
    return new BlockSketch(this, first, count);
  }
}
