import { OpuError, type Ticks, ticksFromMicroseconds } from '@opu/core';
import { type LimitingTerm, type MinimumPeriod, minimumPeriodOf, type PeriodStages, roundUpTo } from '@opu/device';
import type { Profile, RegionOfInterest } from './profile.js';
import { readoutTicks, stageTicks } from './stages.js';

/** Every duration of a frame, in ticks, under the names of the timing model. */
export interface FrameTiming extends PeriodStages {
  /** Frame period, a multiple of `V` and at least `minimumPeriod`. */
  readonly P: Ticks;
}

/** What a configuration says about time; what is left out is the profile's default. */
export interface TimingConfiguration {
  readonly regionOfInterest?: RegionOfInterest;
  readonly exposureTicks?: Ticks;
  readonly extraSettleTicks?: Ticks;
  /** Wished frame period; `'minimum'` asks for the shortest possible. */
  readonly periodTicks?: Ticks | 'minimum';
}

/** Every duration but the period, of a profile in a configuration. */
export function stagesOf(profile: Profile, configuration: TimingConfiguration = {}): PeriodStages {
  const { regionOfInterest, exposureTicks, extraSettleTicks = 0 } = configuration;
  return {
    ...stageTicks(profile),
    W: extraSettleTicks,
    E: exposureTicks ?? ticksFromMicroseconds(profile.defaults.exposureMicroseconds),
    Q: readoutTicks(profile, regionOfInterest ?? profile.defaults.regionOfInterest),
  };
}

/** The shortest frame period of a profile in a configuration, and the term that sets it. */
export function minimumPeriod(profile: Profile, configuration: TimingConfiguration = {}): MinimumPeriod {
  return minimumPeriodOf(stagesOf(profile, configuration));
}

/**
 * Adds the period to the other durations: the wished one rounded up to a multiple of `V`, or the minimum.
 * @throws OpuError CONFIGURATION_REFUSED when the wish is below the minimum; names the limiting term
 */
export function withPeriod(stages: PeriodStages, wished: Ticks | 'minimum'): FrameTiming {
  const { ticks: minimum, limitingTerm } = minimumPeriodOf(stages);
  const period = wished === 'minimum' ? minimum : roundUpTo(stages.V, wished);
  if (period < minimum) {
    throw new OpuError(
      'CONFIGURATION_REFUSED',
      `A frame period of ${wished} ticks is below the minimum of ${minimum} ticks (Pmin) that ${limitingTerm} sets. ` +
        `Ask for at least ${minimum} ticks (${minimum / 100} us), or shorten the ${remedy[limitingTerm]}.`,
      { details: { field: 'periodTicks', value: wished, bound: minimum, limitingTerm } },
    );
  }
  // Slots one refresh period apart at least: a grid without a step would stand still.
  return { ...stages, P: Math.max(period, stages.V) };
}

const remedy: Record<LimitingTerm, string> = {
  'modulator-exposure': 'exposure or the extra settle time',
  'modulator-load': 'load time of the modulator',
  'camera-readout': "region of interest's height",
};

/** Every duration of a frame of a profile in a configuration. */
export function frameTiming(profile: Profile, configuration: TimingConfiguration = {}): FrameTiming {
  const { periodMicroseconds } = profile.defaults;
  const fallback = periodMicroseconds === 'minimum' ? 'minimum' : ticksFromMicroseconds(periodMicroseconds);
  return withPeriod(stagesOf(profile, configuration), configuration.periodTicks ?? fallback);
}
