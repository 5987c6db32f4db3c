import { OpuError } from '@opu/core';
import {
  type ConfigurationValues,
  configurationField,
  overrunMode,
  type Refused,
  triggerMode,
  valuesOfField,
} from '@opu/protocol';
import {
  type Configuration,
  type Configurations,
  type ConfigurationWish,
  isRefused,
  type MinimumPeriod,
} from '../source/configuration.js';
import type { DeviceFacts } from '../source/device-facts.js';
import { minimumPeriodOf, roundUpTo } from '../source/minimum-period.js';
import { patternGrid } from '../source/pattern-layout.js';
import { depthOfFormat, formatOfDepth } from '../source/pixel-formats.js';
import { stagesOfFacts } from '../source/stages.js';
import { configurationReply } from './configuration-reply.js';
import { ConfigurationRefusal, checkPeriod, finite, outOfRange, stepped, within } from './refusal.js';

/** A configuration that was held against a device's facts. */
export interface CheckedConfiguration extends Configuration {
  /** The host has not asked for a period: it is the shortest one, whatever else changes. */
  readonly followsShortestPeriod: boolean;
}

export interface ConfiguratorOptions {
  /** What the device is configured to when it is switched on, where it differs: the whole sensor, the shortest exposure and period. */
  readonly initial?: Partial<ConfigurationValues>;
  /** `Pmin` of a configuration; what the stages among the facts say, if left out. */
  readonly minimumPeriod?: (values: ConfigurationValues) => MinimumPeriod;
}

/** Checks configurations against what a device says of itself. */
export class Configurator implements Configurations<CheckedConfiguration> {
  readonly initial: CheckedConfiguration;
  readonly #facts: DeviceFacts;
  readonly #minimumOf: (values: ConfigurationValues) => MinimumPeriod;

  /** @throws OpuError INVALID_ARGUMENT when the device cannot be configured to what it begins with */
  constructor(facts: DeviceFacts, options: ConfiguratorOptions = {}) {
    this.#facts = facts;
    this.#minimumOf = options.minimumPeriod ?? ((values) => minimumPeriodOf(stagesOfFacts(facts, values)));
    const values = { ...initialValues(facts), ...options.initial };
    const initial = this.#refusable(() => this.#resolve(values, values.periodTicks === 0));
    if (isRefused(initial)) {
      throw new OpuError('INVALID_ARGUMENT', `A device cannot begin like this: ${initial.text}`);
    }
    this.initial = initial;
  }

  change(current: CheckedConfiguration, wish: ConfigurationWish): CheckedConfiguration | Refused {
    const shortest = current.followsShortestPeriod && (wish.fields & configurationField.PERIOD) === 0;
    return this.#refusable(() => this.#resolve(merge(current.reply, wish), shortest));
  }

  minimumPeriod(current: CheckedConfiguration, wish: ConfigurationWish): MinimumPeriod | Refused {
    return this.#refusable(() => {
      const values = merge(current.reply, wish);
      this.#check(values);
      return this.#minimumOf(values);
    });
  }

  #resolve(values: ConfigurationValues, followsShortestPeriod: boolean): CheckedConfiguration {
    const { refreshTicks, maximumPeriodTicks } = this.#facts;
    this.#check(values);
    const minimum = this.#minimumOf(values);
    if (!followsShortestPeriod) checkPeriod(values.periodTicks, minimum, refreshTicks, maximumPeriodTicks);
    const period = followsShortestPeriod ? minimum.ticks : roundUpTo(refreshTicks, values.periodTicks);
    // Slots one refresh period apart at least: a grid without a step would stand still.
    const applied = { ...values, periodTicks: Math.max(period, refreshTicks) };
    const { patternBytes } = patternGrid(this.#facts, values);
    return { reply: configurationReply(applied, minimum, patternBytes), followsShortestPeriod };
  }

  #check(values: ConfigurationValues): void {
    const facts = this.#facts;
    const can = (feature: DeviceFacts['features'][number]): boolean => facts.features.includes(feature);
    within('exposureTicks', values.exposureTicks, facts.minimumExposureTicks, facts.maximumExposureTicks);
    within('extraSettleTicks', values.extraSettleTicks, 0, facts.maximumPeriodTicks);
    const { sensorWidth, sensorHeight, regionXStep: xStep, regionYStep: yStep } = facts;
    stepped('regionX', values.regionX, 0, sensorWidth - xStep, xStep);
    stepped('regionY', values.regionY, 0, sensorHeight - yStep, yStep);
    stepped('regionWidth', values.regionWidth, xStep, sensorWidth - values.regionX, xStep);
    stepped('regionHeight', values.regionHeight, yStep, sensorHeight - values.regionY, yStep);
    this.#checkDepth(values.pixelFormat);
    within('overrunMode', values.overrunMode, overrunMode.HOLD, can('DROP_MODE') ? overrunMode.DROP : overrunMode.HOLD);
    this.#checkTrigger(values.triggerMode);
    if (values.macroColumns !== 0 || values.macroRows !== 0) {
      const isGiven = can('MACRO_PIXELS');
      within('macroColumns', values.macroColumns, isGiven ? 1 : 0, isGiven ? facts.modulatorWidth : 0);
      within('macroRows', values.macroRows, isGiven ? 1 : 0, isGiven ? facts.modulatorHeight : 0);
    }
    within('referenceOn', values.referenceOn, 0, can('REFERENCE_BEAM') ? 1 : 0);
    within('referencePhaseSteps', values.referencePhaseSteps, 1, facts.maximumPhaseSteps);
    finite('referenceAmplitude', values.referenceAmplitude, 0, 1000);
    const tilt = can('REFERENCE_TILT') ? Math.PI : 0;
    finite('referenceTiltX', values.referenceTiltX, -tilt, tilt);
    finite('referenceTiltY', values.referenceTiltY, -tilt, tilt);
  }

  #checkDepth(format: number): void {
    const { bitDepths } = this.#facts;
    const depth = depthOfFormat(format);
    if (depth !== undefined && bitDepths.includes(depth)) return;
    const offered = bitDepths.map((d) => `${formatOfDepth(d)} (${d} bits)`).join(', ');
    throw outOfRange('pixelFormat', format, formatOfDepth(bitDepths[0]!), `this device offers ${offered}`);
  }

  #checkTrigger(mode: number): void {
    const { features } = this.#facts;
    const modes = [
      triggerMode.INTERNAL,
      ...(features.includes('SOFTWARE_TRIGGER') ? [triggerMode.SOFTWARE] : []),
      ...(features.includes('EXTERNAL_TRIGGER') ? [triggerMode.EXTERNAL] : []),
    ];
    if (modes.length === 3) within('triggerMode', mode, triggerMode.INTERNAL, triggerMode.EXTERNAL);
    else if (!modes.includes(mode as never)) {
      throw outOfRange('triggerMode', mode, triggerMode.INTERNAL, `this device offers ${modes.join(', ')}`);
    }
  }

  #refusable<Result>(action: () => Result): Result | Refused {
    try {
      return action();
    } catch (error) {
      if (error instanceof ConfigurationRefusal) return error.refusal;
      throw error;
    }
  }
}

function merge(current: ConfigurationValues, wish: ConfigurationWish): ConfigurationValues {
  const values = Object.fromEntries(
    valuesOfField.flatMap(([bit, names]) =>
      names.map((name) => [name, (wish.fields & bit) === 0 ? current[name] : wish[name]]),
    ),
  );
  return values as unknown as ConfigurationValues;
}

function initialValues(facts: DeviceFacts): ConfigurationValues {
  return {
    periodTicks: 0,
    exposureTicks: facts.minimumExposureTicks,
    extraSettleTicks: 0,
    regionX: 0,
    regionY: 0,
    regionWidth: facts.sensorWidth,
    regionHeight: facts.sensorHeight,
    macroColumns: 0,
    macroRows: 0,
    pixelFormat: formatOfDepth(facts.bitDepths[0]!),
    overrunMode: overrunMode.HOLD,
    triggerMode: triggerMode.INTERNAL,
    referenceOn: 0,
    referencePhaseSteps: 1,
    referenceAmplitude: 1,
    referenceTiltX: 0,
    referenceTiltY: 0,
  };
}
