import { TICKS_PER_SECOND } from '@opu/core';
import {
  type ConfigurationValues,
  type Configure,
  type ConfigureReply,
  configurationField,
  overrunMode,
  pixelFormat,
  type Refused,
  resultCode,
  triggerMode,
  valuesOfField,
  limitingTerm as wireTerm,
} from '@opu/protocol';
import type { OpticalConfiguration } from '../optics/configuration.js';
import { type PatternLayout, patternLayout } from '../optics/macro-pixels.js';
import {
  type FrameTiming,
  type MinimumPeriod,
  minimumPeriodOf,
  stagesOf,
  withPeriod,
} from '../profiles/frame-timing.js';
import type { BitDepth, Profile } from '../profiles/profile.js';
import { packedBytes } from './pack-pixels.js';

/** Longest frame period that is taken: an hour. */
export const MAXIMUM_PERIOD_TICKS = 3600 * TICKS_PER_SECOND;
/** Most phases that the reference beam steps through. */
export const MAXIMUM_PHASE_STEPS = 4096;

/** A configuration in force, and everything that follows from it. */
export interface ResolvedConfiguration {
  readonly values: ConfigurationValues;
  /** The host has not asked for a period, and the profile's default is the shortest one. */
  readonly shortestPeriod: boolean;
  readonly timing: FrameTiming;
  readonly minimum: MinimumPeriod;
  readonly layout: PatternLayout;
  readonly optical: OpticalConfiguration;
  readonly bitDepth: BitDepth;
  /** Bytes of one image on the wire. */
  readonly imageBytes: number;
}

/** Why a configuration is refused, before it is known which request asked for it. */
export class ConfigurationRefusal extends Error {
  readonly refusal: Omit<Refused, 'type' | 'requestType'>;
  constructor(refusal: Omit<Refused, 'type' | 'requestType'>) {
    super(refusal.text);
    this.refusal = refusal;
  }
}

const depthOfFormat = new Map<number, BitDepth>([
  [pixelFormat.MONO8, 8],
  [pixelFormat.MONO10_PACKED, 10],
  [pixelFormat.MONO12_PACKED, 12],
  [pixelFormat.FLOAT32, 32],
]);

const formatOfDepth: Record<BitDepth, number> = {
  8: pixelFormat.MONO8,
  10: pixelFormat.MONO10_PACKED,
  12: pixelFormat.MONO12_PACKED,
  32: pixelFormat.FLOAT32,
};

const termOnWire = {
  'modulator-exposure': wireTerm.MODULATOR_EXPOSURE,
  'modulator-load': wireTerm.MODULATOR_LOAD,
  'camera-readout': wireTerm.CAMERA_READOUT,
} as const;

export function limitingTermOnWire(minimum: MinimumPeriod): number {
  return termOnWire[minimum.limitingTerm];
}

function merge(current: ConfigurationValues, request: Omit<Configure, 'type'>): ConfigurationValues {
  const values: ConfigurationValues = { ...current };
  for (const [bit, names] of valuesOfField) {
    if ((request.fields & bit) === 0) continue;
    for (const name of names) values[name] = request[name];
  }
  return values;
}

/** Checks configurations of one device. */
export class Configurator {
  readonly #profile: Profile;
  readonly #depths: readonly BitDepth[];
  readonly #exposure: { readonly minimum: number; readonly maximum: number };

  /** @param depths bit depths that the device offers */
  constructor(
    profile: Profile,
    depths: readonly BitDepth[],
    exposureTicks: { readonly minimum: number; readonly maximum: number },
  ) {
    this.#profile = profile;
    this.#depths = depths;
    this.#exposure = exposureTicks;
  }

  /** What the device is configured to when it is switched on. */
  initial(depth: BitDepth = this.#profile.defaults.bitDepth): ResolvedConfiguration {
    const { defaults } = this.#profile;
    const { E, W } = stagesOf(this.#profile);
    const wished = defaults.periodMicroseconds;
    return this.#resolve(
      {
        periodTicks: wished === 'minimum' ? 0 : Math.ceil(wished * 100),
        exposureTicks: E,
        extraSettleTicks: W,
        regionX: defaults.regionOfInterest.x,
        regionY: defaults.regionOfInterest.y,
        regionWidth: defaults.regionOfInterest.width,
        regionHeight: defaults.regionOfInterest.height,
        macroColumns: 0,
        macroRows: 0,
        pixelFormat: formatOfDepth[depth],
        overrunMode: overrunMode.HOLD,
        triggerMode: triggerMode.INTERNAL,
        referenceOn: 0,
        referencePhaseSteps: 1,
        referenceAmplitude: 1,
        referenceTiltX: 0,
        referenceTiltY: 0,
      },
      wished === 'minimum',
    );
  }

  /**
   * The configuration that `request` asks for on top of `current`.
   * @throws ConfigurationRefusal
   */
  change(current: ResolvedConfiguration, request: Omit<Configure, 'type'>): ResolvedConfiguration {
    const shortest = current.shortestPeriod && (request.fields & configurationField.PERIOD) === 0;
    return this.#resolve(merge(current.values, request), shortest);
  }

  /**
   * The shortest period of what `request` asks for on top of `current`; its period is not looked at.
   * @throws ConfigurationRefusal
   */
  minimumPeriod(current: ResolvedConfiguration, request: Omit<Configure, 'type'>): MinimumPeriod {
    return this.#resolve(merge(current.values, request), true).minimum;
  }

  #resolve(values: ConfigurationValues, shortestPeriod: boolean): ResolvedConfiguration {
    const { camera, modulator } = this.#profile;
    within('exposureTicks', values.exposureTicks, this.#exposure.minimum, this.#exposure.maximum);
    within('extraSettleTicks', values.extraSettleTicks, 0, MAXIMUM_PERIOD_TICKS);
    stepped('regionX', values.regionX, 0, camera.width - camera.xStep, camera.xStep);
    stepped('regionY', values.regionY, 0, camera.height - camera.yStep, camera.yStep);
    stepped('regionWidth', values.regionWidth, camera.xStep, camera.width - values.regionX, camera.xStep);
    stepped('regionHeight', values.regionHeight, camera.yStep, camera.height - values.regionY, camera.yStep);
    const bitDepth = this.#bitDepth(values.pixelFormat);
    within('overrunMode', values.overrunMode, overrunMode.HOLD, overrunMode.DROP);
    within('triggerMode', values.triggerMode, triggerMode.INTERNAL, triggerMode.EXTERNAL);
    if (values.macroColumns !== 0 || values.macroRows !== 0) {
      within('macroColumns', values.macroColumns, 1, modulator.width);
      within('macroRows', values.macroRows, 1, modulator.height);
    }
    within('referenceOn', values.referenceOn, 0, 1);
    within('referencePhaseSteps', values.referencePhaseSteps, 1, MAXIMUM_PHASE_STEPS);
    finite('referenceAmplitude', values.referenceAmplitude, 0, 1000);
    finite('referenceTiltX', values.referenceTiltX, -Math.PI, Math.PI);
    finite('referenceTiltY', values.referenceTiltY, -Math.PI, Math.PI);

    const regionOfInterest = {
      x: values.regionX,
      y: values.regionY,
      width: values.regionWidth,
      height: values.regionHeight,
    };
    const stages = stagesOf(this.#profile, {
      regionOfInterest,
      exposureTicks: values.exposureTicks,
      extraSettleTicks: values.extraSettleTicks,
    });
    const minimum = minimumPeriodOf(stages);
    if (!shortestPeriod) checkPeriod(values.periodTicks, minimum, stages.V);
    const timing = withPeriod(stages, shortestPeriod ? 'minimum' : values.periodTicks);
    const pixels = values.regionWidth * values.regionHeight;
    return {
      values: { ...values, periodTicks: timing.P },
      shortestPeriod,
      timing,
      minimum,
      layout: patternLayout(modulator, { columns: values.macroColumns, rows: values.macroRows }),
      optical: {
        regionOfInterest,
        bitDepth,
        macroPixels: { columns: values.macroColumns, rows: values.macroRows },
        reference: {
          on: values.referenceOn === 1,
          amplitude: values.referenceAmplitude,
          tiltX: values.referenceTiltX,
          tiltY: values.referenceTiltY,
        },
      },
      bitDepth,
      imageBytes: packedBytes(pixels, bitDepth),
    };
  }

  #bitDepth(format: number): BitDepth {
    const depth = depthOfFormat.get(format);
    if (depth !== undefined && this.#depths.includes(depth)) return depth;
    const offered = this.#depths.map((d) => `${formatOfDepth[d]} (${d} bits)`).join(', ');
    throw outOfRange('pixelFormat', format, formatOfDepth[this.#depths[0]!], `this device offers ${offered}`);
  }
}

/** The configuration in force as the wire says it, but for its hash. */
export function configurationReply(applied: ResolvedConfiguration, configurationHash: number): ConfigureReply {
  return {
    type: 'CONFIGURE_REPLY',
    ...applied.values,
    configurationHash,
    minimumPeriodTicks: applied.minimum.ticks,
    patternBytes: applied.layout.patternBytes,
    limitingTerm: limitingTermOnWire(applied.minimum),
  };
}

function outOfRange(field: string, value: number, bound: number, allowed: string): ConfigurationRefusal {
  return new ConfigurationRefusal({
    resultCode: resultCode.OUT_OF_RANGE,
    limitingTerm: wireTerm.NONE,
    value,
    bound,
    field,
    text: `${field} is ${value}: ${allowed}.`,
  });
}

function within(field: string, value: number, minimum: number, maximum: number): void {
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  const bound = value < minimum ? minimum : maximum;
  throw outOfRange(field, value, bound, `allowed are whole numbers from ${minimum} to ${maximum}`);
}

function stepped(field: string, value: number, minimum: number, maximum: number, step: number): void {
  if (step === 1) {
    within(field, value, minimum, maximum);
    return;
  }
  if (Number.isInteger(value) && value >= minimum && value <= maximum && value % step === 0) return;
  const largest = maximum - (maximum % step);
  const bound = value < minimum ? minimum : value > largest ? largest : value - (value % step);
  throw outOfRange(field, value, bound, `allowed are multiples of ${step} from ${minimum} to ${largest}`);
}

function finite(field: string, value: number, minimum: number, maximum: number): void {
  if (value >= minimum && value <= maximum) return;
  const bound = value > maximum ? maximum : minimum;
  throw outOfRange(field, value, bound, `allowed are numbers from ${minimum} to ${maximum}`);
}

function checkPeriod(wished: number, minimum: MinimumPeriod, refresh: number): void {
  within('periodTicks', wished, 0, MAXIMUM_PERIOD_TICKS);
  // What is asked for is rounded up to the refresh, so a wish in the last refresh period before the minimum is fine.
  if (Math.ceil(wished / refresh) * refresh >= minimum.ticks) return;
  throw new ConfigurationRefusal({
    resultCode: resultCode.PERIOD_TOO_SHORT,
    limitingTerm: limitingTermOnWire(minimum),
    value: wished,
    bound: minimum.ticks,
    field: 'periodTicks',
    text:
      `A frame period of ${wished} ticks is below the minimum of ${minimum.ticks} ticks (Pmin) that ` +
      `${minimum.limitingTerm} sets. Ask for at least ${minimum.ticks} ticks.`,
  });
}
