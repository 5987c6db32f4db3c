import { type Light as CameraLight, type ComputePool, portableSinCosTurns } from '@opu/compute';
import type { ExposureRequest } from '@opu/device';
import type { OpticalConfiguration } from '../model/configuration.js';
import type { PatternLayout } from '../model/macro-pixels.js';
import type { OpticsParameters } from '../model/parameters.js';
import { Grain } from './grain.js';
import { changes, type GhostWeights, ghostWeights } from './liquid-crystal.js';
import { type PlaneWave, planeWave } from './plane-wave.js';
import { Renewals } from './renewals.js';
import { createScatterer, type Scatterer } from './scatterer.js';
import { fieldPlaces, type SensorWindow } from './window.js';

/** Seeds of the two polarisations' media lie this far apart: seeds of devices stay below it. */
const SECOND_MEDIUM = 2 ** 32;

/** Bytes of sums that are computed at once: 111 frames of 300 000 pixels, enough for the kernels to work by tables. */
const BATCH_BYTES = 2 ** 28;
/** Share of the pool's memory that they may take. */
const BATCH_SHARE = 0.25;
const MOST_FRAMES = 512;
/** A batch takes no longer than this, or than so many times as long as a single frame. */
const BATCH_SECONDS = 1;
const BATCH_TIMES = 5;

/** A field on the window, f32 parts. */
interface Field {
  readonly real: Float32Array;
  readonly imaginary: Float32Array;
}

/** One polarisation of the light: its medium and its share of the intensity. */
interface Polarisation {
  readonly scatterer: Scatterer;
  readonly share: number;
}

interface View {
  readonly layout: PatternLayout;
  readonly window: SensorWindow;
  readonly wave: PlaneWave | undefined;
  /** Places of the sensor's grid that the field is computed at. */
  readonly places: number;
  readonly mostFrames: number;
}

/** From patterns to the light on each pixel: fields, or mean intensities over each exposure, 1 on average with every mirror on. */
export class Light {
  readonly #parameters: OpticsParameters;
  readonly #pool: ComputePool;
  readonly #polarisations: readonly Polarisation[];
  readonly #grain: Grain;
  /** Of a medium that drifts. */
  readonly #renewals: Renewals | undefined;
  #looked = '';
  #view: View | undefined;
  #sums: { real: Int32Array; imaginary: Int32Array } | undefined;
  #intensity: Float32Array | undefined;
  readonly #fields: (Field | undefined)[] = [];

  constructor(parameters: OpticsParameters, seed: number, pool: ComputePool, cacheBytes: number) {
    const { medium, modulator } = parameters;
    const mirrors = modulator.width * modulator.height;
    const shares = [(1 + medium.polarisationDegree) / 2, (1 - medium.polarisationDegree) / 2].filter((s) => s > 0);
    this.#parameters = parameters;
    this.#pool = pool;
    this.#grain = new Grain(pool, medium.grainPixels);
    this.#renewals = Number.isFinite(medium.decorrelationTicks)
      ? new Renewals(seed, mirrors, medium.decorrelationTicks)
      : undefined;
    const cache = this.#renewals === undefined ? cacheBytes / shares.length : 0;
    this.#polarisations = shares.map((share, k) => ({
      scatterer: createScatterer(medium.model, pool, seed + k * SECOND_MEDIUM, mirrors, cache),
      share,
    }));
  }

  /** What exposures are made with from now on; matrices are kept where layout and window stay. */
  configure(configuration: OpticalConfiguration, layout: PatternLayout): void {
    const { width: sensorWidth } = this.#parameters.sensor;
    const window = { ...configuration.regionOfInterest, sensorWidth };
    const places = fieldPlaces(window, this.#grain.margin);
    const { reference } = configuration;
    const looked = JSON.stringify([layout, window]);
    if (looked !== this.#looked) {
      this.#looked = '';
      for (const { scatterer } of this.#polarisations) scatterer.look(layout, places);
      this.#looked = looked;
    }
    const count = places.reduce((sum, range) => sum + range.count, 0);
    this.#view = {
      layout,
      window,
      wave: reference.on ? planeWave(reference, window) : undefined,
      places: count,
      mostFrames: this.#mostFrames(count),
    };
  }

  /** Frames that a batch has at most: as memory allows, and so that none waits long for those after it. */
  get mostFrames(): number {
    return this.#view!.mostFrames;
  }

  #mostFrames(places: number): number {
    const perFrame = 8 * places * this.#patternsPerFrame;
    const bytes = Math.min(BATCH_BYTES, BATCH_SHARE * this.#pool.memoryBytes);
    const most = Math.max(1, Math.min(MOST_FRAMES, Math.floor(bytes / perFrame)));
    const seconds = Math.max(BATCH_SECONDS, BATCH_TIMES * this.nominalSeconds(1));
    let frames = most;
    while (frames > 1 && this.nominalSeconds(frames) > seconds) frames--;
    return frames;
  }

  /** What the fields of so many frames take, roughly. */
  nominalSeconds(frames: number): number {
    const patterns = frames * this.#patternsPerFrame;
    return this.#polarisations.reduce((sum, { scatterer }) => sum + scatterer.nominalSeconds(patterns), 0);
  }

  /** How many of the requests from `first` on `expose` takes at once: those that see the medium at rest. */
  batch(requests: readonly ExposureRequest[], first: number): number {
    const most = Math.min(this.mostFrames, requests.length - first);
    this.#drift(requests[first]!);
    for (let k = 1; k < most; k++) {
      if (this.#renewals?.holdsAt(requests[first + k]!.exposureStartTick) === false) return k;
    }
    return most;
  }

  /** The reference beam's field, undefined where it is off. */
  get wave(): PlaneWave | undefined {
    return this.#view!.wave;
  }

  /**
   * The light of a batch, in steps of some 40 milliseconds: field sums, without the reference beam, where a frame is one field, and intensities otherwise. Holds
   * until the next call. A medium that drifts is taken as it is at the exposure's start.
   */
  *expose(requests: readonly ExposureRequest[]): Generator<void, CameraLight> {
    this.#drift(requests[0]!);
    const { window, places } = this.#view!;
    const pixels = window.width * window.height;
    const patterns = this.#packed(requests);
    const count = requests.length * this.#patternsPerFrame;
    const sums = this.#roomForSums(count * places);
    const plain = this.#grain.margin === 0 && this.#patternsPerFrame === 1 && this.#polarisations.length === 1;
    const intensity = plain ? undefined : this.#roomForIntensity(requests.length * pixels);
    const isStepOver = this.#pool.watchSteps();
    for (const [k, polarisation] of this.#polarisations.entries()) {
      if (isStepOver()) yield;
      yield* polarisation.scatterer.project(patterns, count, sums);
      if (intensity === undefined) continue;
      for (const [index, request] of requests.entries()) {
        const out = intensity.subarray(index * pixels, (index + 1) * pixels);
        if (isStepOver()) yield;
        if (k === 0) out.fill(0);
        this.#addIntensity(polarisation, k === 0, request, index, out);
      }
    }
    return intensity === undefined ? { sums, scale: this.#polarisations[0]!.scatterer.fieldScale } : { intensity };
  }

  release(): void {
    for (const { scatterer } of this.#polarisations) scatterer.release();
    this.#releaseSums();
    this.#grain.release();
    for (let slot = 0; slot < this.#fields.length; slot++) this.#releaseField(slot);
    if (this.#intensity !== undefined) this.#pool.release(this.#intensity);
    this.#intensity = undefined;
  }

  /** Moves a medium that drifts to where it is at the start of an exposure. */
  #drift({ exposureStartTick }: ExposureRequest): void {
    if (!this.#renewals?.moveTo(exposureStartTick)) return;
    for (const { scatterer } of this.#polarisations) scatterer.setEpochs(this.#renewals.epochs);
  }

  get #patternsPerFrame(): number {
    return this.#parameters.modulator.kind === 'liquid-crystal' ? 3 : 1;
  }

  /** The patterns that must be projected: of a liquid crystal also the pixels that rise and that fall. */
  #packed(requests: readonly ExposureRequest[]): Uint8Array {
    const { patternBytes } = this.#view!.layout;
    const perFrame = this.#patternsPerFrame;
    const packed = new Uint8Array(requests.length * perFrame * patternBytes);
    requests.forEach(({ pattern, previousPattern }, index) => {
      const at = index * perFrame * patternBytes;
      packed.set(pattern, at);
      if (perFrame === 1) return;
      const rise = packed.subarray(at + patternBytes, at + 2 * patternBytes);
      const fall = packed.subarray(at + 2 * patternBytes, at + 3 * patternBytes);
      changes(pattern, previousPattern, rise, fall);
    });
    return packed;
  }

  #addIntensity(
    polarisation: Polarisation,
    interferes: boolean,
    request: ExposureRequest,
    index: number,
    out: Float32Array,
  ): void {
    const { modulator } = this.#parameters;
    const { wave } = this.#view!;
    const first = index * this.#patternsPerFrame;
    const { share } = polarisation;
    const field = this.#field(polarisation, first, 0, out.length);
    if (interferes && wave !== undefined) addWave(field, wave, request.referencePhaseRadians, 1 / Math.sqrt(share));
    if (modulator.kind === 'dmd') {
      for (let m = 0; m < out.length; m++) {
        const re = field.real[m]!;
        const im = field.imaginary[m]!;
        out[m]! += share * (re * re + im * im);
      }
      return;
    }
    const rise = this.#field(polarisation, first + 1, 1, out.length);
    const fall = this.#field(polarisation, first + 2, 2, out.length);
    addGhosted(field, rise, fall, ghostWeights(modulator, request), share, out);
  }

  /** The field of pattern `number` of the batch, scaled and filtered, in slot `slot`. */
  #field(polarisation: Polarisation, number: number, slot: number, pixels: number): Field {
    const { places, window } = this.#view!;
    const { fieldScale } = polarisation.scatterer;
    const field = this.#slot(slot, pixels);
    const [from, to] = [number * places, (number + 1) * places];
    for (const part of ['real', 'imaginary'] as const) {
      this.#grain.filter(this.#sums![part].subarray(from, to), fieldScale, window.width, window.height, field[part]);
    }
    return field;
  }

  #slot(slot: number, length: number): Field {
    const held = this.#fields[slot];
    if (held !== undefined && held.real.length === length) return held;
    this.#releaseField(slot);
    const field = { real: this.#pool.float32(length), imaginary: this.#pool.float32(length) };
    this.#fields[slot] = field;
    return field;
  }

  #releaseField(slot: number): void {
    const field = this.#fields[slot];
    if (field === undefined) return;
    this.#pool.release(field.real);
    this.#pool.release(field.imaginary);
    this.#fields[slot] = undefined;
  }

  #roomForSums(length: number): { real: Int32Array; imaginary: Int32Array } {
    if (this.#sums === undefined || this.#sums.real.length < length) {
      this.#releaseSums();
      this.#sums = { real: this.#pool.unfilledInt32(length), imaginary: this.#pool.unfilledInt32(length) };
    }
    return this.#sums;
  }

  #roomForIntensity(length: number): Float32Array {
    if (this.#intensity === undefined || this.#intensity.length < length) {
      if (this.#intensity !== undefined) this.#pool.release(this.#intensity);
      this.#intensity = this.#pool.float32(length);
    }
    return this.#intensity;
  }

  #releaseSums(): void {
    if (this.#sums === undefined) return;
    this.#pool.release(this.#sums.real);
    this.#pool.release(this.#sums.imaginary);
    this.#sums = undefined;
  }
}

function addWave(field: Field, wave: PlaneWave, phase: number, factor: number): void {
  const { sin, cos } = portableSinCosTurns(phase / (2 * Math.PI));
  for (let m = 0; m < field.real.length; m++) {
    const re = wave.real[m]!;
    const im = wave.imaginary[m]!;
    field.real[m]! += factor * (re * cos - im * sin);
    field.imaginary[m]! += factor * (re * sin + im * cos);
  }
}

function addGhosted(n: Field, r: Field, f: Field, w: GhostWeights, share: number, out: Float32Array): void {
  for (let m = 0; m < out.length; m++) {
    const nr = n.real[m]!;
    const ni = n.imaginary[m]!;
    const rr = r.real[m]!;
    const ri = r.imaginary[m]!;
    const fr = f.real[m]!;
    const fi = f.imaginary[m]!;
    const squares = nr * nr + ni * ni + w.rise2 * (rr * rr + ri * ri) + w.fall2 * (fr * fr + fi * fi);
    const products = w.fall * (nr * fr + ni * fi) - w.rise * (nr * rr + ni * ri) - w.cross * (rr * fr + ri * fi);
    out[m]! += share * (squares + 2 * products);
  }
}
