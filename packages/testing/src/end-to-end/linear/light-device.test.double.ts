import type { AppliedConfiguration, ConfigurationRequest, OpuDevice, PatternBatch, ReadoutBatch } from '@opu/driver';
import { createOptics, type Optics, type OpticsOptions, type OpticsParameters } from '@opu/emulator';
import ndarray from 'ndarray';

/** A device that is nothing but the emulator's light: no wire, no sequencer, ticks of a fixed period. */
export class LightDevice {
  readonly address = 'light:';
  readonly identity = { vendor: 'test', model: 'light', serial: '0', firmwareVersion: '0', profile: 'light' };
  readonly limits: OpuDevice['limits'];
  configuration: AppliedConfiguration;
  /** Sizes of the batches asked for. */
  readonly batches: number[] = [];
  readonly #optics: Optics;
  #frame = 0;

  constructor(parameters: OpticsParameters, seed: number, exposureTicks: number, options: OpticsOptions = {}) {
    this.#optics = createOptics(parameters, seed, options);
    const { kind, width, height } = parameters.modulator;
    this.limits = {
      modulator: { kind, width, height },
      sensor: { ...parameters.sensor, xStep: 1, yStep: 1 },
      patternSlots: 64,
      frameBuffers: 4,
      bitDepths: this.#optics.bitDepths,
      exposureTicks: { minimum: 1, maximum: 1_000_000 },
      periodTicks: { minimum: 1, maximum: 1_000_000 },
      tickPicoseconds: 10_000,
      features: new Set(['reference-beam', 'reference-tilt']),
    };
    this.configuration = {
      periodTicks: 10_000,
      exposureTicks,
      extraSettleTicks: 0,
      regionOfInterest: { x: 0, y: 0, ...parameters.sensor },
      bitDepth: options.ideal === 'float' ? 32 : 8,
      overrun: 'hold',
      trigger: 'internal',
      macroPixels: { columns: 0, rows: 0 },
      reference: { on: false, amplitude: 1, phaseSteps: 1, tiltX: 0, tiltY: 0 },
      minimumPeriodTicks: 10,
      limitingTerm: 'modulator-exposure',
      patternBytes: 0,
      hash: '',
    };
    this.#apply(this.configuration);
  }

  #apply(configuration: AppliedConfiguration): void {
    this.#optics.configure(configuration);
    const { hash: _, ...rest } = { ...configuration, patternBytes: this.#optics.patternBytes };
    this.configuration = { ...rest, hash: JSON.stringify(rest) };
  }

  async configure(request: ConfigurationRequest): Promise<AppliedConfiguration> {
    this.#apply({ ...this.configuration, ...request });
    return this.configuration;
  }

  async project(patterns: PatternBatch): Promise<ReadoutBatch> {
    const [count, bytes] = patterns.shape as [number, number];
    this.batches.push(count);
    const { exposureTicks, reference } = this.configuration;
    const requests = Array.from({ length: count }, (_, k) => ({
      frame: this.#frame + k,
      pattern: patterns.data.subarray(patterns.offset + k * bytes, patterns.offset + (k + 1) * bytes),
      resetTick: 0,
      exposureStartTick: 2000,
      exposureTicks,
      referencePhaseRadians: reference.on
        ? (2 * Math.PI * ((this.#frame + k) % reference.phaseSteps)) / reference.phaseSteps
        : 0,
    }));
    const images = this.#optics.createImages(count);
    const saturated = new Uint32Array(count);
    this.#optics.expose(requests, images, saturated);
    this.#frame += count;
    const readouts = requests.map((request, k) => ({
      ...request,
      patternId: request.frame,
      droppedBefore: 0,
      saturatedShare: saturated[k]! / this.#optics.pixelCount,
      ghostRisk: false,
    }));
    return { pixels: ndarray(images, [count, this.#optics.pixelCount]) as ReadoutBatch['pixels'], readouts };
  }
}

/** The part of a device that a linear projection needs, as a device. */
export function lightDevice(...args: ConstructorParameters<typeof LightDevice>): OpuDevice & LightDevice {
  return new LightDevice(...args) as OpuDevice & LightDevice;
}
