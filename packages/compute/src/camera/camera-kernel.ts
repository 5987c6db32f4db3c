import { OpuError } from '@opu/core';
import type { FieldSums } from '../media/field-projection.js';
import type { PixelRange } from '../media/pixel-strips.js';
import type { ComputePool } from '../pool/compute-pool.js';
import { type CameraParameters, checkCamera, type FrameExposure, frameKeys, pixelKeys } from './camera-parameters.js';

/** Pixels of a tile: a multiple of 4. */
const chunkPixels = 8192;
const recordBytes = 32;

/** A reference beam's field at each pixel, in the units of the scaled field. */
export interface ReferenceWave {
  readonly real: Float32Array;
  readonly imaginary: Float32Array;
}

/** Light of a batch of frames: integer sums of a medium with their scale, or intensities; [frames, pixels] on the pool. */
export type Light = { readonly sums: FieldSums; readonly scale: number } | { readonly intensity: Float32Array };

/** The camera of README.md on a list of pixels: bit-equal to `greyReference`. */
export class CameraKernel {
  readonly pixels: number;
  readonly parameters: CameraParameters;
  readonly #pool: ComputePool;
  readonly #numbers: Int32Array;
  readonly #gains: Float32Array;
  readonly #offsets: Float32Array;
  #wave: ReferenceWave | undefined;

  /** @param ranges pixels by their numbers on the whole sensor, in the order of the output */
  constructor(pool: ComputePool, ranges: readonly PixelRange[], parameters: CameraParameters) {
    checkCamera(parameters);
    this.#pool = pool;
    this.parameters = parameters;
    this.pixels = ranges.reduce((sum, range) => sum + range.count, 0);
    const padded = this.#padded;
    this.#numbers = pool.int32(padded);
    let at = 0;
    for (const { first, count } of ranges) for (let i = 0; i < count; i++) this.#numbers[at++] = first + i;
    this.#gains = pool.float32(padded);
    this.#offsets = pool.float32(padded);
    pool.run(
      'pixelPatterns',
      1,
      ...[pool.pointer(this.#numbers), padded, ...pixelKeys(parameters.seed), parameters.prnu, parameters.dsnu],
      ...[pool.pointer(this.#gains), pool.pointer(this.#offsets)],
    );
  }

  /** Adds a reference beam to every following light that comes as sums; undefined switches it off. */
  setWave(wave: ReferenceWave | undefined): void {
    if (this.#wave !== undefined) for (const part of Object.values(this.#wave)) this.#pool.release(part);
    this.#wave = undefined;
    if (wave === undefined) return;
    if (wave.real.length !== this.pixels || wave.imaginary.length !== this.pixels) {
      const { real, imaginary } = wave;
      throw new OpuError(
        'INVALID_ARGUMENT',
        `the wave has ${real.length} and ${imaginary.length} numbers; it must have one for each of ${this.pixels} pixels`,
      );
    }
    const copy = (part: Float32Array) => {
      const own = this.#pool.float32(this.#padded);
      own.set(part);
      return own;
    };
    this.#wave = { real: copy(wave.real), imaginary: copy(wave.imaginary) };
  }

  /**
   * Intensities of sums, times `weight`: shape [frames, pixels]. `accumulate` adds them to what is there, as for a second
   * polarisation.
   */
  intensities(
    frames: readonly FrameExposure[],
    light: { readonly sums: FieldSums; readonly scale: number },
    out: Float32Array,
    options: { readonly weight?: number; readonly accumulate?: boolean } = {},
  ): void {
    this.#checkLengths(frames.length, [light.sums.real, light.sums.imaginary, out]);
    this.#pool.run(
      'intensities',
      this.#tiles(frames.length),
      ...this.#lightArguments(light),
      ...[this.#records(frames, 0), this.pixels, chunkPixels],
      ...[options.weight ?? 1, options.accumulate === true ? 1 : 0, this.#pool.pointer(out)],
    );
  }

  /**
   * Grey values of a batch of frames, shape [frames, pixels].
   * @param out on the pool: Uint8Array up to 8 bits, Uint16Array above
   * @param saturated if given, is filled with the number of pixels at the largest grey value, one each frame
   */
  expose(
    frames: readonly FrameExposure[],
    light: Light,
    out: Uint8Array | Uint16Array,
    saturated?: Uint32Array | Int32Array,
  ): void {
    const { parameters: p } = this;
    const bytes = p.bitDepth <= 8 ? 1 : 2;
    if (out.BYTES_PER_ELEMENT !== bytes) {
      throw new OpuError('INVALID_ARGUMENT', `${p.bitDepth} bits are read out as ${bytes === 1 ? 'u8' : 'u16'}`);
    }
    const lights = 'sums' in light ? [light.sums.real, light.sums.imaginary] : [light.intensity];
    this.#checkLengths(frames.length, [...lights, out]);
    const tiles = this.#tiles(frames.length);
    const records = this.#records(frames, 4 * tiles);
    const counts = records + recordBytes * frames.length;
    this.#pool.run(
      'exposeFrames',
      tiles,
      ...this.#lightArguments(light),
      ...[records, this.pixels, chunkPixels],
      ...[this.#numbers, this.#gains, this.#offsets].map((array) => this.#pool.pointer(array)),
      ...[p.noise ? 1 : 0, p.readNoise, p.fullWell, p.greyPerElectron, p.blackLevel, 2 ** p.bitDepth - 1],
      ...[bytes, this.#pool.pointer(out), counts],
    );
    if (saturated !== undefined) this.#addCounts(counts, frames.length, saturated);
  }

  /** Gives the memory on the pool back. */
  release(): void {
    this.setWave(undefined);
    for (const array of [this.#numbers, this.#gains, this.#offsets]) this.#pool.release(array);
  }

  get #padded(): number {
    return Math.ceil(this.pixels / 4) * 4;
  }

  #tiles(frames: number): number {
    return frames * Math.ceil(this.pixels / chunkPixels);
  }

  #checkLengths(frames: number, arrays: readonly { length: number }[]): void {
    const wanted = frames * this.pixels;
    const short = arrays.find((array) => array.length < wanted);
    if (short === undefined) return;
    throw new OpuError(
      'INVALID_ARGUMENT',
      `${frames} frames of ${this.pixels} pixels need ${wanted} numbers in each array; one has ${short.length}`,
    );
  }

  #lightArguments(light: Light): number[] {
    const pool = this.#pool;
    if ('intensity' in light) return [pool.pointer(light.intensity), 0, 1, 0, 0];
    const { real, imaginary } = light.sums;
    const wave =
      this.#wave === undefined ? [0, 0] : [this.#wave.real, this.#wave.imaginary].map((x) => pool.pointer(x));
    return [pool.pointer(real), pool.pointer(imaginary), light.scale, ...wave];
  }

  /** Writes the frames' records to the workspace, with `more` bytes of room behind them. */
  #records(frames: readonly FrameExposure[], more: number): number {
    const bytes = recordBytes * frames.length;
    const address = this.#pool.workspace(bytes + more);
    const view = this.#pool.bytesAt(address, bytes);
    const words = new Uint32Array(view.buffer, address, bytes / 4);
    const floats = new Float32Array(view.buffer, address, bytes / 4);
    frames.forEach((frame, i) => {
      if (this.parameters.noise) words.set(frameKeys(this.parameters.seed, frame.frame), 8 * i);
      floats[8 * i + 4] = frame.electronsPerIntensity;
      floats[8 * i + 5] = frame.darkElectrons;
      floats[8 * i + 6] = frame.phaseCosine ?? 1;
      floats[8 * i + 7] = frame.phaseSine ?? 0;
    });
    return address;
  }

  #addCounts(address: number, frames: number, saturated: Uint32Array | Int32Array): void {
    const chunks = Math.ceil(this.pixels / chunkPixels);
    const counts = new Int32Array(this.#pool.bytesAt(address, 4).buffer, address, frames * chunks);
    for (let frame = 0; frame < frames; frame++) {
      saturated[frame] = 0;
      for (let i = 0; i < chunks; i++) saturated[frame]! += counts[frame * chunks + i]!;
    }
  }
}
