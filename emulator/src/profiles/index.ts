export { type LimitingTerm, type MinimumPeriod, minimumPeriodOf } from '@opu/device';
export { defaultProfile, profiles } from './catalogue/index.js';
export {
  type FrameTiming,
  frameTiming,
  minimumPeriod,
  stagesOf,
  type TimingConfiguration,
  withPeriod,
} from './model/frame-timing.js';
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
} from './model/profile.js';
export { readoutTicks, type StageTicks, stageTicks } from './model/stages.js';
export { parseProfile, parseProfileText } from './parse-profile.js';
export { profileSchema } from './profile-schema.js';
export { resolveProfile } from './resolve-profile.js';
