export { defaultProfile, profiles } from './catalogue/index.js';
export {
  type FrameTiming,
  frameTiming,
  type LimitingTerm,
  type MinimumPeriod,
  minimumPeriod,
  minimumPeriodOf,
  stagesOf,
  type TimingConfiguration,
  withPeriod,
} from './frame-timing.js';
export { parseProfile, parseProfileText } from './parse-profile.js';
export type {
  BitDepth,
  DmdParameters,
  LiquidCrystalParameters,
  ModulatorParameters,
  OverrunMode,
  Profile,
  ProfileDefaults,
  RegionOfInterest,
  SensorParameters,
  TriggerMode,
} from './profile.js';
export { profileSchema } from './profile-schema.js';
export { resolveProfile } from './resolve-profile.js';
export { readoutTicks, type StageTicks, stageTicks } from './stages.js';
