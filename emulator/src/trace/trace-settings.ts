import { type MinimumPeriod, minimumPeriodOf, packedBytes, readoutMessageBytes } from '@opu/device';
import { resolveLink } from '../link/named-links.js';
import { type TicksPerByte, transmitTicks } from '../link/rate.js';
import { frameTiming, stagesOf, type TimingConfiguration, withPeriod } from '../profiles/model/frame-timing.js';
import type { OverrunMode, Profile, TriggerMode } from '../profiles/model/profile.js';
import { checkSettings, type SequencerSettings } from '../sequencer/settings.js';
import type { TraceOverrides } from './overrides.js';

export interface TraceRequest {
  readonly profile: Profile;
  readonly overrides?: TraceOverrides;
  readonly overrun?: OverrunMode;
  readonly trigger?: TriggerMode;
  /** Bytes of a read-out on the wire; by default those of a message with one image of the region of interest. */
  readonly messageBytes?: number;
  /** By default that of the profile's link. */
  readonly ticksPerByte?: TicksPerByte;
}

export interface TraceSettings {
  readonly settings: SequencerSettings;
  readonly minimum: MinimumPeriod;
}

/**
 * What a trace runs with: the profile, and what was asked for instead.
 * @throws OpuError CONFIGURATION_REFUSED when the period is below the minimum; names the limiting term and the minimum
 */
export function traceSettings(request: TraceRequest): TraceSettings {
  const { profile, overrides = {}, overrun = 'hold', trigger = 'internal' } = request;
  const { regionOfInterest = profile.defaults.regionOfInterest, P, X, Nbuf, ...durations } = overrides;
  const configuration: TimingConfiguration = { regionOfInterest };
  const stages = { ...stagesOf(profile, configuration), ...durations };
  const { periodMicroseconds } = profile.defaults;
  const wished = P ?? (periodMicroseconds === 'minimum' ? periodMicroseconds : frameTiming(profile).P);
  const rate = request.ticksPerByte ?? resolveLink(profile.defaults.link).ticksPerByte;
  const { width, height } = regionOfInterest;
  const image = packedBytes(width * height, profile.defaults.bitDepth);
  const bytes = request.messageBytes ?? readoutMessageBytes(image);
  const settings: SequencerSettings = {
    ...withPeriod(stages, wished),
    X: X ?? transmitTicks(bytes, rate),
    nbuf: Nbuf ?? profile.nbuf,
    overrun,
    trigger,
  };
  checkSettings(settings);
  return { settings, minimum: minimumPeriodOf(settings) };
}
